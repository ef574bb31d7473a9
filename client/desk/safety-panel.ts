import { css, html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import textsAr from '../locales/safety.ar.ftl?raw'
import textsEn from '../locales/safety.en.ftl?raw'
import { HamsaElement } from '../view/hamsa-element.ts'
import { addTexts } from '../view/i18n.ts'
import { sharedStyles } from '../view/shared-styles.ts'
import './export-section.ts'
import './passcode-section.ts'
import './recovery-section.ts'
import type { SafeShop } from './safe-shop.ts'
import './storage-section.ts'

addTexts('ar', textsAr)
addTexts('en', textsEn)

/** Everything that keeps a shop from being lost or read by others. Loads when the dialog is first opened. */
@customElement('hamsa-safety-panel')
export class SafetyPanel extends HamsaElement {
  static override readonly styles = [
    sharedStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-5);
      }

      :host > * + * {
        padding-block-start: var(--space-5);
        border-block-start: 1px solid var(--line);
      }
    `,
  ]

  @property({ attribute: false }) shop: SafeShop | null = null

  override render(): TemplateResult {
    const { shop } = this
    return html`<hamsa-recovery-section ?saved=${shop?.recoverySaved}></hamsa-recovery-section>
      <hamsa-passcode-section
        ?guarded=${shop?.hasPasscode}
        ?recoverable=${shop?.recoverySaved}
      ></hamsa-passcode-section>
      <hamsa-storage-section durability=${shop?.durability ?? 'unknown'}></hamsa-storage-section>
      <hamsa-export-section shop-name=${shop?.shopName ?? ''}></hamsa-export-section>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'hamsa-safety-panel': SafetyPanel
  }
}
