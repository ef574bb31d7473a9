import { css, html, svg, type TemplateResult } from 'lit'

/** The mark: a point of saffron that is heard softer and softer. */
export const brandMark: TemplateResult = html`<svg
  class="mark"
  viewBox="0 0 64 64"
  aria-hidden="true"
>
  ${svg`<path class="mark-body" d="M32 4c15.500 0 28 11.600 28 26S47.500 56 32 56c-3 0-5.900-.4-8.600-1.200C19.600 57.700 14.300 60 8 60c2.700-3.200 4.300-6.700 4.700-10.300C7.300 45 4 38 4 30 4 15.600 16.500 4 32 4Z" />
  <circle class="mark-point" cx="21" cy="30" r="5" />
  <path class="mark-arc" d="M30.500 21.500a13 13 0 0 1 0 17" />
  <path class="mark-arc softer" d="M38 15.500a22 22 0 0 1 0 29" />
  <path class="mark-arc softest" d="M45.500 11.500a29 29 0 0 1 0 37" />`}
</svg>`

/** The same sound across a whole page, hardly there. */
export const ripples: TemplateResult = html`<svg
  class="ripples"
  viewBox="0 0 800 800"
  aria-hidden="true"
  preserveAspectRatio="xMidYMid slice"
>
  ${svg`<circle cx="400" cy="400" r="70" /><circle cx="400" cy="400" r="130" />
  <circle cx="400" cy="400" r="195" /><circle cx="400" cy="400" r="265" />
  <circle cx="400" cy="400" r="340" /><circle cx="400" cy="400" r="395" />`}
</svg>`

export const brandStyles = css`
  .mark {
    display: block;
    flex: none;
    inline-size: 2.25rem;
    block-size: 2.25rem;
  }

  .mark:dir(rtl) {
    scale: -1 1;
  }

  .mark-body {
    fill: var(--mine);
  }

  .mark-point {
    fill: var(--spark);
  }

  .mark-arc {
    fill: none;
    stroke: var(--on-mine);
    stroke-width: 4;
    stroke-linecap: round;
  }

  .softer {
    opacity: 0.72;
  }

  .softest {
    opacity: 0.42;
  }

  .ripples {
    position: absolute;
    inset-block-start: -22rem;
    inset-inline-start: 50%;
    inline-size: 62rem;
    block-size: 62rem;
    margin-inline-start: -31rem;
    pointer-events: none;
  }

  .ripples circle {
    fill: none;
    stroke: var(--accent);
    stroke-width: 1.25;
    opacity: 0.13;
  }

  .ripples circle:nth-of-type(n + 3) {
    opacity: 0.08;
  }

  .ripples circle:nth-of-type(n + 5) {
    opacity: 0.05;
  }

  @media (prefers-contrast: more) {
    .ripples {
      display: none;
    }
  }
`
