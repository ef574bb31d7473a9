import { css, html, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, query } from 'lit/decorators.js'
import type { Connection, Message, Thread } from '../session/snapshots.ts'
import { bannerLine, bannerStyles, type Banner } from './banner.ts'
import './composer.ts'
import type { Composer } from './composer.ts'
import type { Side } from './connection-status.ts'
import type { EditEvent } from './events.ts'
import { HamsaElement } from './hamsa-element.ts'
import { t } from './i18n.ts'
import './message-list.ts'
import type { Kept, MessageList } from './message-list.ts'
import { sharedStyles } from './shared-styles.ts'

/** One conversation: what matters just now, the messages, and where one writes. */
@customElement('hamsa-thread')
export class ThreadView extends HamsaElement {
  static override readonly styles = [
    sharedStyles,
    bannerStyles,
    css`
      :host {
        display: flex;
        flex: 1;
        flex-direction: column;
        min-block-size: 0;
      }

      hamsa-message-list {
        flex: 1;
      }
    `,
  ]

  @property({ attribute: false }) thread: Thread | null = null
  @property() side: Side = 'chat'
  /** Nothing can be sent any more. */
  @property({ type: Boolean }) closed = false
  /** Told at the beginning of the messages; `null` where it is told elsewhere. */
  @property({ attribute: false }) kept: Kept | null = null

  @query('hamsa-composer') private readonly composer!: Composer | null
  @query('hamsa-message-list') private readonly list!: MessageList | null

  #wroteWhenClosed = false

  protected override willUpdate(changed: PropertyValues<this>): void {
    const isClosing = changed.has('closed') && this.closed
    this.#wroteWhenClosed = isClosing && this.shadowRoot?.activeElement === this.composer
  }

  protected override updated(changed: PropertyValues<this>): void {
    // Where one wrote may be gone now.
    if (this.#wroteWhenClosed) this.list?.focus()
    const before = changed.get('thread')
    const same = before?.conversation === this.thread?.conversation
    if (!changed.has('thread') || same || this.thread === null) return
    void this.updateComplete.then(() => this.#focusStart())
  }

  override render(): TemplateResult {
    const banners = this.thread === null ? [] : bannersOf(this.thread, this.side, this.closed)
    return html`<div role="status">${banners.map(bannerLine)}</div>
      <hamsa-message-list
        .thread=${this.thread}
        side=${this.side}
        .kept=${this.kept}
        ?closed=${this.closed}
        @hamsa-edit=${this.#restore}
      ></hamsa-message-list>
      <hamsa-composer
        conversation=${this.thread?.conversation ?? ''}
        ?closed=${this.closed}
      ></hamsa-composer>`
  }

  readonly #restore = (event: EditEvent): void => {
    this.composer?.restore(event.text)
  }

  /** With a keyboard one can type at once; on touch the keyboard on screen stays away until asked for. */
  #focusStart(): void {
    if (!matchMedia('(pointer: coarse)').matches) this.composer?.focus()
    // What was touched is gone. After a reload nothing is, and a ring would be drawn around it all.
    else if (isUsed) this.list?.focus()
  }
}

/** Somebody has touched this very document; the browser's own answer outlives a reload. */
let isUsed = false
for (const type of ['pointerdown', 'keydown']) {
  addEventListener(type, () => (isUsed = true), { capture: true, once: true })
}

/** The other side is not here: what was written waits, or one may write all the same. */
const WAITING_TEXTS: Record<Side, string> = {
  chat: 'banner-waiting-chat',
  desk: 'banner-waiting-desk',
}
const AWAY_TEXTS: Record<Side, string> = { chat: 'banner-away-chat', desk: 'banner-away-desk' }

/** Their banners say that what is written waits in this browser. */
const PROMISES: readonly Connection['type'][] = ['away', 'offline']
const WAITS: readonly Message['state'][] = ['storing', 'waiting']

/** What can lose or falsify messages first, then what mends itself, then the connection. */
function bannersOf(thread: Thread, side: Side, closed: boolean): Banner[] {
  const banners: Banner[] = []
  if (thread.storageFailed) {
    banners.push({ tone: 'danger', icon: 'warning', text: t('banner-storage') })
  }
  // A storage that is full keeps nothing of the other side either: that is said already.
  if (thread.unstored > 0 && !thread.storageFailed) {
    const text = t('banner-unstored', { count: thread.unstored })
    banners.push({ tone: 'danger', icon: 'warning', text })
  }
  if (thread.twoHistories) {
    const text = side === 'chat' ? 'banner-two-histories-chat' : 'banner-two-histories-desk'
    banners.push({ tone: 'danger', icon: 'key', text: t(text) })
  }
  if (thread.damaged > 0) {
    const text = t('banner-damaged', { count: thread.damaged })
    banners.push({ tone: 'caution', icon: 'device', text })
  }
  const waiting = thread.messages.some((message) => WAITS.includes(message.state))
  // Where nothing can be stored, nothing waits: no banner may promise it.
  const isPromise = thread.storageFailed && PROMISES.includes(thread.connection.type)
  const banner = closed || isPromise ? null : connectionBanner(thread.connection, side, waiting)
  return banner === null ? banners : [...banners, banner]
}

function connectionBanner(connection: Connection, side: Side, waiting: boolean): Banner | null {
  switch (connection.type) {
    case 'connecting':
    case 'ready':
    case 'connected':
      return null
    case 'offline':
      return { tone: 'caution', icon: 'cloudless', text: t('banner-offline') }
    case 'away':
      return {
        tone: 'calm',
        icon: 'clock',
        text: t((waiting ? WAITING_TEXTS : AWAY_TEXTS)[side]),
      }
    case 'no-relay':
      return { tone: 'danger', icon: 'shield', text: t('banner-no-relay') }
    case 'unknown-shop': {
      const text = t(side === 'desk' ? 'banner-unknown-shop-desk' : 'banner-unknown-shop-chat')
      return { tone: 'danger', icon: 'shield', text }
    }
    case 'relay-not-proven':
      return { tone: 'danger', icon: 'shield', text: t('banner-not-proven') }
    case 'not-loaded':
      return { tone: 'danger', icon: 'warning', text: t('banner-not-loaded') }
    case 'peer-refused':
      return { tone: 'danger', icon: 'key', text: t('banner-refused') }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'hamsa-thread': ThreadView
  }
}
