import { css, html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import textsAr from '../locales/locked.ar.ftl?raw'
import textsEn from '../locales/locked.en.ftl?raw'
import type { DeskSnapshot } from '../session/snapshots.ts'
import { HamsaElement } from '../view/hamsa-element.ts'
import { addTexts, t } from '../view/i18n.ts'
import { icon } from '../view/icons.ts'
import { noticeStyles } from '../view/notice-page.ts'
import { cardStyles } from '../view/page-frame.ts'
import { sharedStyles } from '../view/shared-styles.ts'
import './unlock-form.ts'

addTexts('ar', textsAr)
addTexts('en', textsEn)

/** A desk that a passcode guards: nothing of the shop is shown, not even its name. Loads only where there is a passcode. */
@customElement('hamsa-locked')
export class Locked extends HamsaElement {
  static override readonly styles = [
    sharedStyles,
    cardStyles,
    noticeStyles,
    css`
      :host {
        inline-size: min(100%, 27.5rem);
      }

      .words {
        display: grid;
        gap: var(--space-2);
        justify-items: start;
      }

      .words .notice-icon {
        margin-block-end: var(--space-2);
      }

      .forgot {
        padding-block-start: var(--space-3);
        border-block-start: 1px solid var(--line);
        color: var(--ink-soft);
        font-size: var(--text-s);
      }

      summary {
        align-content: center;
        min-block-size: var(--touch);
        cursor: pointer;
      }
    `,
  ]

  @property({ attribute: false }) locked: Extract<
    DeskSnapshot,
    { readonly type: 'locked' }
  > | null = null

  override render(): TemplateResult {
    return html`<div class="card">
      <div class="words">
        <span class="notice-icon">${icon('lock')}</span>
        <h1>${t('locked-title')}</h1>
        <p class="lead">${t('locked-lead')}</p>
      </div>
      <hamsa-unlock-form .locked=${this.locked}></hamsa-unlock-form>
      <details class="forgot">
        <summary>${t('passcode-forgot')}</summary>
        <p>${t('passcode-forgot-more')}</p>
      </details>
    </div>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'hamsa-locked': Locked
  }
}
