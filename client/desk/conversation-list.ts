import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type { ConversationSummary } from '../session/snapshots.ts'
import { OpenConversationEvent } from '../view/events.ts'
import { HamsaElement } from '../view/hamsa-element.ts'
import { pageDirection, t } from '../view/i18n.ts'
import { icon } from '../view/icons.ts'
import { avatarStyles, keyAvatar } from '../view/key-avatar.ts'
import { sharedStyles } from '../view/shared-styles.ts'
import { directionOf } from '../view/text-direction.ts'
import { textRuns, withoutOverrides } from '../view/text-runs.ts'
import { briefTimeText, machineTime } from '../view/time-text.ts'
import { conversationListStyles } from './conversation-list-styles.ts'
import { shopperNames } from './pseudonym.ts'

/** A line of the list needs no more of a message. */
const SNIPPET_CHARS = 120

/** The list "Conversations", newest first as the session gives them. */
@customElement('hamsa-conversation-list')
export class ConversationList extends HamsaElement {
  static override readonly styles = [sharedStyles, avatarStyles, conversationListStyles]

  @property({ attribute: false }) conversations: readonly ConversationSummary[] = []
  /** Id of the one that is open. */
  @property() current = ''

  /** What arrived last where nobody looks, for those who cannot see the count. */
  @state() private arrived = ''

  /** Puts the focus on one conversation, where one left the list. */
  focusItem(id: string): void {
    this.renderRoot.querySelector<HTMLElement>(`[data-conversation="${CSS.escape(id)}"]`)?.focus()
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('conversations')
    if (before === undefined || !this.hasUpdated) return
    const unreadBefore = new Map(before.map(({ id, unread }) => [id, unread]))
    const fresh = this.conversations.find(
      ({ id, unread }) => id !== this.current && unread > (unreadBefore.get(id) ?? 0),
    )
    if (fresh === undefined) return
    const name = this.#names().get(fresh.shopperKey) ?? ''
    this.arrived = t('arrived', { name, unread: t('unread', { count: fresh.unread }) })
  }

  #names(): Map<string, string> {
    return shopperNames(this.conversations)
  }

  override render(): TemplateResult {
    const names = this.#names()
    return html`<div class="unseen" role="status">${this.arrived}</div>
      <ul aria-label=${t('conversations')}>
        ${repeat(
          this.conversations,
          ({ id }) => id,
          (one) => this.#item(one, names.get(one.shopperKey) ?? ''),
        )}
      </ul>
      ${this.conversations.length === 0 ? this.#empty() : nothing}`
  }

  #item(one: ConversationSummary, name: string): TemplateResult {
    const here = one.connection.type === 'connected'
    return html`<li>
      <button
        class="item ${one.unread > 0 ? 'fresh' : ''}"
        type="button"
        data-conversation=${one.id}
        aria-current=${one.id === this.current ? 'true' : 'false'}
        @click=${() => this.dispatchEvent(new OpenConversationEvent(one.id))}
      >
        <span class="picture ${here ? 'here' : ''}">${keyAvatar(one.shopperKey)}</span>
        <span class="name"><bdi>${name}</bdi></span>
        ${here ? html`<span class="unseen">${t('presence-here')}</span>` : nothing}
        <time datetime=${machineTime(one.lastTimeMs)}>
          ${briefTimeText(one.lastTimeMs, Date.now())}
        </time>
        <span class="snippet ${one.isOtherWriting ? 'writing' : ''}">
          ${one.isOtherWriting ? html`<bdi>${t('writing')}</bdi>` : snippet(one)}
        </span>
        ${
          one.unread > 0
            ? html`<span class="unread" aria-hidden="true"
                  >${one.unread > 99 ? '99+' : one.unread}</span
                ><span class="unseen">${t('unread', { count: one.unread })}</span>`
            : nothing
        }
      </button>
    </li>`
  }

  #empty(): TemplateResult {
    return html`<div class="empty">
      ${icon('person')}
      <p class="empty-title">${t('no-conversations')}</p>
      <p>${t('no-conversations-more')}</p>
    </div>`
  }
}

function snippet(one: ConversationSummary): TemplateResult {
  if (one.lastText === null) return html`<bdi>${t('nothing-yet')}</bdi>`
  const text = withoutOverrides(one.lastText.slice(0, SNIPPET_CHARS)).replace(/\s+/g, ' ').trim()
  const shown = text === '' ? t('blank-message') : text
  const direction = directionOf(shown) ?? pageDirection()
  return html`${one.lastMine ? html`<span class="own">${t('you')}:</span> ` : nothing}<bdi
      dir=${direction}
      >${textRuns(shown, direction).map((run) =>
        run.isolated ? html`<bdi dir="ltr">${run.text}</bdi>` : run.text,
      )}</bdi
    >`
}

declare global {
  interface HTMLElementTagNameMap {
    'hamsa-conversation-list': ConversationList
  }
}
