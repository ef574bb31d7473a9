import { adoptPageSettings } from './page-settings.ts'

/**
 * Gives the page's element its session, which opens while the page's language loads; until then the
 * element shows what the document holds in its place. `open` may throw: the element then says that
 * something went wrong. Closing the session belongs to whoever made it.
 */
export async function startPage<PageSession>(
  element: { session: PageSession | null; broken: boolean } | null,
  open: () => PageSession,
): Promise<void> {
  if (element === null) return
  const session = openOrNull(open)
  await adoptPageSettings()
  element.session = session
  element.broken = session === null
}

function openOrNull<PageSession>(open: () => PageSession): PageSession | null {
  try {
    return open()
  } catch {
    return null
  }
}
