import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import { guard } from 'lit/directives/guard.js'
import { keyed } from 'lit/directives/keyed.js'
import { repeat } from 'lit/directives/repeat.js'
import type { ChatSnapshot, Message, Thread } from '../session/snapshots.ts'
import type { Side } from './connection-status.ts'
import { groupByDay, type DayGroup, type Placed } from './day-groups.ts'
import { EditEvent, RetryEvent, ShownEvent } from './events.ts'
import { HamsaElement } from './hamsa-element.ts'
import { language, t } from './i18n.ts'
import { icon } from './icons.ts'
import { messageItem } from './message-item.ts'
import { messageStyles } from './message-styles.ts'
import { sharedStyles } from './shared-styles.ts'
import { dayText } from './time-text.ts'

/** How sure it is that this browser keeps the conversation. */
export type Kept = Extract<ChatSnapshot, { readonly type: 'open' }>['durability']

const KEPT: Record<Kept, string> = {
  persistent: 'kept-persistent',
  'best-effort': 'kept-best-effort',
  unknown: 'kept-unknown',
}

/** Messages drawn at first, and more each time the reader asks: a long history must not cost the first view. */
const FIRST_SHOWN = 400
const MORE_SHOWN = 400
/** So near to the end, one is still reading the newest. */
const AT_END_PX = 64

/**
 * The log "Messages" of one thread. Follows the newest message while the reader is at the end;
 * otherwise stays where it is and offers to jump.
 */
@customElement('hamsa-message-list')
export class MessageList extends HamsaElement {
  static override readonly styles = [sharedStyles, messageStyles]

  @property({ attribute: false }) thread: Thread | null = null
  @property() side: Side = 'chat'
  @property({ attribute: false }) kept: Kept | null = null
  /** Nothing can be written any more: no word of beginning. */
  @property({ type: Boolean }) closed = false

  @state() private atEnd = true
  @state() private shown = FIRST_SHOWN
  @state() private missed = 0
  @state() private expanded: ReadonlySet<string> = new Set()
  @query('.log') private readonly log!: HTMLElement | null
  @query('.content') private readonly content!: HTMLElement | null

