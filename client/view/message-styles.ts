import { css } from 'lit'

/** The log: bubbles on paper, quiet words below them. */
export const messageStyles = css`
  :host {
    position: relative;
    display: flex;
    flex-direction: column;
    min-block-size: 0;
  }

  .log {
    flex: 1;
    min-block-size: 0;
    padding: var(--space-4) var(--space-4) var(--space-5);
    overflow: hidden auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
    scrollbar-color: var(--line-strong) transparent;
  }

  .content {
    min-block-size: 100%;
    display: flow-root;
  }

  .log:focus-visible {
    outline-offset: -3px;
  }

  .day {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    margin-block: var(--space-5) var(--space-3);
    color: var(--ink-soft);
    font-size: var(--text-xs);
    font-weight: 400;
  }

  section:first-of-type .day {
    margin-block-start: var(--space-2);
  }

  .day::before,
  .day::after {
    flex: 1;
    block-size: 1px;
    background: var(--line);
    content: '';
  }

  .message {
    position: relative;
    display: flex;
    flex-direction: column;
    align-items: start;
    margin-block-start: 0.1875rem;
  }

  .message.first {
    margin-block-start: var(--space-3);
  }

  .message.mine {
    align-items: end;
  }

  .bubble {
    max-inline-size: min(85%, 36rem);
    padding: 0.5rem 0.875rem;
    border: 1px solid var(--line);
    border-radius: 1.125rem;
    background: var(--theirs);
    box-shadow: var(--shadow-soft);
    color: var(--on-theirs);
    overflow: clip;
  }

  .mine .bubble {
    border-color: transparent;
    background: var(--mine);
    color: var(--on-mine);
  }

  .theirs .bubble {
    border-start-start-radius: 0.375rem;
    border-end-start-radius: 0.375rem;
  }

  .mine .bubble {
    border-start-end-radius: 0.375rem;
    border-end-end-radius: 0.375rem;
  }

  .theirs.first .bubble {
    border-start-start-radius: 1.125rem;
  }

  .mine.first .bubble {
    border-start-end-radius: 1.125rem;
  }

  .text {
    overflow-wrap: anywhere;
    text-align: start;
    unicode-bidi: isolate;
    white-space: pre-wrap;
  }

  .whole {
    white-space: pre;
  }

  .blank {
    font-style: italic;
    opacity: 0.9;
  }

  .writing {
    display: flex;
    gap: var(--space-2);
    align-items: center;
    margin-block-start: var(--space-3);
    color: var(--ink-soft);
    font-size: var(--text-xs);
  }

  .dots {
    display: flex;
    gap: 0.25rem;
    padding: 0.75rem 0.875rem;
    border: 1px solid var(--line);
    border-radius: 1.125rem;
    background: var(--theirs);
  }

  .dots i {
    inline-size: 0.375rem;
    block-size: 0.375rem;
    border-radius: 50%;
    background: var(--ink-soft);
    animation: nod 1.2s ease-in-out infinite;
  }

  .dots i:nth-child(2) {
    animation-delay: 0.15s;
  }

  .dots i:nth-child(3) {
    animation-delay: 0.3s;
  }

  @keyframes nod {
    30% {
      translate: 0 -0.25rem;
    }

    60% {
      translate: 0 0;
    }
  }

  @media (prefers-reduced-motion: reduce) {
    .dots i {
      animation: none;
    }
  }

  .show-all {
    min-block-size: var(--touch);
    margin-block: var(--space-1) -0.25rem;
    padding: 0;
    border: 0;
    background: none;
    color: inherit;
    font-weight: 600;
    text-decoration: underline;
    text-underline-offset: 0.25em;
    cursor: pointer;
  }

  .mine .show-all:focus-visible {
    outline-color: var(--on-mine);
    outline-offset: -2px;
  }

  .meta:not(.unseen) {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 var(--space-2);
    padding: 0.1875rem 0.375rem 0;
    color: var(--ink-soft);
    font-size: var(--text-xs);
  }

  .mine .meta:not(.unseen) {
    justify-content: end;
  }

  .state,
  .doubt {
    display: inline-flex;
    align-items: center;
    gap: 0.25rem;
  }

  .doubt {
    color: var(--caution);
  }

  .meta.failed {
    row-gap: var(--space-1);
  }

  .failed .state {
    color: var(--danger);
    font-weight: 600;
  }

  .retry {
    min-block-size: var(--touch);
    min-inline-size: var(--touch);
    padding: 0 0.875rem;
    border: 1px solid var(--danger-line);
    border-radius: 999px;
    background: var(--danger-wash);
    color: var(--danger);
    font-weight: 600;
    cursor: pointer;
  }

  .content:has(.empty) {
    display: grid;
  }

  .empty {
    display: grid;
    gap: var(--space-3);
    color: var(--ink-soft);
    text-align: center;
    place-content: center;
    justify-items: center;
  }

  .empty > .icon {
    inline-size: 3.25rem;
    block-size: 3.25rem;
    padding: 0.875rem;
    border-radius: 50%;
    background: var(--accent-wash);
    color: var(--accent);
  }

  .kept {
    max-inline-size: 44ch;
    margin: 0 auto var(--space-4);
    color: var(--ink-soft);
    font-size: var(--text-xs);
    text-align: center;
  }

  .earlier {
    display: flex;
    margin-inline: auto;
  }

  .jump {
    position: absolute;
    inset-block-end: var(--space-3);
    inset-inline: 0;
    inline-size: fit-content;
    max-inline-size: calc(100% - 2rem);
    margin-inline: auto;
    box-shadow: var(--shadow-lifted);
  }

  @media (prefers-contrast: more), (forced-colors: active) {
    .mine .bubble,
    .bubble {
      border-color: currentcolor;
    }
  }
`
