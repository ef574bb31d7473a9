import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import type { InviteSummary } from '../session/snapshots.ts'
import '../view/dialog.ts'
import { HamsaElement } from '../view/hamsa-element.ts'
import { t } from '../view/i18n.ts'
import { icon } from '../view/icons.ts'
import { LazyPart } from '../view/lazy-part.ts'
import '../view/qr-code.ts'
import { sharedStyles } from '../view/shared-styles.ts'
import { LinkCopy } from './link-copy.ts'

/** The invite link: to copy, to share, to scan; and the way to links for one person each. */
@customElement('hamsa-invite-panel')
export class InvitePanel extends HamsaElement {
  static override readonly styles = [
    sharedStyles,
    css`
      .panel {
        display: grid;
        gap: var(--space-3);
      }

      h2 {
        font-size: var(--text-m);
      }

      .field {
        font-family: var(--font-mono);
        font-size: var(--text-s);
        text-overflow: ellipsis;
      }

      .row {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
        align-items: center;
      }

      .row .button {
        flex: 1 1 auto;
      }

      .told {
        font-size: var(--text-s);
      }

      .done {
        color: var(--calm);
      }

      .failed {
        color: var(--danger);
      }

      .local {
        display: flex;
        gap: var(--space-2);
        padding: 0.625rem 0.75rem;
        border: 1px solid var(--caution-line);
        border-radius: var(--radius-m);
        background: var(--caution-wash);
        color: var(--caution);
        font-size: var(--text-s);
      }

      @media (min-width: 56rem) {
        :host([shown-beside]) :is(.qr-toggle, hamsa-qr-code) {
          display: none;
        }
      }

      /* Above a list on a phone: one row, unless the link has to be copied by hand. */
      @media (max-width: 55.99rem) {
        :host([folded]) :is(h2, .field:not(.by-hand), .more .words) {
          position: absolute;
          inline-size: 1px;
          min-block-size: 0;
          block-size: 1px;
          padding: 0;
          overflow: hidden;
          clip-path: inset(50%);
        }

        :host([folded]) .row {
          flex-wrap: nowrap;
        }

        :host([folded]) .more {
          flex: none;
          min-inline-size: var(--touch);
          padding-inline: 0.5rem;
        }
      }
    `,
  ]

  @property() link = ''
  @property({ attribute: false }) invites: readonly InviteSummary[] = []
  /** The last link for one person was not stored. */
  @property({ type: Boolean, attribute: 'invite-failed' }) inviteFailed = false
  /** The link works on this computer only. */
  @property({ type: Boolean }) local = false
  /** There are conversations to see: on a phone this takes one row. */
  @property({ type: Boolean, reflect: true }) folded = false
  /** A conversation is open: the code makes room for it. */
  @property({ type: Boolean }) reading = false
  /** On a wide screen the code stands beside the panel already. */
  @property({ type: Boolean, attribute: 'shown-beside', reflect: true }) shownBeside = false

  @state() private qrShown = false
  @state() private onesShown = false
  @query('input') private readonly box!: HTMLInputElement | null
  @query('.copy') private readonly copyButton!: HTMLButtonElement | null

  readonly #ones = new LazyPart(this, () => import('./personal-invites.ts'))
  readonly #copy = new LinkCopy(this)

  /** The first thing to do with a shop is to hand out its link. */
  override focus(): void {
    this.copyButton?.focus()
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('reading') || !this.reading) return
    this.qrShown = false
  }

  override render(): TemplateResult {
    return html`<section class="panel" aria-labelledby="heading">
      <h2 id="heading">${t('invite')}</h2>
      <input
        class="field ${this.#copy.state === 'failed' ? 'by-hand' : ''}"
        type="text"
        dir="ltr"
        readonly
        aria-label=${t('invite-link')}
        .value=${this.link}
        @focus=${() => this.box?.select()}
      />
      <div class="row">
        <button class="button copy" type="button" @click=${this.#onCopy}>
          ${icon(this.#copy.state === 'copied' ? 'check' : 'copy')} ${t('copy-invite-link')}
        </button>
        ${
          'share' in navigator
            ? html`<button class="button quiet more" type="button" @click=${this.#onShare}>
                ${icon('share')}<span class="words">${t('invite-share')}</span>
              </button>`
            : nothing
        }
        <button
          class="button quiet more qr-toggle"
          type="button"
          aria-expanded=${this.qrShown ? 'true' : 'false'}
          @click=${() => (this.qrShown = !this.qrShown)}
        >
          ${icon('qr')}<span class="words">${t('invite-qr')}</span>
        </button>
        <button
          class="button quiet more ones"
          type="button"
          aria-haspopup="dialog"
          @click=${this.#showOnes}
        >
          ${icon('person')}<span class="words">${t('invite-one')}</span>
        </button>
      </div>
      <div role="status" class="told">${this.#copy.told()}</div>
      ${this.qrShown ? html`<hamsa-qr-code value=${this.link} label=${t('invite-qr-alt')}></hamsa-qr-code>` : nothing}
      ${
        this.local
          ? html`<p class="local">${icon('warning')}<span>${t('invite-local')}</span></p>`
          : nothing
      }
      <hamsa-dialog
        heading=${t('invite-one')}
        ?open=${this.onesShown}
        @close=${() => (this.onesShown = false)}
      >
        ${
          this.onesShown
            ? this.#ones.draw(
                () =>
                  html`<hamsa-personal-invites
                    .invites=${this.invites}
                    ?failed=${this.inviteFailed}
                  ></hamsa-personal-invites>`,
              )
            : nothing
        }
      </hamsa-dialog>
    </section>`
  }

  readonly #onCopy = async (): Promise<void> => {
    if (await this.#copy.copy(this.link)) return
    await this.updateComplete
    this.box?.focus()
    this.box?.select()
  }

  readonly #showOnes = (): void => {
    this.onesShown = true
    void this.#ones.want()
  }

  readonly #onShare = async (): Promise<void> => {
    try {
      await navigator.share({ url: this.link })
    } catch {
      return // the merchant closed the sheet; nothing happened
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'hamsa-invite-panel': InvitePanel
  }
}
