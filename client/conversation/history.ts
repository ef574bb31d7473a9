import { equalBytes, type SigningPublicKey } from '@hamsa/crypto'
import type { EntryIndex } from './entry-index.ts'
import type { Deletions } from './deletions.ts'
import type { EpochChain } from './epoch-chain.ts'
import { MAX_HEADS } from './heads.ts'
import type { Entry, Head, WriterId } from './log.ts'
import { compareEntries } from './order.ts'
import { writerKeyOf } from './writer-key.ts'

/** Entries of one writer from one sequence to another, both included. */
export type WantedRange = {
  readonly author: SigningPublicKey
  readonly writer: WriterId
  readonly from: number
  readonly to: number
}

/** Asks a peer for entries of one epoch that Yjs does not carry. */
export type Want = { readonly epoch: number; readonly ranges: readonly WantedRange[] }

/**
 * What to ask a peer with these (verified) heads for: the oldest closed epoch of which it holds
 * something that is missing here, since later entries name earlier ones as causes. `null` when
 * nothing is missing.
 */
export function nextWant(
  known: EntryIndex,
  epochs: EpochChain,
  heads: readonly Head[],
): Want | null {
  for (const opening of epochs.line(0)) {
    const epoch = opening.number - 1
    const ranges = opening.cut.flatMap((cut) => missingOf(cut, known, heads) ?? [])
    if (ranges.length > 0) return { epoch, ranges: ranges.slice(0, MAX_HEADS) }
  }
  return null
}

/** What of a writer is missing up to its cut, and held by the peer. */
function missingOf(cut: Head, known: EntryIndex, heads: readonly Head[]): WantedRange | null {
  const { author, writer } = cut
  const from = (known.head(author, writer)?.sequence ?? -1) + 1
  if (from > cut.sequence) return null
  const held = heads.find(
    (head) => equalBytes(head.author, author) && equalBytes(head.writer, writer),
  )
  const to = Math.min(cut.sequence, held?.sequence ?? -1)
  return from > to ? null : { author, writer, from, to }
}

/** Asks for the entries by which a peer's heads contradict what is known: two histories of one writer. */
export function contradictions(
  known: EntryIndex,
  epochs: EpochChain,
  heads: readonly Head[],
): readonly Want[] {
  const wants: Want[] = []
  for (const { author, writer, sequence, id } of heads) {
    const own = known.bySequence(author, writer, sequence)
    if (own === null || equalBytes(own.id, id)) continue
    const epoch = epochs.numberOf(author, writer, sequence)
    wants.push({ epoch, ranges: [{ author, writer, from: sequence, to: sequence }] })
  }
  return wants
}

/**
 * What is held of a want, in the log's order, so causes come first. Ahead of an entry whose body is
 * gone stands the deletion that took it, which belongs to a later epoch as often as not: without it
 * nobody takes an entry that has no body.
 */
export function* answerTo(
  want: Want,
  known: EntryIndex,
  epochs: EpochChain,
  deletions: Deletions,
): Generator<Entry> {
  const entries: Entry[] = []
  const asked = new Set<string>()
  for (const { author, writer, from, to } of want.ranges) {
    const name = writerKeyOf(author, writer)
    if (asked.has(name)) continue // one small frame could ask for one long chain a thousand times
    asked.add(name)
    for (let sequence = from; sequence <= to; sequence++) {
      const entry = known.bySequence(author, writer, sequence)
      if (entry === null) break
      if (epochs.numberOf(author, writer, sequence) === want.epoch) entries.push(entry)
    }
  }
  for (const entry of entries.sort(compareEntries)) {
    const excuse = entry.content.type === 'stripped' ? deletions.excuseOf(entry) : null
    if (excuse !== null) yield excuse
    yield entry
  }
}
