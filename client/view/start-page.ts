import { adoptPageSettings } from './page-settings.ts'

/**
 * Gives the page's element its session. `open` may throw: the element then says that something
 * went wrong. Closing the session belongs to whoever made it.
 */
export function startPage<PageSession>(
  element: { session: PageSession | null; broken: boolean } | null,
  open: () => PageSession,
): void {
  adoptPageSettings()
  if (element === null) return
  try {
    element.session = open()
  } catch {
    element.broken = true
  }
}
