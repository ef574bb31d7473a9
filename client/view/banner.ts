import { css, html, type TemplateResult } from 'lit'
import { icon, type IconName } from './icons.ts'

export type Banner = {
  readonly tone: 'calm' | 'caution' | 'danger'
  readonly icon: IconName
  readonly text: string
}

/** A line of plain words across the page, about what matters just now. */
export function bannerLine(banner: Banner): TemplateResult {
  return html`<p class="banner ${banner.tone}">${icon(banner.icon)}<span>${banner.text}</span></p>`
}

export const bannerStyles = css`
  .banner {
    display: flex;
    gap: var(--space-3);
    align-items: start;
    padding: 0.625rem var(--space-4);
    border-block-end: 1px solid var(--accent-line);
    background: var(--accent-wash);
    font-size: var(--text-s);
  }

  .banner .icon {
    margin-block-start: 0.1em;
    color: var(--accent);
  }

  .banner.caution {
    border-color: var(--caution-line);
    background: var(--caution-wash);
    color: var(--caution);
  }

  .banner.danger {
    border-color: var(--danger-line);
    background: var(--danger-wash);
    color: var(--danger);
  }

  .banner.caution .icon,
  .banner.danger .icon {
    color: inherit;
  }
`
