import type { SignedEntry } from '../conversation/signed-entry.ts'
import { ById } from '../conversation/by-id.ts'

/** Each entry once. What was stripped stays stripped: of two forms, the one without a body counts. */
export function distinctEntries(entries: readonly SignedEntry[]): readonly SignedEntry[] {
  const known = new ById<SignedEntry>()
  known.reserve(entries.length)
  for (const entry of entries) {
    if (known.get(entry.id) === undefined || entry.content.type === 'stripped') {
      known.set(entry.id, entry)
    }
  }
  return known.values()
}
