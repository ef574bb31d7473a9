import type { SignedEntry } from '../conversation/signed-entry.ts'

/** Largest segment; an entry that is larger has one of its own. */
export const MAX_SEGMENT_ENTRIES = 256
export const MAX_SEGMENT_BYTES = 256 * 1024
/** What an entry takes besides body and parents, at most: all its fields, and a signer of its own. */
const ENTRY_OVERHEAD_BYTES = 280
const ID_BYTES = 32

/** How much a segment holds. */
export type SegmentSize = { readonly entries: number; readonly bytes: number }

/** A segment under half of both limits: worth merging with others. */
export function isLoose({ entries, bytes }: SegmentSize): boolean {
  return entries < MAX_SEGMENT_ENTRIES / 2 && bytes < MAX_SEGMENT_BYTES / 2
}

/** Entries in few segments within the limits, causes before effects. */
export function packSegments(entries: readonly SignedEntry[]): SignedEntry[][] {
  const segments: SignedEntry[][] = []
  let segment: SignedEntry[] = []
  let bytes = 0
  for (const entry of entries.toSorted((left, right) => left.lamport - right.lamport)) {
    const more = mostBytesOf(entry)
    const isFull = segment.length === MAX_SEGMENT_ENTRIES || bytes + more > MAX_SEGMENT_BYTES
    if (isFull && segment.length > 0) {
      segments.push(segment)
      segment = []
      bytes = 0
    }
    segment.push(entry)
    bytes += more
  }
  return segment.length === 0 ? segments : [...segments, segment]
}

function mostBytesOf({ content, parents }: SignedEntry): number {
  const body = content.type === 'whole' ? content.body.length : 0
  return ENTRY_OVERHEAD_BYTES + parents.length * ID_BYTES + body
}
