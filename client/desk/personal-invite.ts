import { css, html, nothing, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import type { InviteSummary } from '../session/snapshots.ts'
import { HamsaElement } from '../view/hamsa-element.ts'
import { pageDirection, t } from '../view/i18n.ts'
import { icon, type IconName } from '../view/icons.ts'
import '../view/qr-code.ts'
import { sharedStyles } from '../view/shared-styles.ts'
import { directionOf } from '../view/text-direction.ts'
import { textRuns, withoutOverrides } from '../view/text-runs.ts'
import { momentText } from '../view/time-text.ts'
import { RevokeInviteEvent } from './desk-events.ts'
import { LinkCopy } from './link-copy.ts'

const ICONS: Record<InviteSummary['state'], IconName> = {
  open: 'link',
  used: 'check',
  expired: 'clock',
  revoked: 'close',
}

/** One link for one person: for whom, what became of it, and what can be done with it. */
@customElement('hamsa-personal-invite')
export class PersonalInvite extends HamsaElement {
  static override readonly styles = [
    sharedStyles,
    css`
      article {
        display: grid;
        gap: var(--space-2);
        padding: var(--space-3);
        border: 1px solid var(--line);
        border-radius: var(--radius-m);
      }

      .open {
        background: var(--surface-raised);
        box-shadow: var(--shadow-soft);
      }

      .name {
        font-weight: 600;
        overflow-wrap: anywhere;
      }

      .state {
        display: flex;
        gap: var(--space-2);
        align-items: center;
        color: var(--ink-soft);
        font-size: var(--text-s);
      }

      .open .state {
        color: var(--calm);
      }

      .over .name {
        color: var(--ink-soft);
        font-weight: 400;
      }

      .row {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }

      .row .button {
        padding-inline: 0.875rem;
        font-size: var(--text-s);
      }

      .withdraw {
        margin-inline-start: auto;
      }

      @media (max-width: 30rem) {
        .row .button {
          flex: 1 1 auto;
          margin-inline: 0;
          padding-inline: 0.5rem;
        }

        .row .icon {
          display: none;
        }
      }

      .sure,
      .told {
        font-size: var(--text-s);
      }

      .told .done {
        color: var(--calm);
      }

      .told .failed {
        color: var(--danger);
      }

      .field {
        font-family: var(--font-mono);
        font-size: var(--text-s);
        text-overflow: ellipsis;
      }
    `,
  ]

  @property({ attribute: false }) invite: InviteSummary | null = null

  @state() private qrShown = false
  @state() private sure = false
  @query('.copy') private readonly copyButton!: HTMLButtonElement | null
  @query('.withdraw') private readonly withdrawButton!: HTMLButtonElement | null
  @query('.keep') private readonly keepButton!: HTMLButtonElement | null
  @query('input') private readonly linkBox!: HTMLInputElement | null
  @query('.name') private readonly nameLine!: HTMLElement | null

  readonly #copy = new LinkCopy(this)

  /** The first thing to do with a link is to copy it. */
  override focus(): void {
    this.copyButton?.focus()
  }

  override render(): TemplateResult {
    const { invite } = this
    if (invite === null) return html``
    return html`<article class=${invite.state === 'open' ? 'open' : 'over'}>
      <div>
        <p id="name" class="name" tabindex="-1">${nameText(invite.name)}</p>
        <p class="state">${icon(ICONS[invite.state])}<span>${stateText(invite)}</span></p>
      </div>
      ${invite.state === 'open' ? (this.sure ? this.#confirmation(invite) : this.#actions(invite)) : nothing}
    </article>`
  }

  #actions(invite: InviteSummary): TemplateResult {
    return html`<div class="row">
        <button
          class="button quiet copy"
          type="button"
          aria-describedby="name"
          @click=${() => this.#onCopy(invite.url)}
        >
          ${icon(this.#copy.state === 'copied' ? 'check' : 'copy')} ${t('one-copy')}
        </button>
        <button
          class="button quiet"
          type="button"
          aria-describedby="name"
          aria-expanded=${this.qrShown ? 'true' : 'false'}
          @click=${() => (this.qrShown = !this.qrShown)}
        >
          ${icon('qr')} ${t('invite-qr')}
        </button>
        <button
          class="button quiet withdraw"
          type="button"
          aria-describedby="name"
          @click=${this.#askFirst}
        >
          ${t('one-withdraw')}
        </button>
      </div>
      <div role="status" class="told">${this.#copy.told()}</div>
      ${
        this.#copy.state === 'failed' || this.qrShown
          ? html`<input
              class="field"
              type="text"
              dir="ltr"
              readonly
              aria-label=${t('one-link')}
              .value=${invite.url}
            />`
          : nothing
      }
      ${
        this.qrShown
          ? html`<hamsa-qr-code
              value=${invite.url}
              label=${t('one-qr-alt', { name: invite.name })}
            ></hamsa-qr-code>`
          : nothing
      }`
  }

  #confirmation(invite: InviteSummary): TemplateResult {
    return html`<p id="sure" class="sure">${t('one-withdraw-sure')}</p>
      <div class="row">
        <button
          class="button danger"
          type="button"
          aria-describedby="name"
          @click=${() => this.#withdraw(invite.id)}
        >
          ${t('one-withdraw-yes')}
        </button>
        <button
          class="button quiet keep"
          type="button"
          aria-describedby="sure"
          @click=${this.#keep}
        >
          ${t('one-keep')}
        </button>
      </div>`
  }

  async #onCopy(link: string): Promise<void> {
    if (await this.#copy.copy(link)) return
    await this.updateComplete
    this.linkBox?.focus()
    this.linkBox?.select()
  }

  readonly #askFirst = async (): Promise<void> => {
    this.sure = true
    await this.updateComplete
    this.keepButton?.focus()
  }

  readonly #keep = async (): Promise<void> => {
    this.sure = false
    await this.updateComplete
    this.withdrawButton?.focus()
  }

  /** Its buttons go once it is withdrawn; the focus stays with it. */
  #withdraw(id: string): void {
    this.nameLine?.focus()
    this.sure = false
    this.qrShown = false
    this.dispatchEvent(new RevokeInviteEvent(id))
  }
}

/** A name or an order number in its own order. */
function nameText(name: string): TemplateResult {
  const shown = withoutOverrides(name)
  const direction = directionOf(shown) ?? pageDirection()
  return html`<bdi dir=${direction}
    >${textRuns(shown, direction).map((run) =>
      run.isolated ? html`<bdi dir="ltr">${run.text}</bdi>` : run.text,
    )}</bdi
  >`
}

function stateText(invite: InviteSummary): string {
  switch (invite.state) {
    case 'open':
      return invite.expiresAtMs === null
        ? t('one-open')
        : t('one-open-until', { time: momentText(invite.expiresAtMs, Date.now()) })
    case 'used':
      return t('one-used')
    case 'expired':
      return t('one-expired')
    case 'revoked':
      return t('one-revoked')
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'hamsa-personal-invite': PersonalInvite
  }
}
