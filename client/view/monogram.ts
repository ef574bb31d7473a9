import { css, html, type TemplateResult } from 'lit'
import { styleMap } from 'lit/directives/style-map.js'

const COLOUR_SHAPE = /^#[0-9a-f]{6}$/i
/** Above this relative luminance dark letters read better than light ones (WCAG 2 contrast). */
const LIGHT_GROUND = 0.18

/** A shop's tile: its first letter on its own colour. A colour of another shape is not used. */
export function monogram(name: string, colour: string | null): TemplateResult {
  const letter = [...new Intl.Segmenter().segment(name.trim())][0]?.segment ?? ''
  const known = colour !== null && COLOUR_SHAPE.test(colour) ? colour : null
  const colours =
    known === null
      ? {}
      : { backgroundColor: known, color: luminance(known) > LIGHT_GROUND ? '#000' : '#fff' }
  return html`<span class="monogram" aria-hidden="true" style=${styleMap(colours)}>
    <span>${letter.toLocaleUpperCase()}</span>
  </span>`
}

export const monogramStyles = css`
  .monogram {
    display: grid;
    flex: none;
    inline-size: 2.75rem;
    block-size: 2.75rem;
    border-radius: 0.875rem;
    background: var(--mine);
    color: var(--on-mine);
    font-size: 1.25rem;
    font-weight: 600;
    line-height: 1;
    overflow: clip;
    place-items: center;
  }
`

/** Relative luminance of `#rrggbb` (WCAG 2). */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
