import { openDesk } from './session/desk-session.ts'
import type { DeskSession } from './session/snapshots.ts'
import { openPage } from './wire.ts'

/** The merchant's session in this page; it ends with the page. */
export function openDeskSession(): DeskSession {
  const page = openPage('hamsa-desk')
  const session = openDesk(page.parts)
  page.follow(session)
  return session
}
