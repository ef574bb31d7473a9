import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit'

/** Drawn on a grid of 24, by strokes, in the colour of the text beside them. */
const PATHS = {
  send: svg`<path d="M4.500 12 3 4.500 21 12 3 19.500 4.500 12Zm0 0H12" />`,
  back: svg`<path d="m14.500 5-7 7 7 7" />`,
  onward: svg`<path d="m9.500 5 7 7-7 7" />`,
  down: svg`<path d="M12 5v14m-6-6 6 6 6-6" />`,
  up: svg`<path d="M12 19V5m-6 6 6-6 6 6" />`,
  close: svg`<path d="m6 6 12 12M18 6 6 18" />`,
  check: svg`<path d="m5 12.500 4.500 4.500L19 7.500" />`,
  checks: svg`<path d="m2.500 12.500 4 4L15 8m-4.500 6.500 2 2L21.500 7.500" />`,
  clock: svg`<circle cx="12" cy="12" r="8.500" /><path d="M12 7.500V12l3 2" />`,
  device: svg`<rect x="7" y="3" width="10" height="18" rx="2.500" /><path d="M11 17.800h2" />`,
  eye: svg`<path d="M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12Z" /><circle cx="12" cy="12" r="2.750" />`,
  keep: svg`<path d="M4 9.500 5.500 4h13L20 9.500M5 10v10h14V10M4 9.500a2.670 2.670 0 0 0 5.330 0 2.670 2.670 0 0 0 5.340 0 2.670 2.670 0 0 0 5.330 0M10 20v-5h4v5" />`,
  warning: svg`<path d="M12 4 2.800 19.500h18.400L12 4Zm0 6v4.200m0 2.500v.1" />`,
  copy: svg`<rect x="8.500" y="8.500" width="12" height="12" rx="2.500" /><path d="M15.500 5.500v-.5A1.500 1.500 0 0 0 14 3.500H5A1.500 1.500 0 0 0 3.500 5v9A1.500 1.500 0 0 0 5 15.500h.500" />`,
  share: svg`<path d="M12 15V3.500m-4 4 4-4 4 4M5 12v7.500h14V12" />`,
  qr: svg`<path d="M4 4h6v6H4zm10 0h6v6h-6zM4 14h6v6H4zm10 0h2.500v2.500H14zm3.500 3.500H20V20h-2.500zM14 20h.1M20 14h.1" />`,
  save: svg`<path d="M12 3.500V15m-4.500-4.500L12 15l4.500-4.500M4.500 16v3.500h15V16" />`,
  globe: svg`<circle cx="12" cy="12" r="8.500" /><path d="M3.500 12h17M12 3.500c2.400 2.300 3.600 5.100 3.600 8.500s-1.200 6.200-3.600 8.500c-2.400-2.300-3.600-5.100-3.600-8.500S9.600 5.800 12 3.500Z" />`,
  sun: svg`<circle cx="12" cy="12" r="4" /><path d="M12 2.500v2m0 15v2m9.500-9.500h-2m-15 0h-2m16.200-6.700-1.400 1.400M6.700 17.300l-1.400 1.400m13.400 0-1.400-1.400M6.700 6.700 5.300 5.300" />`,
  moon: svg`<path d="M20 14.200A8.300 8.300 0 0 1 9.800 4a8.300 8.300 0 1 0 10.200 10.200Z" />`,
  halves: svg`<circle cx="12" cy="12" r="8.500" /><path d="M12 3.500v17M12 7h6.300M12 12h8.400M12 17h6.300" />`,
  sliders: svg`<path d="M4 7h9m5 0h2M4 17h2m5 0h9" /><circle cx="15.500" cy="7" r="2.500" /><circle cx="8.500" cy="17" r="2.500" />`,
  shield: svg`<path d="M12 3 4.500 6v5.500c0 4.600 3 8 7.500 9.500 4.500-1.500 7.500-4.900 7.500-9.500V6L12 3Zm-3.500 9 2.500 2.500 4.500-5" />`,
  key: svg`<circle cx="8" cy="15.500" r="4" /><path d="m11 12.500 8.500-8.500M16 7.500l2.500 2.500" />`,
  lock: svg`<rect x="5" y="10.500" width="14" height="10" rx="2.500" /><path d="M8 10.500V7.500a4 4 0 0 1 8 0v3" />`,
  person: svg`<circle cx="12" cy="8" r="4" /><path d="M4.500 20.500c.6-4 3.500-6 7.500-6s6.900 2 7.500 6" />`,
  link: svg`<path d="M10 14a4 4 0 0 0 5.700 0l3.600-3.600a4 4 0 0 0-5.700-5.700L12.500 5.800M14 10a4 4 0 0 0-5.700 0l-3.600 3.600a4 4 0 0 0 5.700 5.700l1.100-1.100" />`,
  tabs: svg`<rect x="3.500" y="8" width="13" height="12" rx="2.500" /><path d="M8 8V6.500A2.500 2.500 0 0 1 10.500 4h7A2.500 2.500 0 0 1 20 6.500v7a2.500 2.500 0 0 1-2.500 2.500h-1" />`,
  cloudless: svg`<path d="M7.500 18.500a4.500 4.500 0 0 1-.7-8.900 6 6 0 0 1 3.200-3.400m3.500-.3a6 6 0 0 1 4.400 4.600 4 4 0 0 1 2 6.500M4 4l16 16m-9.500-1.500H7.500" />`,
} satisfies Record<string, SVGTemplateResult>

export type IconName = keyof typeof PATHS
/** These point along the line of reading, so they turn with it. */
const TURNING: readonly IconName[] = ['send', 'back', 'onward']

/** An ornament beside words; assistive tech never hears of it. */
export function icon(name: IconName): TemplateResult {
  const turns = TURNING.includes(name) ? ' turns' : ''
  return html`<span class="icon${turns}" aria-hidden="true"
    ><svg viewBox="0 0 24 24">${PATHS[name]}</svg></span
  >`
}
