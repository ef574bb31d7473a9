import { css, html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import textsAr from '../locales/safety-number.ar.ftl?raw'
import textsEn from '../locales/safety-number.en.ftl?raw'
import type { Thread } from '../session/snapshots.ts'
import type { Side } from './connection-status.ts'
import { HamsaElement } from './hamsa-element.ts'
import { addTexts, t } from './i18n.ts'
import { sharedStyles } from './shared-styles.ts'

addTexts('ar', textsAr)
addTexts('en', textsEn)

const TEXTS: Record<
  Side,
  { readonly why: string; readonly call: string; readonly differs: string }
> = {
  chat: { why: 'number-why-chat', call: 'number-call-chat', differs: 'number-differs-chat' },
  desk: { why: 'number-why-desk', call: 'number-call-desk', differs: 'number-differs-desk' },
}

/** The safety number, and how two people compare it. Loads when it is first looked at. */
@customElement('hamsa-safety-number-card')
export class SafetyNumberCard extends HamsaElement {
  static override readonly styles = [
    sharedStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-4);
      }

      .number {
        display: grid;
        place-items: center;
        min-block-size: 12.5rem;
        padding: var(--space-4) var(--space-2);
        border: 1px solid var(--accent-line);
        border-radius: var(--radius-m);
        background: var(--accent-wash);
      }

      .groups {
        display: grid;
        grid-template-columns: repeat(3, auto);
        gap: var(--space-2) clamp(0.75rem, 6vw, 2rem);
        font-size: clamp(1.125rem, 5.5vw, 1.5rem);
        font-variant-numeric: tabular-nums;
        font-weight: 600;
        letter-spacing: 0.06em;
        line-height: 1.5;
      }

      .waiting {
        color: var(--ink-soft);
      }

      h3 {
        font-size: var(--text-m);
      }

      ol {
        display: grid;
        gap: var(--space-2);
        margin: 0;
        padding-inline-start: 1.5rem;
      }

      ol li::marker {
        color: var(--accent);
        font-weight: 600;
      }
    `,
  ]

  @property() side: Side = 'chat'
  @property({ attribute: false }) groups: Thread['safetyNumber'] = null

  override render(): TemplateResult {
    const texts = TEXTS[this.side]
    return html`<p>${t(texts.why)}</p>
      <div class="number" role="status">
        ${this.groups === null ? html`<p class="waiting">${t('number-waiting')}</p>` : this.#groups(this.groups)}
      </div>
      <h3>${t('number-how')}</h3>
      <ol>
        <li>${t(texts.call)}</li>
        <li>${t('number-read')}</li>
        <li>${t('number-same')}</li>
        <li>${t(texts.differs)}</li>
      </ol>`
  }

  #groups(groups: readonly string[]): TemplateResult {
    return html`<ul class="groups" dir="ltr" aria-label=${t('safety-number')}>
      ${groups.map((group) => html`<li>${group}</li>`)}
    </ul>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'hamsa-safety-number-card': SafetyNumberCard
  }
}
