import { css, html, nothing, type TemplateResult } from 'lit'
import type { InviteProblem, Obstacle } from '../session/snapshots.ts'
import { t } from './i18n.ts'
import { icon, type IconName } from './icons.ts'
import { pageFrame } from './page-frame.ts'

/** Why there is nothing else to show. */
export type Notice =
  'crash' | 'elsewhere-desk' | 'elsewhere-chat' | `invite-${InviteProblem}` | `obstacle-${Obstacle}`

type NoticeLook = {
  readonly icon: IconName
  readonly title: string
  readonly body: string
  /** Loading the page again can help. */
  readonly again: boolean
}

const LOOKS: Record<Notice, NoticeLook> = {
  crash: { icon: 'warning', title: 'crash-title', body: 'crash-body', again: true },
  'elsewhere-desk': {
    icon: 'tabs',
    title: 'elsewhere-desk-title',
    body: 'elsewhere-desk-body',
    again: false,
  },
  'elsewhere-chat': {
    icon: 'tabs',
    title: 'elsewhere-chat-title',
    body: 'elsewhere-chat-body',
    again: false,
  },
  'invite-malformed': {
    icon: 'link',
    title: 'invite-malformed-title',
    body: 'invite-malformed-body',
    again: false,
  },
  'invite-unknown-version': {
    icon: 'link',
    title: 'invite-version-title',
    body: 'invite-version-body',
    again: true,
  },
  'invite-unknown-kind': {
    icon: 'link',
    title: 'invite-kind-title',
    body: 'invite-kind-body',
    again: false,
  },
  'obstacle-insecure-origin': {
    icon: 'lock',
    title: 'obstacle-insecure-title',
    body: 'obstacle-insecure-body',
    again: false,
  },
  'obstacle-storage-unavailable': {
    icon: 'device',
    title: 'obstacle-storage-title',
    body: 'obstacle-storage-body',
    again: true,
  },
  'obstacle-storage-newer': {
    icon: 'device',
    title: 'obstacle-newer-title',
    body: 'obstacle-newer-body',
    again: true,
  },
  'obstacle-storage-corrupt': {
    icon: 'device',
    title: 'obstacle-corrupt-title',
    body: 'obstacle-corrupt-body',
    again: true,
  },
  'obstacle-webrtc-missing': {
    icon: 'cloudless',
    title: 'obstacle-webrtc-title',
    body: 'obstacle-webrtc-body',
    again: false,
  },
}

/** A page that says in plain words what is in the way and what to do. */
export function noticePage(notice: Notice): TemplateResult {
  const look = LOOKS[notice]
  return pageFrame(
    html`<div class="card notice">
      <span class="notice-icon">${icon(look.icon)}</span>
      <h1>${t(look.title)}</h1>
      <p class="lead">${t(look.body)}</p>
      ${
        look.again
          ? html`<button class="button" type="button" @click=${() => location.reload()}>
              ${t('load-again')}
            </button>`
          : nothing
      }
    </div>`,
  )
}

/** Shown while the session opens; long enough to be seen only when something is slow. */
export function loadingPage(): TemplateResult {
  return pageFrame(html`<div role="status"><h1 class="waiting">${t('loading')}</h1></div>`)
}

export const noticeStyles = css`
  .notice {
    gap: var(--space-4);
    justify-items: start;
  }

  .waiting {
    color: var(--ink-soft);
    font-size: var(--text-m);
    font-weight: 400;
  }

  .notice-icon {
    display: grid;
    inline-size: 3.5rem;
    block-size: 3.5rem;
    border-radius: 50%;
    background: var(--accent-wash);
    color: var(--accent);
    font-size: 1.375rem;
    place-items: center;
  }
`
