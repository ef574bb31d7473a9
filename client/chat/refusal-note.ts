import { css, html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import textsAr from '../locales/refusal.ar.ftl?raw'
import textsEn from '../locales/refusal.en.ftl?raw'
import type { Refusal } from '../session/snapshots.ts'
import { HamsaElement } from '../view/hamsa-element.ts'
import { addTexts, t } from '../view/i18n.ts'
import { icon, type IconName } from '../view/icons.ts'
import { sharedStyles } from '../view/shared-styles.ts'

addTexts('ar', textsAr)
addTexts('en', textsEn)

type Look = { readonly icon: IconName; readonly title: string; readonly body: string }

const LOOKS: Record<Refusal, Look> = {
  'used-up': { icon: 'person', title: 'refusal-used-up', body: 'refusal-used-up-more' },
  expired: { icon: 'clock', title: 'refusal-expired', body: 'refusal-expired-more' },
  revoked: { icon: 'link', title: 'refusal-revoked', body: 'refusal-revoked-more' },
  foreign: { icon: 'link', title: 'refusal-foreign', body: 'refusal-foreign-more' },
  closed: { icon: 'lock', title: 'refusal-closed', body: 'refusal-closed-more' },
}

/**
 * In the place where one wrote: why the shop refused, and what to do next. Loads when a shop has
 * refused.
 */
@customElement('hamsa-refusal-note')
export class RefusalNote extends HamsaElement {
  static override readonly styles = [
    sharedStyles,
    css`
      .refusal {
        display: flex;
        gap: var(--space-3);
        align-items: start;
        padding: var(--space-4);
        padding-block-end: max(var(--space-4), env(safe-area-inset-bottom));
        border-block-start: 1px solid var(--caution-line);
        background: var(--caution-wash);
      }

      .refusal-icon {
        display: grid;
        flex: none;
        inline-size: 2.5rem;
        block-size: 2.5rem;
        border-radius: 50%;
        background: var(--surface);
        color: var(--caution);
        place-items: center;
      }

      .refusal > div {
        display: grid;
        gap: var(--space-1);
        min-inline-size: 0;
      }

      .alone {
        flex-direction: column;
        gap: var(--space-4);
        max-inline-size: 27.5rem;
        padding: var(--space-5);
        border: 1px solid var(--caution-line);
        border-radius: var(--radius-l);
      }

      .alone .refusal-icon {
        inline-size: 3.5rem;
        block-size: 3.5rem;
        font-size: 1.375rem;
      }

      .refusal h2 {
        color: var(--caution);
        font-size: var(--text-m);
      }

      .refusal p {
        font-size: var(--text-s);
      }
    `,
  ]

  @property({ attribute: false }) refusal: Refusal | null = null
  /** A card in the middle of an empty page, not a line below messages. */
  @property({ type: Boolean }) alone = false

  override render(): TemplateResult {
    if (this.refusal === null) return html``
    const look = LOOKS[this.refusal]
    return html`<div class="refusal ${this.alone ? 'alone' : ''}">
      <span class="refusal-icon">${icon(look.icon)}</span>
      <div>
        <h2>${t(look.title)}</h2>
        <p>${t(look.body)}</p>
      </div>
    </div>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'hamsa-refusal-note': RefusalNote
  }
}
