import { css, html, svg, type TemplateResult } from 'lit'

const COLOUR_SHAPE = /^#[0-9a-f]{6}$/i
/** Above this relative luminance dark letters read better than light ones (WCAG 2 contrast). */
const LIGHT_GROUND = 0.18

/**
 * A shop's tile: its first letter on its own colour. A colour of another shape is not used. Drawn
 * with SVG's own attributes, since the page's policy lets no `style` attribute through.
 */
export function monogram(name: string, colour: string | null): TemplateResult {
  const letter = [...new Intl.Segmenter().segment(name.trim())][0]?.segment ?? ''
  const known = colour !== null && COLOUR_SHAPE.test(colour) ? colour : null
  const ground = known ?? 'var(--mine)'
  const ink =
    known === null ? 'var(--on-mine)' : luminance(known) > LIGHT_GROUND ? '#000000' : '#ffffff'
  return html`<svg class="monogram" viewBox="0 0 44 44" aria-hidden="true">
    ${svg`<rect width="44" height="44" rx="14" fill=${ground} />
    <text x="22" y="22" dy="0.350em" text-anchor="middle" fill=${ink}>${letter.toLocaleUpperCase()}</text>`}
  </svg>`
}

export const monogramStyles = css`
  .monogram {
    flex: none;
    inline-size: 2.75rem;
    block-size: 2.75rem;
    font-size: 20px;
    font-weight: 600;
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
