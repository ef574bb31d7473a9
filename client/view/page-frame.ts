import { css, html, type TemplateResult } from 'lit'
import { brandMark, brandStyles, ripples } from './brand.ts'
import { t } from './i18n.ts'
import './page-options.ts'

/**
 * A page with one thing on it: brand and settings above, a card in the middle. For welcome,
 * preview, notices and `/`.
 */
export function pageFrame(content: TemplateResult): TemplateResult {
  return html`<div class="frame">
    <div class="backdrop">${ripples}</div>
    <header class="frame-header">
      <span class="brand">${brandMark}<span>${t('app-name')}</span></span>
      <hamsa-page-options></hamsa-page-options>
    </header>
    <main class="frame-main">${content}</main>
  </div>`
}

/** The one thing on a page. */
export const cardStyles = css`
  .card {
    display: grid;
    gap: var(--space-5);
    inline-size: min(100%, 27.5rem);
    padding: clamp(1.25rem, 5vw, 2.25rem);
    border: 1px solid var(--line);
    border-radius: var(--radius-l);
    background: var(--surface);
    box-shadow: var(--shadow-lifted);
  }

  .card h1 {
    font-size: var(--text-xl);
  }

  .lead {
    color: var(--ink-soft);
  }

  .facts {
    display: grid;
    gap: var(--space-3);
  }

  .facts li {
    display: flex;
    gap: var(--space-3);
    align-items: start;
  }

  .facts .icon {
    margin-block-start: 0.15em;
    color: var(--accent);
  }
`

export const pageFrameStyles = [
  brandStyles,
  cardStyles,
  css`
    .frame {
      position: relative;
      isolation: isolate;
      display: flex;
      flex-direction: column;
      min-block-size: 100dvh;
      background: var(--paper);
    }

    .backdrop {
      position: absolute;
      z-index: -1;
      inset: 0;
      overflow: clip;
    }

    .frame-header {
      display: flex;
      align-items: center;
      justify-content: space-between;
      gap: var(--space-3);
      padding: var(--space-3) var(--space-4);
    }

    .brand {
      display: flex;
      align-items: center;
      gap: var(--space-2);
      font-size: var(--text-l);
      font-weight: 600;
    }

    .frame-main {
      display: grid;
      flex: 1;
      place-items: center;
      padding: var(--space-4) var(--space-4) var(--space-7);
    }

    @media (min-width: 48rem) {
      .frame-header {
        padding: var(--space-4) var(--space-6);
      }
    }
  `,
]
