import { css, html, nothing, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import '../view/dialog.ts'
import { HamsaElement } from '../view/hamsa-element.ts'
import { t } from '../view/i18n.ts'
import { icon } from '../view/icons.ts'
import { LazyPart } from '../view/lazy-part.ts'
import { sharedStyles } from '../view/shared-styles.ts'
import type { SafeShop } from './safe-shop.ts'

/** The button "Safety" and its dialog, whose contents load when it is first opened. */
@customElement('hamsa-safety')
export class Safety extends HamsaElement {
  static override readonly styles = [
    sharedStyles,
    css`
      .button.plain {
        padding-inline: 0.625rem;
      }

      @media (max-width: 63.99rem) {
        .words {
          display: none;
        }
      }
    `,
  ]

  @property({ attribute: false }) shop: SafeShop | null = null
  @state() private open = false
  @query('button') private readonly button!: HTMLButtonElement | null

  readonly #panel = new LazyPart(this, () => import('./safety-panel.ts'))

  /** Opens the dialog, as the button does. */
  show(): void {
    this.open = true
    void this.#panel.want()
  }

  override focus(): void {
    this.button?.focus()
  }

  override render(): TemplateResult {
    return html`<button
        class="button plain"
        type="button"
        aria-label=${t('safety')}
        title=${t('safety')}
        aria-haspopup="dialog"
        @click=${() => this.show()}
      >
        ${icon('shield')}<span class="words">${t('safety')}</span>
      </button>
      <hamsa-dialog heading=${t('safety')} ?open=${this.open} @close=${this.#onClose}>
        ${
          this.open
            ? this.#panel.draw(
                () => html`<hamsa-safety-panel .shop=${this.shop}></hamsa-safety-panel>`,
              )
            : nothing
        }
      </hamsa-dialog>`
  }

  readonly #onClose = (): void => {
    this.open = false
    // What opened it may be gone by now, as the note about the recovery file is.
    const root = this.getRootNode()
    const lost = root instanceof ShadowRoot && root.activeElement === null
    if (lost && this.shadowRoot?.activeElement === null) this.focus()
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'hamsa-safety': Safety
  }
}