  /** The view shrinks with the keyboard on screen, the content grows when its font comes: the end stays in view. */
  readonly #resized = new ResizeObserver(() => {
    if (this.atEnd) this.#scrollToEnd()
  })
  /** Distance of the view from the end of the content, kept while earlier messages are put above it. */
  #keepFromEndPx: number | null = null
  #lastTopPx = 0
  /** What was told last to be in view: conversation, newest message of the other side, and how many there were. */
  #told = ''
  readonly #visibilityChanged = (): void => this.#tellShown()

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    document.removeEventListener('visibilitychange', this.#visibilityChanged)
    this.#resized.disconnect()
  }

  override connectedCallback(): void {
    super.connectedCallback()
    document.addEventListener('visibilitychange', this.#visibilityChanged)
    this.#watchSizes()
  }

  /** Puts the focus on the log itself, where screen readers begin to read. */
  override focus(): void {
    this.log?.focus()
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('thread')) return
    const before = changed.get('thread') ?? null
    const now = this.thread
    if (before?.conversation !== now?.conversation) {
      this.atEnd = true
      this.shown = FIRST_SHOWN
      this.missed = 0
      this.expanded = new Set()
      return
    }
    const messages = now?.messages ?? []
    const added = Math.max(0, messages.length - (before?.messages.length ?? 0))
    if (added > 0 && messages.at(-1)?.mine === true) this.atEnd = true
    if (this.atEnd) return
    this.missed += countBelow(messages, before?.messages.at(-1)?.key)
    this.shown += added
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (
      changed.has('thread') &&
      changed.get('thread')?.conversation !== this.thread?.conversation
    ) {
      this.#watchSizes()
    }
    if (this.atEnd) this.#scrollToEnd()
    else if (this.#keepFromEndPx !== null && this.log !== null) {
      this.log.scrollTop = this.log.scrollHeight - this.#keepFromEndPx
    }
    this.#keepFromEndPx = null
    this.#tellShown()
  }

  override render(): TemplateResult {
    const messages = this.thread?.messages ?? []
    const shown = messages.slice(-this.shown)
    return html`${keyed(
      this.thread?.conversation,
      html`<div
        class="log"
        role="log"
        tabindex="0"
        aria-label=${t('messages')}
        aria-relevant="additions"
        @scroll=${this.#onScroll}
      >
        <div class="content">
          ${
            shown.length < messages.length
              ? html`<button class="button quiet earlier" type="button" @click=${this.#showEarlier}>
                  ${t('show-earlier')}
                </button>`
              : this.#beginning()
          }
          ${repeat(
            groupByDay(shown),
            (group) => group.key,
            (group) => this.#day(group),
          )}
          ${this.thread?.isOtherWriting === true ? this.#writing() : nothing}
        </div>
      </div>`,
    )}
    ${this.atEnd ? nothing : this.#jumpButton()}`
  }

  #day(group: DayGroup): TemplateResult {
    return html`<section>
      <h2 class="day">${dayText(group.timeMs, Date.now())}</h2>
      <ul>
        ${repeat(
          group.messages,
          ({ message }) => message.key,
          (placed) => this.#item(placed),
        )}
      </ul>
    </section>`
  }

  /** Drawn anew only when something in it is another: each message that comes would cost the look of hundreds. */
  #item(placed: Placed): unknown {
    const { message, first, last, tells } = placed
    const expanded = this.expanded.has(message.key)
    const seen = [message, first, last, tells, this.side, this.closed, expanded, language()]
    return guard(seen, () =>
      messageItem({
        placed,
        side: this.side,
        closed: this.closed,
        expanded,
        onExpand: () => this.#expand(message.key),
        onRetry: () => this.dispatchEvent(new RetryEvent(message.key)),
        onEdit: () => this.dispatchEvent(new EditEvent(message.key, message.text)),
      }),
    )
  }

  /** What stands before the first message: who can read, and how long this browser keeps it. */
  #beginning(): TemplateResult | typeof nothing {
    const isEmpty = this.thread?.messages.length === 0
    if (isEmpty && this.closed) return nothing
    const kept = this.kept === null ? nothing : html`<p class="kept">${t(KEPT[this.kept])}</p>`
    if (!isEmpty) return kept
    return html`<div class="empty">
      ${icon('lock')}
      <p>${t(this.side === 'chat' ? 'no-messages-chat' : 'no-messages-desk')}</p>
      ${kept}
    </div>`
  }

  /** No part of the log: who listens to it is not told of each pause. */
  #writing(): TemplateResult {
    return html`<p class="writing" aria-live="off">
      <span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>
      <span>${t(this.side === 'chat' ? 'writing-shop' : 'writing')}</span>
    </p>`
  }

  /** The newest of the other side was in view, once the reader is at the end of a page that is looked at. */
  #tellShown(): void {
    const { thread } = this
    if (thread === null || !this.atEnd || document.visibilityState !== 'visible') return
    const theirs = thread.messages.filter(({ mine }) => !mine)
    const key = theirs.at(-1)?.key
    // Older ones may come above the newest that was told, and are unread until it is told again.
    const told = `${thread.conversation}/${key}/${theirs.length}`
    if (key === undefined || this.#told === told) return
    this.#told = told
    this.dispatchEvent(new ShownEvent(key))
  }

  #jumpButton(): TemplateResult {
    return html`<button class="button jump" type="button" @click=${this.#jump}>
      ${icon('down')} ${this.missed > 0 ? t('jump-new', { count: this.missed }) : t('jump-newest')}
    </button>`
  }

  #expand(key: string): void {
    this.atEnd = false
    this.expanded = new Set([...this.expanded, key])
  }

  readonly #showEarlier = (): void => {
    if (this.log !== null) this.#keepFromEndPx = this.log.scrollHeight - this.log.scrollTop
    this.atEnd = false
    this.shown += MORE_SHOWN
  }

  readonly #jump = (): void => {
    this.#scrollToEnd()
    this.atEnd = true
    this.missed = 0
    this.focus()
  }

  readonly #onScroll = (): void => {
    const { log } = this
    if (log === null) return
    // Only the reader leaves the end, by going up: what grows below it does not move the view.
    const wentUp = log.scrollTop < this.#lastTopPx
    this.#lastTopPx = log.scrollTop
    if (log.scrollHeight - log.scrollTop - log.clientHeight < AT_END_PX) {
      this.atEnd = true
      this.missed = 0
    } else if (wentUp) {
      this.atEnd = false
    }
  }

  #watchSizes(): void {
    this.#resized.disconnect()
    this.#resized.observe(this)
    if (this.content !== null) this.#resized.observe(this.content)
  }

  #scrollToEnd(): void {
    if (this.log !== null) this.log.scrollTop = this.log.scrollHeight
  }
}

/** How many of the other side stand below the message that was the last; older ones come above it, and are not new. */
function countBelow(messages: readonly Message[], lastKey: string | undefined): number {
  const at = messages.findLastIndex(({ key }) => key === lastKey)
  return messages.slice(at + 1).filter(({ mine }) => !mine).length
}

declare global {
  interface HTMLElementTagNameMap {
    'hamsa-message-list': MessageList
  }
}
