import { css, html, nothing, type TemplateResult } from 'lit'
import type { InviteProblem, Obstacle } from '../session/snapshots.ts'
import { t } from './i18n.ts'
import { icon, type IconName } from './icons.ts'
import { pageFrame } from './page-frame.ts'
import { pageAddress } from './page-settings.ts'

/** Why there is nothing else to show. */
export type Notice =
  'crash' | 'elsewhere-desk' | 'elsewhere-chat' | `invite-${InviteProblem}` | `obstacle-${Obstacle}`

type NoticeLook = {
  readonly icon: IconName
  readonly title: string
  readonly body: string
  /** What can help: loading the page again, or reading what Hamsa is. */
  readonly help: 'load-again' | 'about' | null
}

const LOOKS: Record<Notice, NoticeLook> = {
  crash: { icon: 'warning', title: 'crash-title', body: 'crash-body', help: 'load-again' },
  'elsewhere-desk': {
    icon: 'tabs',
    title: 'elsewhere-desk-title',
    body: 'elsewhere-desk-body',
    help: 'load-again',
  },
  'elsewhere-chat': {
    icon: 'tabs',
    title: 'elsewhere-chat-title',
    body: 'elsewhere-chat-body',
    help: 'load-again',
  },
  'invite-missing': {
    icon: 'link',
    title: 'invite-missing-title',
    body: 'invite-missing-body',
    help: 'about',
  },
  'invite-malformed': {
    icon: 'link',
    title: 'invite-malformed-title',
    body: 'invite-malformed-body',
    help: 'about',
  },
  'invite-unknown-version': {
    icon: 'link',
    title: 'invite-version-title',
    body: 'invite-version-body',
    help: 'load-again',
  },
  'invite-unknown-kind': {
    icon: 'link',
    title: 'invite-kind-title',
    body: 'invite-kind-body',
    help: 'about',
  },
  'obstacle-insecure-origin': {
    icon: 'lock',
    title: 'obstacle-insecure-title',
    body: 'obstacle-insecure-body',
    help: null,
  },
  'obstacle-storage-unavailable': {
    icon: 'device',
    title: 'obstacle-storage-title',
    body: 'obstacle-storage-body',
    help: 'load-again',
  },
  'obstacle-storage-newer': {
    icon: 'device',
    title: 'obstacle-newer-title',
    body: 'obstacle-newer-body',
    help: 'load-again',
  },
  'obstacle-storage-corrupt': {
    icon: 'device',
    title: 'obstacle-corrupt-title',
    body: 'obstacle-corrupt-body',
    help: 'load-again',
  },
  'obstacle-webrtc-missing': {
    icon: 'cloudless',
    title: 'obstacle-webrtc-title',
    body: 'obstacle-webrtc-body',
    help: null,
  },
}

/** A page that says in plain words what is in the way and what to do. */
export function noticePage(notice: Notice): TemplateResult {
  const look = LOOKS[notice]
  return pageFrame(
    html`<div class="card notice">
      <span class="notice-icon">${icon(look.icon)}</span>
      <h1 tabindex="-1">${t(look.title)}</h1>
      <p class="lead">${t(look.body)}</p>
      ${helpOf(look)}
    </div>`,
  )
}

function helpOf({ help }: NoticeLook): TemplateResult | typeof nothing {
  switch (help) {
    case null:
      return nothing
    case 'load-again':
      return html`<button class="button" type="button" @click=${() => location.reload()}>
        ${t('load-again')}
      </button>`
    case 'about':
      return html`<a class="button quiet" href=${pageAddress('/')}>${t('about-hamsa')}</a>`
  }
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
