import { css } from 'lit'
import { sharedStyles } from '../view/shared-styles.ts'
import { secretFieldStyles } from './secret-field.ts'

/** What the sections of the dialog "Safety" have in common. */
export const safetyStyles = [
  sharedStyles,
  secretFieldStyles,
  css`
    section,
    form {
      display: grid;
      gap: var(--space-3);
    }

    form {
      padding: var(--space-4);
      border: 1px solid var(--line);
      border-radius: var(--radius-m);
      background: var(--paper);
    }

    h3 {
      display: flex;
      gap: var(--space-2);
      align-items: center;
      font-size: var(--text-m);
    }

    h3 .icon {
      color: var(--accent);
    }

    p {
      max-inline-size: 60ch;
    }

    .why,
    .hint {
      color: var(--ink-soft);
    }

    .hint,
    .told {
      font-size: var(--text-s);
    }

    .row {
      display: flex;
      flex-wrap: wrap;
      gap: var(--space-2);
      align-items: center;
    }

    .told {
      display: flex;
      gap: var(--space-2);
      align-items: start;
    }

    .told .icon {
      margin-block-start: 0.1em;
    }

    .told.done {
      color: var(--calm);
    }

    .told.caution {
      color: var(--caution);
    }

    .told:not(:has(*)) {
      position: absolute;
    }

    @media (max-width: 30rem) {
      form {
        padding: var(--space-3);
      }

      .row .button {
        flex: 1 1 auto;
      }
    }
  `,
]
