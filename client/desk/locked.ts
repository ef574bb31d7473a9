import { css, html, type TemplateResult } from 'lit'
import type { DeskSnapshot } from '../session/snapshots.ts'
import { t } from '../view/i18n.ts'
import { icon } from '../view/icons.ts'
import { pageFrame } from '../view/page-frame.ts'
import './unlock-form.ts'

/** A desk that a passcode guards: nothing of the shop is shown, not even its name. */
export function lockedPage(
  locked: Extract<DeskSnapshot, { readonly type: 'locked' }>,
): TemplateResult {
  return pageFrame(
    html`<div class="card">
      <div class="locked-words">
        <span class="notice-icon">${icon('lock')}</span>
        <h1 tabindex="-1">${t('locked-title')}</h1>
        <p class="lead">${t('locked-lead')}</p>
      </div>
      <hamsa-unlock-form .locked=${locked}></hamsa-unlock-form>
      <details class="forgot">
        <summary>${t('passcode-forgot')}</summary>
        <p>${t('passcode-forgot-more')}</p>
      </details>
    </div>`,
  )
}

export const lockedStyles = css`
  .locked-words {
    display: grid;
    gap: var(--space-2);
    justify-items: start;
  }

  .locked-words .notice-icon {
    margin-block-end: var(--space-2);
  }

  .forgot {
    padding-block-start: var(--space-3);
    border-block-start: 1px solid var(--line);
    color: var(--ink-soft);
    font-size: var(--text-s);
  }

  .forgot summary {
    align-content: center;
    min-block-size: var(--touch);
    cursor: pointer;
  }
`
