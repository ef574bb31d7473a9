import { html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { HamsaElement } from '../view/hamsa-element.ts'
import { language, pageDirection, t } from '../view/i18n.ts'
import { icon } from '../view/icons.ts'
import { ReadableExportEvent } from './desk-events.ts'
import { fileTold, saveAnswer, type FileStep } from './file-told.ts'
import { pseudonyms } from './pseudonym.ts'
import { safetyStyles } from './safety-styles.ts'

/** All conversations as a file that everyone can read. */
@customElement('hamsa-export-section')
export class ExportSection extends HamsaElement {
  static override readonly styles = safetyStyles

  @property({ attribute: 'shop-name' }) shopName = ''
  @state() private step: FileStep = 'none'

  override render(): TemplateResult {
    const button = (format: ReadableExportEvent['format']): TemplateResult =>
      html`<button
        class="button quiet"
        type="button"
        aria-describedby="warning"
        aria-disabled=${this.step === 'making' ? 'true' : 'false'}
        @click=${() => this.#save(format)}
      >
        ${icon('save')} ${t(format === 'html' ? 'export-html' : 'export-json')}
      </button>`
    return html`<section aria-labelledby="heading">
      <h3 id="heading">${icon('eye')}${t('export-title')}</h3>
      <p id="warning" class="told caution">${icon('warning')}<span>${t('export-warning')}</span></p>
      <div class="row">${button('html')} ${button('json')}</div>
      ${fileTold(this.step, 'file-done')}
    </section>`
  }

  async #save(format: ReadableExportEvent['format']): Promise<void> {
    if (this.step === 'making') return
    this.step = 'making'
    this.step = await saveAnswer(
      this,
      new ReadableExportEvent(format, {
        title: t('export-heading', { shop: this.shopName }),
        shop: t('from-shop'),
        shopper: t('from-shopper'),
        deleted: t('export-deleted'),
        edited: t('export-edited'),
        direction: pageDirection(),
        language: language(),
        names: pseudonyms,
      }),
    )
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'hamsa-export-section': ExportSection
  }
}
