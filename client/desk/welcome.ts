import { css, html, type TemplateResult } from 'lit'
import type { DeskSnapshot } from '../session/snapshots.ts'
import { t } from '../view/i18n.ts'
import { icon } from '../view/icons.ts'
import { pageFrame } from '../view/page-frame.ts'
import './recovery-entry.ts'
import './shop-form.ts'

type Welcome = Extract<DeskSnapshot, { readonly type: 'welcome' }>

/** The first start: what will happen, and the name; or a shop that comes back from its file. */
export function welcomePage({ problem, creating, restore }: Welcome): TemplateResult {
  return pageFrame(
    html`<div class="card">
      <div class="welcome-words">
        <h1>${t('welcome-title')}</h1>
        <p class="lead">${t('welcome-lead')}</p>
      </div>
      <hamsa-shop-form
        .problem=${problem}
        ?creating=${creating || restore.type === 'busy'}
      ></hamsa-shop-form>
      <hamsa-recovery-entry .restore=${restore} ?creating=${creating}></hamsa-recovery-entry>
      <ul class="facts welcome-facts">
        <li>${icon('key')}<span>${t('welcome-account')}</span></li>
        <li>${icon('cloudless')}<span>${t('welcome-server')}</span></li>
        <li>${icon('device')}<span>${t('welcome-browser')}</span></li>
        <li>${icon('eye')}<span>${t('welcome-operator')}</span></li>
      </ul>
    </div>`,
  )
}

export const welcomeStyles = css`
  .welcome-words {
    display: grid;
    gap: var(--space-2);
  }

  .welcome-facts {
    padding-block-start: var(--space-5);
    border-block-start: 1px solid var(--line);
    color: var(--ink-soft);
    font-size: var(--text-s);
  }
`
