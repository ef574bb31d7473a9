import { openDeskTab } from './session/desk-tab.ts'
import type { DeskSession } from './session/snapshots.ts'
import { openPage } from './wire.ts'

const CLAIM = /^#claim=([A-Za-z0-9_-]{43})$/

/** The merchant's session in this page; it ends with the page. */
export function openDeskSession(): DeskSession {
  const claim = takeClaim()
  const page = openPage('hamsa-desk', import.meta.url)
  const session = openDeskTab({ ...page.parts, claim })
  page.follow(session)
  // Another address opened in this very tab changes the fragment alone.
  window.addEventListener('hashchange', () => {
    if (CLAIM.test(window.location.hash)) window.location.reload()
  })
  return session
}

/**
 * The one-time token behind `#`. It moves from the address bar into this entry of the tab's history,
 * where a reload finds it again until the shop is made.
 */
function takeClaim(): string | null {
  const { hash, pathname, search } = window.location
  const found = CLAIM.exec(hash)?.[1]
  if (found !== undefined) {
    window.history.replaceState({ claim: found }, '', pathname + search)
    return found
  }
  const state: unknown = window.history.state
  if (typeof state !== 'object' || state === null || !('claim' in state)) return null
  return typeof state.claim === 'string' ? state.claim : null
}
