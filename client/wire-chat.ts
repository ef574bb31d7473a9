import { openChatTab } from './session/chat-tab.ts'
import type { ChatSession } from './session/snapshots.ts'
import { openPage } from './wire.ts'

/** The shopper's session for the invite in the address bar, which is emptied at once. */
export function openChatSession(): ChatSession {
  const fragment = takeFragment()
  const page = openPage('hamsa-chat', import.meta.url)
  const session = openChatTab({ ...page.parts, fragment })
  page.follow(session)
  // Another invite opened in this very tab changes the fragment alone: it is taken away as the
  // first was, and the page begins anew with it.
  window.addEventListener('hashchange', () => {
    if (window.location.hash.length <= 1) return
    takeFragment()
    window.location.reload()
  })
  return session
}

/**
 * What stands after `#`. It moves from the address bar, where it would be seen, copied and
 * remembered, into this entry of the tab's history, where a reload finds it again.
 */
function takeFragment(): string | null {
  const { hash, pathname, search } = window.location
  if (hash.length > 1) {
    window.history.replaceState({ invite: hash.slice(1) }, '', pathname + search)
    return hash.slice(1)
  }
  const state: unknown = window.history.state
  if (typeof state !== 'object' || state === null || !('invite' in state)) return null
  return typeof state.invite === 'string' ? state.invite : null
}
