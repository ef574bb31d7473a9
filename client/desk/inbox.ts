import { html, nothing, type TemplateResult } from 'lit'
import type { ConversationSummary, DeskSnapshot, Thread } from '../session/snapshots.ts'
import { brandMark } from '../view/brand.ts'
import '../view/connection-status.ts'
import { connectionMood, connectionText } from '../view/connection-status.ts'
import { CloseConversationEvent } from '../view/events.ts'
import { t } from '../view/i18n.ts'
import { icon } from '../view/icons.ts'
import { keyAvatar } from '../view/key-avatar.ts'
import '../view/page-options.ts'
import '../view/qr-code.ts'
import '../view/safety-number.ts'
import { directionOf } from '../view/text-direction.ts'
import '../view/thread-view.ts'
import './conversation-list.ts'
import { OpenSafetyEvent } from './desk-events.ts'
import './invite-panel.ts'
import { shopperNames } from './pseudonym.ts'
import './safety.ts'

type Open = Extract<DeskSnapshot, { readonly type: 'open' }>

/** The merchant's desk: list and thread side by side; on a phone one of them. */
export function inboxPage(desk: Open): TemplateResult {
  const { thread } = desk
  const open = desk.conversations.find(({ id }) => id === thread?.conversation)
  return html`<div class="desk ${thread === null ? 'listing' : 'reading'}">
    <header class="desk-header">
      ${brandMark}
      <div class="titles">
        <h1 tabindex="-1">
          <bdi dir=${directionOf(desk.shopName) ?? 'auto'}>${desk.shopName}</bdi>
        </h1>
        <hamsa-connection-status side="desk" .connection=${desk.connection}>
        </hamsa-connection-status>
      </div>
      <hamsa-safety .shop=${desk}></hamsa-safety>
      <hamsa-page-options side="desk" .disclosure=${desk.disclosure}></hamsa-page-options>
    </header>
    <main class="panes">
      <section class="side" aria-label=${t('desk')}>
        <div class="side-card ${desk.conversations.length > 0 ? 'folded' : ''}">
          <hamsa-invite-panel
            link=${desk.inviteUrl}
            .invites=${desk.invites}
            ?invite-failed=${desk.inviteFailed}
            ?local=${desk.inviteIsLocal}
            ?folded=${desk.conversations.length > 0}
            ?reading=${thread !== null}
            ?shown-beside=${showsCode(desk)}
          ></hamsa-invite-panel>
          ${desk.recoverySaved ? nothing : recoveryNote()}
        </div>
        <hamsa-conversation-list
          .conversations=${desk.conversations}
          current=${thread?.conversation ?? ''}
        ></hamsa-conversation-list>
      </section>
      <div class="pane">
        ${
          open === undefined || thread === null
            ? nothing
            : threadHeader(open, desk.conversations, thread.safetyNumber)
        }
        <hamsa-thread side="desk" .thread=${thread} ?hidden=${thread === null}></hamsa-thread>
        ${thread === null ? emptyPane(desk) : nothing}
      </div>
    </main>
  </div>`
}

function recoveryNote(): TemplateResult {
  return html`<button
    class="recovery"
    type="button"
    aria-haspopup="dialog"
    @click=${(event: Event) => event.currentTarget?.dispatchEvent(new OpenSafetyEvent())}
  >
    ${icon('device')}
    <span
      ><strong>${t('only-browser')}</strong>
      <span class="more">${t('only-browser-more')}</span></span
    >
    ${icon('onward')}
  </button>`
}

function threadHeader(
  one: ConversationSummary,
  all: readonly ConversationSummary[],
  groups: Thread['safetyNumber'],
): TemplateResult {
  const name = shopperNames(all).get(one.shopperKey) ?? ''
  return html`<div class="thread-header">
    <button
      class="button plain back"
      type="button"
      aria-label=${t('back')}
      @click=${(event: Event) => event.currentTarget?.dispatchEvent(new CloseConversationEvent())}
    >
      ${icon('back')}
    </button>
    ${keyAvatar(one.shopperKey)}
    <div class="titles">
      <h2><bdi>${name}</bdi></h2>
      <p class="presence ${connectionMood(one.connection)}">
        ${connectionText(one.connection, 'desk')}
      </p>
    </div>
    <hamsa-safety-number side="desk" conversation=${one.id} .groups=${groups}></hamsa-safety-number>
  </div>`
}

/** With nobody to talk to yet, the empty pane is the code that brings people. */
function showsCode({ thread, conversations }: Open): boolean {
  return thread === null && conversations.length === 0
}

function emptyPane(desk: Open): TemplateResult {
  if (!showsCode(desk)) {
    return html`<div class="no-thread">
      <span class="no-thread-icon">${icon('person')}</span>
      <h2>${t('pick-title-choose')}</h2>
    </div>`
  }
  return html`<div class="no-thread">
    <hamsa-qr-code
      class="big-qr"
      value=${desk.inviteUrl}
      label=${t('invite-qr-alt')}
    ></hamsa-qr-code>
    <h2>${t('pick-title')}</h2>
    <p>${t('pick-scan')}</p>
  </div>`
}
