import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { HamsaElement } from '../view/hamsa-element.ts'
import { t } from '../view/i18n.ts'
import { icon } from '../view/icons.ts'
import { AskToPersistEvent } from './desk-events.ts'
import type { SafeShop } from './safe-shop.ts'
import { safetyStyles } from './safety-styles.ts'

const TEXTS: Record<SafeShop['durability'], string> = {
  persistent: 'storage-persistent',
  'best-effort': 'storage-best-effort',
  unknown: 'storage-unknown',
}

/** Whether the browser may clear the shop by itself. */
@customElement('hamsa-storage-section')
export class StorageSection extends HamsaElement {
  static override readonly styles = safetyStyles

  @property() durability: SafeShop['durability'] = 'unknown'
  @state() private asked = false

  override render(): TemplateResult {
    const { durability } = this
    const kept = durability === 'persistent'
    const open = durability === 'best-effort'
    return html`<section aria-labelledby="heading">
      <h3 id="heading">${icon('device')}${t('storage-title')}</h3>
      <div role="status">
        <p class="told ${kept ? 'done' : open ? 'caution' : ''}">
          ${icon(kept ? 'check' : 'warning')}<span>${t(TEXTS[durability])}</span>
        </p>
        ${open && this.asked ? html`<p class="hint">${t('storage-asked')}</p>` : nothing}
      </div>
      ${
        open
          ? html`<div class="row">
              <button class="button quiet" type="button" @click=${this.#ask}>
                ${t('storage-ask')}
              </button>
            </div>`
          : nothing
      }
    </section>`
  }

  readonly #ask = (): void => {
    this.asked = true
    this.dispatchEvent(new AskToPersistEvent())
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'hamsa-storage-section': StorageSection
  }
}
