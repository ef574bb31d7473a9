import { equalBytes, type SigningPublicKey } from '@hamsa/crypto'
import { ById } from './by-id.ts'
import { causesOf, type EntryIndex } from './entry-index.ts'
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

/** Asks a peer for entries of one epoch that Yjs does not carry, and of those before where a range begins there. */
export type Want = { readonly epoch: number; readonly ranges: readonly WantedRange[] }

/**
 * What to ask a peer with these (verified) heads for: the oldest closed epoch of which it holds
 * something that is missing here, since later entries name earlier ones as causes. `null` when
 * nothing is missing. What is `awaited` counts as if it were here.
 */
export function nextWant(
  known: EntryIndex,
  epochs: EpochChain,
  heads: readonly Head[],
  awaited: readonly Want[] = [],
): Want | null {
  const reached = new Map<string, number>()
  for (const { author, writer, to } of awaited.flatMap(({ ranges }) => ranges)) {
    const name = writerKeyOf(author, writer)
    reached.set(name, Math.max(to, reached.get(name) ?? -1))
  }
  const heldOf = ({ author, writer }: Head): number => {
    const last = known.head(author, writer)?.sequence ?? -1
    return reached.size === 0
      ? last
      : Math.max(last, reached.get(writerKeyOf(author, writer)) ?? -1)
  }
  for (const opening of epochs.line(0)) {
    const epoch = opening.number - 1
    const ranges = opening.cut.flatMap((cut) => missingOf(cut, known, heads, heldOf(cut)) ?? [])
    if (ranges.length > 0) return { epoch, ranges: ranges.slice(0, MAX_HEADS) }
  }
  return null
}

/** What of a writer is missing up to its cut beyond its `last` sequence, and held by the peer. */
function missingOf(
  cut: Head,
  known: EntryIndex,
  heads: readonly Head[],
  last: number,
): WantedRange | null {
  const { author, writer } = cut
  const from = last + 1
  if (from > cut.sequence || known.byId(cut.id) !== null) return null
  const held = heads.find(
    (head) => equalBytes(head.author, author) && equalBytes(head.writer, writer),
  )
  const to = Math.min(cut.sequence, held?.sequence ?? -1)
  return from > to ? null : { author, writer, from, to }
}

/**
 * Asks for other histories of a writer: a peer's heads name another entry at a known place, or what is
 * not known here of an author who has signed two. All of it from the beginning, since nobody knows
 * where the two part. `null` when nothing contradicts.
 */
export function otherHistories(
  known: EntryIndex,
  epochs: EpochChain,
  heads: readonly Head[],
  isInDoubt: (head: Head) => boolean,
): Want | null {
  const others = heads.filter(
    (head) =>
      known.byId(head.id) === null &&
      (known.bySequence(head.author, head.writer, head.sequence) !== null || isInDoubt(head)),
  )
  return wantUpTo(others, epochs, () => 0)
}

/** Asks for all that is not known of a peer's heads: Yjs has brought it, and it names what Yjs does not bring. */
export function unknownHeads(
  known: EntryIndex,
  epochs: EpochChain,
  heads: readonly Head[],
): Want | null {
  const next = ({ author, writer }: Head) => (known.head(author, writer)?.sequence ?? -1) + 1
  const unknown = heads.filter((head) => next(head) <= head.sequence)
  return wantUpTo(unknown, epochs, next)
}

function wantUpTo(
  heads: readonly Head[],
  epochs: EpochChain,
  from: (head: Head) => number,
): Want | null {
  if (heads.length === 0) return null
  const ranges = heads.slice(0, MAX_HEADS).map((head) => {
    const { author, writer, sequence } = head
    return { author, writer, from: from(head), to: sequence }
  })
  const numbers = ranges.map(({ author, writer, to }) => epochs.numberOf(author, writer, to))
  return { epoch: Math.max(...numbers), ranges }
}

/**
 * What is held of a want, in the log's order, so causes come first. Ahead of an entry whose body is
 * gone stands the deletion that took it, which belongs to a later epoch as often as not: without it
 * nobody takes an entry that has no body. And ahead of one that names another history of some writer
 * stands that: Yjs and heads tell of one history alone.
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
      if (epochs.numberOf(author, writer, sequence) <= want.epoch) entries.push(entry)
    }
  }
  for (const entry of withOtherCauses(entries, known).sort(compareEntries)) {
    const excuse = entry.content.type === 'stripped' ? deletions.excuseOf(entry) : null
    if (excuse !== null) yield excuse
    yield entry
  }
}

/** These entries, and what they name of histories that do not stand here, down to where those part. */
function withOtherCauses(entries: readonly Entry[], known: EntryIndex): Entry[] {
  const all = [...entries]
  const given = new ById<true>()
  for (const entry of all) {
    for (const id of causesOf(entry)) {
      const cause = known.isOther(id) && !given.has(id) ? known.byId(id) : null
      if (cause === null) continue
      given.set(id, true)
      all.push(cause) // its causes are looked at in turn
    }
  }
  return all
}
