import { encodeBody } from './bodies/body-codecs.ts'
import type { EntryIndex } from './entry-index.ts'
import { MAX_PARENTS, signEntry } from './entry.ts'
import type { LogParts } from './log-parts.ts'
import type { AppendFailure, Draft, WriterId } from './log.ts'
import type { SignedEntry } from './signed-entry.ts'

/** Latest wall time an entry can state: 48 bits of milliseconds. */
const MAX_TIME_MS = 2 ** 48 - 1

/**
 * Signs what one's own side says next: after all that is known, as the writer's next entry. A draft
 * that breaks its limits is told by its failure.
 */
export async function nextEntry(
  draft: Draft,
  writer: WriterId,
  known: EntryIndex,
  { ref, self, now }: Pick<LogParts, 'ref' | 'self' | 'now'>,
): Promise<SignedEntry | Extract<AppendFailure, 'empty' | 'too-large' | 'malformed'>> {
  const encoded = encodeBody(draft)
  if (typeof encoded === 'string') return encoded
  const previous = known.head(self.signing.publicKey, writer)
  const frontier = known.frontier()
  // Latest first, so the eight that are named include the highest Lamport time.
  const parents = frontier
    .filter((entry) => entry !== previous)
    .slice(0, MAX_PARENTS)
    .map((entry) => entry.id)
  const entry = {
    log: ref.id,
    certificate: self.certificate,
    writer,
    sequence: previous === null ? 0 : previous.sequence + 1,
    previous: previous?.id ?? null,
    parents,
    lamport: 1 + Math.max(previous?.lamport ?? 0, frontier[0]?.lamport ?? 0),
    wallTimeMs: Math.min(Math.max(0, Math.floor(now()) || 0), MAX_TIME_MS),
    ...encoded,
  }
  return signEntry(entry, self.signing)
}
