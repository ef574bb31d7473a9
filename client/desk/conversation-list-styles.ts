import { css } from 'lit'

export const conversationListStyles = css`
  .item {
    display: grid;
    grid-template-columns: auto 1fr auto;
    gap: 0 var(--space-3);
    align-items: center;
    inline-size: 100%;
    padding: 0.625rem var(--space-3);
    border: 1px solid transparent;
    border-radius: var(--radius-m);
    background: none;
    text-align: start;
    cursor: pointer;
    transition: background-color var(--quick);
  }

  .item:hover {
    background: var(--paper-deep);
  }

  .item[aria-current='true'] {
    border-color: var(--accent-line);
    background: var(--accent-wash);
  }

  .picture {
    position: relative;
    grid-row: span 2;
  }

  .picture.here::after {
    position: absolute;
    inset-block-end: 0;
    inset-inline-end: 0;
    inline-size: 0.8125rem;
    block-size: 0.8125rem;
    border: 2px solid var(--surface);
    border-radius: 50%;
    background: var(--calm);
    content: '';
  }

  .name {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  time {
    color: var(--ink-soft);
    font-size: var(--text-xs);
    white-space: nowrap;
  }

  .snippet {
    display: flex;
    grid-column: 2;
    gap: 0.3em;
    min-inline-size: 0;
    color: var(--ink-soft);
    font-size: var(--text-s);
    white-space: nowrap;
  }

  /* The text itself is cut, so at its own end, whichever way the page is read. */
  .snippet > bdi {
    min-inline-size: 0;
    overflow: hidden;
    text-overflow: ellipsis;
  }

  .fresh .name {
    font-weight: 600;
  }

  .fresh .snippet {
    color: var(--ink);
  }

  .snippet.writing {
    color: var(--accent);
  }

  .unread {
    justify-self: end;
    min-inline-size: 1.375rem;
    padding: 0 0.375rem;
    border-radius: 999px;
    background: var(--spark);
    color: var(--on-spark);
    font-size: var(--text-xs);
    font-weight: 600;
    line-height: 1.375rem;
    text-align: center;
  }

  .empty {
    display: grid;
    gap: var(--space-1);
    padding: var(--space-6) var(--space-4);
    color: var(--ink-soft);
    font-size: var(--text-s);
    text-align: center;
    justify-items: center;
  }

  .empty .icon {
    inline-size: 3rem;
    block-size: 3rem;
    margin-block-end: var(--space-2);
    padding: 0.8125rem;
    border-radius: 50%;
    background: var(--accent-wash);
    color: var(--accent);
  }

  .empty-title {
    color: var(--ink);
    font-size: var(--text-m);
    font-weight: 600;
  }

  @media (forced-colors: active) {
    .item[aria-current='true'] {
      border-color: Highlight;
    }
  }
`
