import { openDeskTab } from './session/desk-tab.ts'
import type { DeskSession } from './session/snapshots.ts'
import { openPage } from './wire.ts'

/** The merchant's session in this page; it ends with the page. */
export function openDeskSession(): DeskSession {
  const page = openPage('hamsa-desk', import.meta.url)
  const session = openDeskTab(page.parts)
  page.follow(session)
  return session
}
