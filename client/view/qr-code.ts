import { css, html, svg, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import { HamsaElement } from './hamsa-element.ts'
import { t } from './i18n.ts'
import { sharedStyles } from './shared-styles.ts'

type Drawing =
  | { readonly type: 'none' }
  | { readonly type: 'drawn'; readonly size: number; readonly path: string }
  | { readonly type: 'failed' }

/** Light modules around the code, as the standard wants them. */
const QUIET_ZONE = 4
const MODULE_PX = 4

/** A link as a QR code. The code that draws it loads when it is first needed. */
@customElement('hamsa-qr-code')
export class QrCode extends HamsaElement {
  static override readonly styles = [
    sharedStyles,
    css`
      svg {
        display: block;
        inline-size: min(100%, var(--side) * ${MODULE_PX} * 1px);
        /* Whole pixels for each module, where the place is too small for so many as well. */
        inline-size: min(round(down, 100%, var(--side) * 1px), var(--side) * ${MODULE_PX} * 1px);
        margin-inline: auto;
        aspect-ratio: 1;
        border-radius: var(--radius-m);
        background: #fff;
        fill: #1c1812;
        shape-rendering: crispedges;
      }

      .place {
        aspect-ratio: 1;
      }
    `,
  ]

  @property() value = ''
  /** What the code is of, for those who cannot see it. */
  @property() label = ''
  @state() private drawing: Drawing = { type: 'none' }
  @query('svg') private readonly code!: SVGElement | null

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('value')) void this.#draw(this.value)
  }

  protected override updated(): void {
    if (this.drawing.type !== 'drawn') return
    this.code?.style.setProperty('--side', String(sideOf(this.drawing.size)))
  }

  override render(): TemplateResult {
    const { drawing } = this
    if (drawing.type === 'failed') return html`<p>${t('invite-qr-failed')}</p>`
    if (drawing.type === 'none') return html`<div class="place"></div>`
    const side = sideOf(drawing.size)
    const box = `${-QUIET_ZONE} ${-QUIET_ZONE} ${side} ${side}`
    return html`<svg role="img" aria-label=${this.label} viewBox=${box}>
      ${svg`<path d=${drawing.path} />`}
    </svg>`
  }

  async #draw(value: string): Promise<void> {
    try {
      const { generate } = await import('lean-qr')
      const code = generate(value)
      if (value !== this.value) return // a newer link is being drawn
      this.drawing = { type: 'drawn', size: code.size, path: pathOf(code) }
    } catch {
      this.drawing = { type: 'failed' } // not loaded, or the link is longer than a code holds
    }
  }
}

/** Modules along a side, with the light ones around. */
function sideOf(size: number): number {
  return size + 2 * QUIET_ZONE
}

/** Dark modules as one path, each row's neighbours joined. */
function pathOf(code: { readonly size: number; get(x: number, y: number): boolean }): string {
  let path = ''
  for (let y = 0; y < code.size; y++) {
    for (let x = 0; x < code.size; x++) {
      if (!code.get(x, y)) continue
      const start = x
      while (x + 1 < code.size && code.get(x + 1, y)) x++
      const width = x - start + 1
      path += `M${start} ${y}h${width}v1h-${width}z`
    }
  }
  return path
}

declare global {
  interface HTMLElementTagNameMap {
    'hamsa-qr-code': QrCode
  }
}
