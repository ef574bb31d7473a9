import { css, svg, html, type TemplateResult } from 'lit'
import { keyBytes } from './key-bytes.ts'

/** Pairs of hues that sit well on paper and at night; the picture says which shopper, never who. */
const PALETTES = [
  ['#115a60', '#f0b95a'],
  ['#7a3b2e', '#f3c9a5'],
  ['#39405f', '#b9c4ee'],
  ['#54622b', '#dfe3a3'],
  ['#6b3a5b', '#efbfd8'],
  ['#8a5a16', '#fbe0a6'],
  ['#22546b', '#a9dcee'],
  ['#45513f', '#cfe0c2'],
  ['#803049', '#f6c0c4'],
  ['#2d4a3e', '#f2c46d'],
  ['#4c3a7a', '#d3c3f5'],
  ['#5a4634', '#e8d3b4'],
] as const

/** A small picture drawn from a key: the same for the same key, on every device. */
export function keyAvatar(key: string): TemplateResult {
  const bytes = keyBytes(key)
  const at = (index: number): number => bytes[index] ?? 0
  const [ground, figure] = PALETTES[at(2) % PALETTES.length] ?? PALETTES[0]
  const turn = (at(3) % 16) * 22.5
  const shift = 6 + (at(4) % 10)
  const petals = 3 + (at(5) % 4)
  const bend = 5 + (at(6) % 8)
  return html`<svg class="avatar" viewBox="0 0 48 48" aria-hidden="true">
    ${svg`<circle cx="24" cy="24" r="24" fill=${ground} />
    <g transform="rotate(${turn} 24 24)" fill="none" stroke=${figure} stroke-width="2.500" stroke-linecap="round">
      ${Array.from({ length: petals }, (_, petal) => {
        const radius = 5 + petal * (15 / petals)
        const opacity = 1 - petal * 0.16
        return svg`<path opacity=${opacity} d="M${24 - shift / 2 + radius} ${24 - bend}a${radius} ${radius} 0 1 ${at(7) % 2} ${-radius} ${bend + radius / 2}" />`
      })}
      <circle cx=${24 - shift / 2} cy="24" r="2.750" fill=${figure} stroke="none" />
    </g>`}
  </svg>`
}

export const avatarStyles = css`
  .avatar {
    display: block;
    flex: none;
    inline-size: 2.75rem;
    block-size: 2.75rem;
    border-radius: 50%;
  }
`
