import { css, html, type TemplateResult } from 'lit'
import { customElement, property, query } from 'lit/decorators.js'
import { HamsaElement } from './hamsa-element.ts'
import { t } from './i18n.ts'
import { icon } from './icons.ts'
import { sharedStyles } from './shared-styles.ts'

/**
 * A dialog above the page, a sheet on a phone. The browser's own `<dialog>` keeps the focus inside,
 * closes on Escape and gives the focus back; its owner hears `close` and holds `open`.
 */
@customElement('hamsa-dialog')
export class Dialog extends HamsaElement {
  static override readonly styles = [
    sharedStyles,
    css`
      /* Takes no place in the page, nor a gap in its grid. */
      :host {
        position: absolute;
      }

      dialog {
        inline-size: min(100vw, 35rem);
        max-inline-size: none;
        max-block-size: min(100dvh - 3rem, 52rem);
        margin: auto;
        padding: 0;
        border: 1px solid var(--line);
        border-radius: var(--radius-l);
        background: var(--surface);
        box-shadow: var(--shadow-lifted);
        color: var(--ink);
        overflow: hidden;
      }

      dialog[open] {
        display: flex;
      }

      /* What scrolls is within what is round: Firefox draws a scroll bar over its own box's corners. */
      .sheet {
        flex: 1;
        min-inline-size: 0;
        overflow: hidden auto;
        overscroll-behavior: contain;
        scroll-padding-block: 4rem 1rem;
        scrollbar-width: thin;
        scrollbar-color: var(--line-strong) transparent;
      }

      dialog::backdrop {
        background: rgb(20 14 6 / 52%);
      }

      .head {
        position: sticky;
        z-index: 1;
        inset-block-start: 0;
        display: flex;
        gap: var(--space-3);
        align-items: center;
        justify-content: space-between;
        padding-block: var(--space-2);
        padding-inline: var(--space-5) var(--space-2);
        border-block-end: 1px solid var(--line);
        background: var(--surface);
      }

      h2 {
        font-size: var(--text-l);
      }

      /* It takes the focus to be read, not to be used. */
      h2:focus-visible {
        outline: none;
      }

      .content {
        padding: var(--space-5);
      }

      @media (max-width: 40rem) {
        dialog {
          inline-size: 100vw;
          max-block-size: calc(100dvh - 2rem);
          margin-block-end: 0;
          border-width: 1px 0 0;
          border-end-start-radius: 0;
          border-end-end-radius: 0;
        }

        .head {
          padding-inline-start: var(--space-4);
        }

        .content {
          padding: var(--space-4);
          padding-block-end: max(var(--space-4), env(safe-area-inset-bottom));
        }
      }

      @media (prefers-reduced-motion: no-preference) {
        dialog[open] {
          animation: rise var(--gentle) ease-out;
        }

        @keyframes rise {
          from {
            opacity: 0;
            translate: 0 0.75rem;
          }
        }
      }
    `,
  ]

  @property() heading = ''
  @property({ type: Boolean }) open = false
  @query('dialog') private readonly dialog!: HTMLDialogElement | null
  @query('h2') private readonly headline!: HTMLElement | null

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.dialog?.close()
  }

  protected override updated(): void {
    const { dialog } = this
    if (dialog === null || dialog.open === this.open || !this.isConnected) return
    if (!this.open) return dialog.close()
    dialog.showModal()
    this.headline?.focus()
  }

  override render(): TemplateResult {
    return html`<dialog aria-labelledby="heading" @close=${this.#onClose}>
      <div class="sheet">
        <div class="head">
          <h2 id="heading" tabindex="-1">${this.heading}</h2>
          <button
            class="button plain"
            type="button"
            aria-label=${t('close')}
            title=${t('close')}
            @click=${() => this.dialog?.close()}
          >
            ${icon('close')}
          </button>
        </div>
        <div class="content"><slot></slot></div>
      </div>
    </dialog>`
  }

  readonly #onClose = (): void => {
    this.dispatchEvent(new Event('close'))
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'hamsa-dialog': Dialog
  }
}
