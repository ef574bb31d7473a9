import { css } from 'lit'

/** Phone first: one pane at a time; from 56rem on, side by side. */
export const inboxStyles = css`
  .desk {
    display: grid;
    grid-template: auto minmax(0, 1fr) / minmax(0, 1fr);
    block-size: 100dvh;
    background: var(--paper);
  }

  .panes {
    display: grid;
    grid-template: minmax(0, 1fr) / minmax(0, 1fr);
    min-block-size: 0;
  }

  .desk-header,
  .thread-header {
    display: flex;
    gap: var(--space-3);
    align-items: center;
    min-inline-size: 0;
    padding-block: var(--space-2);
    padding-inline: var(--space-4) var(--space-2);
    border-block-end: 1px solid var(--line);
    background: var(--surface);
  }

  .titles {
    flex: 1;
    min-inline-size: 0;
  }

  .titles h1,
  .titles h2 {
    display: flex;
    font-size: var(--text-m);
    white-space: nowrap;
  }

  /* The name itself is cut, so at its own end, whichever way the page is read. */
  .titles bdi {
    min-inline-size: 0;
    overflow: hidden;
    text-overflow: ellipsis;
  }

  .side {
    display: flex;
    flex-direction: column;
    gap: var(--space-3);
    min-block-size: 0;
    padding: var(--space-3);
    overflow: hidden auto;
    scrollbar-width: thin;
    scrollbar-color: var(--line-strong) transparent;
  }

  .side-card {
    display: grid;
    gap: var(--space-3);
    padding: var(--space-4);
    border: 1px solid var(--line);
    border-radius: var(--radius-l);
    background: var(--surface);
    box-shadow: var(--shadow-soft);
  }

  .recovery {
    display: flex;
    gap: var(--space-2);
    align-items: center;
    min-block-size: var(--touch);
    padding: var(--space-2) var(--space-3);
    border: 1px solid var(--accent-line);
    border-radius: var(--radius-m);
    background: none;
    color: var(--ink-soft);
    font-size: var(--text-s);
    text-align: start;
    cursor: pointer;
    transition: background-color var(--quick);
  }

  .recovery:hover {
    background: var(--accent-wash);
  }

  .recovery > span:not(.icon) {
    flex: 1;
    min-inline-size: 0;
  }

  .recovery strong {
    color: var(--ink);
    font-weight: 600;
  }

  .recovery .icon {
    color: var(--accent);
  }

  .pane {
    display: flex;
    flex-direction: column;
    min-block-size: 0;
    min-inline-size: 0;
  }

  .listing .pane,
  .reading .side {
    display: none;
  }

  .thread-header {
    padding-inline: var(--space-1) var(--space-4);
  }

  .thread-header .avatar {
    inline-size: 2.5rem;
    block-size: 2.5rem;
  }

  .presence {
    color: var(--ink-soft);
    font-size: var(--text-xs);
    line-height: 1.4;
  }

  .presence.calm {
    color: var(--calm);
  }

  .presence.bad {
    color: var(--danger);
  }

  /* With a thread open on a phone the desk's own header is one thin line. */
  .reading .desk-header {
    min-block-size: 0;
    padding-block: 0.125rem;
    border-block-end: 0;
  }

  .reading .desk-header :is(.mark, hamsa-safety, hamsa-page-options) {
    display: none;
  }

  /* On the narrowest phones words come before the ornament. */
  @media (max-width: 23.99rem) {
    .desk-header .mark {
      display: none;
    }
  }

  /* Unseen, yet the page keeps its heading. */
  .reading .desk-header h1 {
    position: absolute;
    clip-path: inset(50%);
  }

  .no-thread {
    display: grid;
    flex: 1;
    gap: var(--space-3);
    padding: var(--space-6);
    color: var(--ink-soft);
    text-align: center;
    place-content: center;
    justify-items: center;
  }

  .no-thread h2 {
    margin-block-start: var(--space-3);
    color: var(--ink);
    font-size: var(--text-xl);
  }

  .no-thread p {
    max-inline-size: 40ch;
  }

  .no-thread-icon {
    display: grid;
    inline-size: 4rem;
    block-size: 4rem;
    border-radius: 50%;
    background: var(--accent-wash);
    color: var(--accent);
    font-size: 1.625rem;
    place-items: center;
  }

  .big-qr {
    inline-size: 24rem;
    max-inline-size: 100%;
    padding: var(--space-3);
    border: 1px solid var(--line);
    border-radius: var(--radius-l);
    background: #fff;
    box-shadow: var(--shadow-lifted);
  }

  @media (max-width: 55.99rem) {
    .side-card.folded {
      padding: var(--space-3);
    }

    .folded .recovery {
      overflow: hidden;
      font-size: var(--text-xs);
      white-space: nowrap;
    }

    .folded .recovery .more {
      display: none;
    }
  }

  @media (min-width: 56rem) {
    .panes {
      grid-template-columns: minmax(21rem, 24rem) minmax(0, 1fr);
    }

    .listing .pane {
      display: flex;
    }

    .reading .side {
      display: flex;
    }

    .side {
      border-inline-end: 1px solid var(--line);
      background: var(--surface);
    }

    .side-card {
      padding: var(--space-3);
      border: 0;
      border-block-end: 1px solid var(--line);
      border-radius: 0;
      box-shadow: none;
    }

    .reading .desk-header {
      padding-block: var(--space-2);
      border-block-end: 1px solid var(--line);
    }

    .reading .desk-header :is(.mark, hamsa-safety, hamsa-page-options) {
      display: block;
    }

    .reading .desk-header h1 {
      position: static;
      clip-path: none;
    }

    .thread-header {
      padding-inline: var(--space-4);
    }

    .back {
      display: none;
    }
  }
`
