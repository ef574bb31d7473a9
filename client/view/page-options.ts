import { css, html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { DisclosureState } from '../session/snapshots.ts'
import type { Side } from './connection-status.ts'
import './dialog.ts'
import { HamsaElement } from './hamsa-element.ts'
import { language, t, type Language } from './i18n.ts'
import { icon } from './icons.ts'
import { LazyPart } from './lazy-part.ts'
import { switchLanguage } from './page-settings.ts'
import { sharedStyles } from './shared-styles.ts'

/** The reader's choices: the other language by its own name, and the dialog "Settings". */
@customElement('hamsa-page-options')
export class PageOptions extends HamsaElement {
  static override readonly styles = [
    sharedStyles,
    css`
      .options {
        position: relative;
        display: flex;
        align-items: center;
      }

      .options > .problem {
        position: absolute;
        z-index: 2;
        inset-block-start: 100%;
        inset-inline-end: 0;
        inline-size: min(18rem, 80vw);
        padding: var(--space-3);
        border: 1px solid var(--danger-line);
        border-radius: var(--radius-m);
        background: var(--danger-wash);
        box-shadow: var(--shadow-lifted);
      }

      .button.plain {
        padding-inline: 0.625rem;
      }
    `,
  ]

  @property() side: Side = 'chat'
  /** What the other side may know; `null` where there is no other side yet. */
  @property({ attribute: false }) disclosure: DisclosureState | null = null

  @state() private open = false
  /** The other language could not be loaded. */
  @state() private failed = false

  readonly #panel = new LazyPart(this, () => import('./settings-panel.ts'))

  override render(): TemplateResult {
    const other = language() === 'ar' ? 'en' : 'ar'
    return html`<div class="options" role="group" aria-label=${t('settings')}>
      <button
        class="button plain"
        type="button"
        lang=${other}
        @click=${() => this.#switchTo(other)}
      >
        ${t('language-other')}
      </button>
      <button
        class="button plain"
        type="button"
        aria-label=${t('settings')}
        title=${t('settings')}
        aria-haspopup="dialog"
        @click=${this.#show}
      >
        ${icon('sliders')}
      </button>
      ${
        this.failed
          ? html`<p class="problem" role="alert">${icon('warning')} ${t('part-failed')}</p>`
          : nothing
      }
      <hamsa-dialog heading=${t('settings')} ?open=${this.open} @close=${() => (this.open = false)}>
        ${
          this.open
            ? this.#panel.draw(
                () =>
                  html`<hamsa-settings-panel
                    side=${this.side}
                    .disclosure=${this.disclosure}
                  ></hamsa-settings-panel>`,
              )
            : nothing
        }
      </hamsa-dialog>
    </div>`
  }

  async #switchTo(next: Language): Promise<void> {
    this.failed = false
    try {
      await switchLanguage(next)
    } catch {
      this.failed = true // no connection, or a newer build has taken this one's place
    }
  }

  readonly #show = (): void => {
    this.open = true
    void this.#panel.want()
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'hamsa-page-options': PageOptions
  }
}
