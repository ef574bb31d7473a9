import { adoptPageSettings } from './page-settings.ts'
import type { Session } from '../session/snapshots.ts'
import type { SessionElement } from './session-element.ts'

/**
 * Gives the page's element its session. `open` may throw: the element then says that something
 * went wrong. The session closes when the page goes for good.
 */
export function startPage<Snapshot, PageSession extends Session<Snapshot>>(
  element: SessionElement<Snapshot, PageSession> | null,
  open: () => PageSession,
): void {
  adoptPageSettings()
  if (element === null) return
  try {
    const session = open()
    element.session = session
    addEventListener('pagehide', (event) => {
      if (!event.persisted) session.close()
    })
  } catch {
    element.broken = true
  }
}
