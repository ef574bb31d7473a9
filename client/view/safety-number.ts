import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { Thread } from '../session/snapshots.ts'
import type { Side } from './connection-status.ts'
import './dialog.ts'
import { ShowSafetyNumberEvent } from './events.ts'
import { HamsaElement } from './hamsa-element.ts'
import { t } from './i18n.ts'
import { icon } from './icons.ts'
import { LazyPart } from './lazy-part.ts'
import { sharedStyles } from './shared-styles.ts'

/** The button "Safety number" of a conversation, and its dialog. */
@customElement('hamsa-safety-number')
export class SafetyNumber extends HamsaElement {
  static override readonly styles = [
    sharedStyles,
    css`
      .button.plain {
        padding-inline: 0.625rem;
      }

      @media (max-width: 39.99rem) {
        .words {
          display: none;
        }
      }
    `,
  ]

  @property() side: Side = 'chat'
  @property() conversation = ''
  /** As the session gives them; `null` while they are worked out. */
  @property({ attribute: false }) groups: Thread['safetyNumber'] = null

  @state() private open = false
  readonly #card = new LazyPart(this, () => import('./safety-number-card.ts'))

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('conversation')) this.open = false
  }

  override render(): TemplateResult {
    return html`<button
        class="button plain"
        type="button"
        aria-label=${t('safety-number')}
        title=${t('safety-number')}
        aria-haspopup="dialog"
        @click=${this.#show}
      >
        ${icon('key')}<span class="words">${t('safety-number')}</span>
      </button>
      <hamsa-dialog
        heading=${t('safety-number')}
        ?open=${this.open}
        @close=${() => (this.open = false)}
      >
        ${
          this.open
            ? this.#card.draw(
                () =>
                  html`<hamsa-safety-number-card
                    side=${this.side}
                    .groups=${this.groups}
                  ></hamsa-safety-number-card>`,
              )
            : nothing
        }
      </hamsa-dialog>`
  }

  readonly #show = (): void => {
    this.open = true
    void this.#card.want()
    this.dispatchEvent(new ShowSafetyNumberEvent())
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'hamsa-safety-number': SafetyNumber
  }
}
