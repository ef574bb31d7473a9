import { css } from 'lit'

/** What every shadow root starts from: boxes, buttons, fields, focus. */
export const sharedStyles = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  :host {
    display: block;
  }

  :host([hidden]),
  [hidden] {
    display: none !important;
  }

  h1,
  h2,
  h3,
  p,
  ul {
    margin: 0;
    padding: 0;
  }

  ul {
    /* Not “none”: Safari would no longer tell that it is a list. */
    list-style-type: '';
  }

  h1,
  h2,
  h3 {
    font-weight: 600;
    line-height: 1.3;
  }

  button,
  input,
  select,
  textarea {
    font: inherit;
    color: inherit;
  }

  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: var(--space-2);
    min-block-size: var(--touch);
    padding: 0.5rem 1.125rem;
    border: 1px solid transparent;
    border-radius: 999px;
    background: var(--accent);
    color: var(--on-accent);
    font-weight: 600;
    line-height: 1.3;
    text-decoration: none;
    cursor: pointer;
    transition:
      background-color var(--quick),
      border-color var(--quick),
      translate var(--quick);
  }

  .button:hover {
    background: var(--accent-deep);
  }

  .button:active {
    translate: 0 1px;
  }

  .button.quiet {
    background: transparent;
    border-color: var(--accent-line);
    color: var(--accent);
  }

  .button.quiet:hover {
    background: var(--accent-wash);
  }

  .button.plain {
    min-inline-size: var(--touch);
    padding: 0.5rem 0.75rem;
    background: transparent;
    color: var(--ink-soft);
    font-weight: 400;
  }

  .button.plain:hover {
    background: var(--accent-wash);
    color: var(--ink);
  }

  /* The step that cannot be taken back. */
  .button.danger {
    background: var(--danger);
    color: var(--on-danger);
  }

  .button.danger:hover {
    background: var(--danger-deep);
  }

  .button[aria-disabled='true'] {
    background: var(--paper-deep);
    border-color: var(--line);
    color: var(--ink-soft);
    cursor: default;
  }

  :focus-visible {
    outline: 3px solid var(--accent);
    outline-offset: 2px;
  }

  /* A heading takes the focus to be read, not to be used. */
  h1:focus-visible {
    outline: none;
  }

  .field {
    inline-size: 100%;
    min-block-size: var(--touch);
    padding: 0.55rem 0.875rem;
    border: 1px solid var(--line-strong);
    border-radius: var(--radius-m);
    background: var(--surface-raised);
    color: var(--ink);
  }

  .field::placeholder {
    color: var(--ink-soft);
    opacity: 1;
  }

  .field:focus-visible {
    outline-offset: -1px;
  }

  .field[aria-invalid='true'] {
    border-color: var(--danger);
  }

  /* The arrow is drawn where the line of reading ends; the browser's own sticks to the edge. */
  select.field {
    padding-inline-end: 2.25rem;
    appearance: none;
    background-image:
      linear-gradient(45deg, transparent 50%, currentcolor 50%),
      linear-gradient(-45deg, transparent 50%, currentcolor 50%);
    background-position:
      right 1.125rem center,
      right 0.8125rem center;
    background-repeat: no-repeat;
    background-size: 0.3125rem 0.3125rem;
  }

  select.field:dir(rtl) {
    background-position:
      left 0.8125rem center,
      left 1.125rem center;
  }

  .problem {
    display: flex;
    gap: var(--space-2);
    align-items: start;
    color: var(--danger);
    font-size: var(--text-s);
  }

  /* A place where words will be said takes no room, and no gap of a grid, until then. */
  div:is([role='alert'], [role='status']):not(:has(*)) {
    position: absolute;
  }

  .icon {
    display: inline-grid;
    flex: none;
    inline-size: 1.25em;
    block-size: 1.25em;
    place-items: center;
  }

  .icon svg {
    display: block;
    inline-size: 100%;
    block-size: 100%;
    fill: none;
    stroke: currentcolor;
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
  }

  .icon.turns:dir(rtl) {
    scale: -1 1;
  }

  .unseen {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  @media (forced-colors: active) {
    .button {
      border-color: ButtonText;
    }
  }
`
