import { css, html, nothing, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import { HamsaElement } from '../view/hamsa-element.ts'
import { t } from '../view/i18n.ts'
import { icon } from '../view/icons.ts'
import '../view/qr-code.ts'
import { sharedStyles } from '../view/shared-styles.ts'

type Copy = 'not-yet' | 'copied' | 'failed'

/** The invite link: to copy, to share, to scan. */
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

      .told:empty {
        margin-block-end: calc(-1 * var(--space-3));
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

      hamsa-qr-code {
        inline-size: min(100%, 15rem);
        margin-inline: auto;
      }
    `,
  ]

  @property() link = ''
  /** The link works on this computer only. */
  @property({ type: Boolean }) local = false

  @state() private copy: Copy = 'not-yet'
  @state() private qrShown = false
  @query('input') private readonly box!: HTMLInputElement | null

  override render(): TemplateResult {
    return html`<section class="panel" aria-labelledby="heading">
      <h2 id="heading">${t('invite')}</h2>
      <input
        class="field"
        type="text"
        dir="ltr"
        readonly
        aria-label=${t('invite-link')}
        .value=${this.link}
        @focus=${() => this.box?.select()}
      />
      <div class="row">
        <button class="button" type="button" @click=${this.#onCopy}>
          ${icon(this.copy === 'copied' ? 'check' : 'copy')} ${t('copy-invite-link')}
        </button>
        ${
          'share' in navigator
            ? html`<button class="button quiet" type="button" @click=${this.#onShare}>
                ${icon('share')} ${t('invite-share')}
              </button>`
            : nothing
        }
        <button
          class="button quiet"
          type="button"
          aria-expanded=${this.qrShown ? 'true' : 'false'}
          @click=${() => (this.qrShown = !this.qrShown)}
        >
          ${icon('qr')} ${t('invite-qr')}
        </button>
      </div>
      <div role="status" class="told">${this.#told()}</div>
      ${this.qrShown ? html`<hamsa-qr-code value=${this.link}></hamsa-qr-code>` : nothing}
      ${
        this.local
          ? html`<p class="local">${icon('warning')}<span>${t('invite-local')}</span></p>`
          : nothing
      }
    </section>`
  }

  #told(): TemplateResult | typeof nothing {
    switch (this.copy) {
      case 'not-yet':
        return nothing
      case 'copied':
        return html`<span class="done">${t('invite-copied')}</span>`
      case 'failed':
        return html`<span class="failed">${t('invite-copy-failed')}</span>`
    }
  }

  readonly #onCopy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(this.link)
      this.copy = 'copied'
    } catch {
      this.copy = 'failed' // no permission: the link is selected for copying by hand
      this.box?.focus()
      this.box?.select()
    }
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
