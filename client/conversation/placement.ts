import { equalBytes } from '@hamsa/crypto'
import { ById } from './by-id.ts'
import { causesOf, type EntryIndex } from './entry-index.ts'
import { KIND } from './kind.ts'
import type { Entry, EntryId, HoldReason, Verdict } from './log.ts'
import { compareEntries } from './order.ts'
import { writerKeyOf } from './writer-key.ts'

export type Placement = {
  readonly verdict: Verdict
  /** What joins what is known, causes first. */
  readonly fresh: readonly Entry[]
}

export type PlacementParts = {
  readonly known: EntryIndex
  /** Whether an entry's body may be missing. */
  readonly isExcused: (entry: Entry) => boolean
}

/**
 * Whether entries whose signatures hold join what is known, all of them or none; but where an author
 * signed two histories, the other one holds up nobody else's entries. They may come in any order,
 * effect before cause: a frame runs from the higher client id.
 */
export function placeAll(candidates: readonly Entry[], parts: PlacementParts): Placement {
  const examined = examine(candidates, parts)
  const { refusal, next, held, dissent } = examined
  if (refusal !== null) return { verdict: refusal, fresh: [] }
  if (dissent !== null) return { ...fitting(examined, parts), verdict: dissent }
  const [reason] = held.values()
  if (reason !== undefined) return { verdict: { type: 'hold', reason }, fresh: [] }
  return { verdict: { type: 'accept' }, fresh: next.sort(compareEntries) }
}

/**
 * As many of them as join what is known; held for the others. Nobody waits for a deletion that came
 * ahead of its place: it is there as the reason why an entry has no body.
 */
export function placeFitting(candidates: readonly Entry[], parts: PlacementParts): Placement {
  const examined = examine(candidates, parts)
  const { refusal, dissent } = examined
  if (refusal !== null) return { verdict: refusal, fresh: [] }
  // Another history that is known already is no news, and stands in an answer as a cause.
  return dissent?.type === 'refuse'
    ? { ...fitting(examined, parts), verdict: dissent }
    : fitting(examined, parts)
}

function fitting({ next, held }: Examined, parts: PlacementParts): Placement {
  const placed = new ById<true>()
  const fresh: Entry[] = []
  let hold: HoldReason | null = null
  for (const [{ kind }, reason] of held) if (kind !== KIND.delete) hold ??= reason
  // A cause has a lower Lamport time, so it was looked at before.
  for (const entry of next.sort(compareEntries)) {
    if (held.has(entry)) continue
    if (causesOf(entry).every((id) => placed.has(id) || parts.known.byId(id) !== null)) {
      placed.set(entry.id, true)
      fresh.push(entry)
    } else if (entry.kind !== KIND.delete) {
      hold ??= 'missing-parents'
    }
  }
  return { verdict: hold === null ? { type: 'accept' } : { type: 'hold', reason: hold }, fresh }
}

type Examined = {
  /** Convicts whoever sent this. */
  readonly refusal: Verdict | null
  /** What is to be said of entries of another history, when all else is in order. */
  readonly dissent: Verdict | null
  /** Those that follow their writer's chain, or another history of it, if what they name comes too. */
  readonly next: Entry[]
  readonly held: ReadonlyMap<Entry, HoldReason>
}

/** An offence outweighs a gap: what is held matters only when nothing convicts. */
function examine(candidates: readonly Entry[], { known, isExcused }: PlacementParts): Examined {
  const isWithoutReason = (entry: Entry): boolean =>
    entry.content.type === 'stripped' && !isExcused(entry)
  const heads = new Map<string, Entry>()
  const inFrame = new ById<Entry>()
  for (const entry of candidates) inFrame.set(entry.id, entry)
  const others = new ById<true>()
  const next: Entry[] = []
  const held = new Map<Entry, HoldReason>()
  let dissent: Verdict | null = null
  const isOther = (id: EntryId): boolean => others.has(id) || known.isOther(id)
  for (const entry of candidates.toSorted(bySequence)) {
    const { author, writer } = entry
    const chain = writerKeyOf(author, writer)
    if (isOther(entry.id)) {
      dissent ??= { type: 'hold', reason: 'other-history' }
      continue
    }
    const head = heads.get(chain) ?? known.head(author, writer)
    const step = follow(entry, head, known, isOther)
    if (step === 'known') continue
    const timing = timingOf(entry, (id) => inFrame.get(id) ?? known.byId(id))
    if (timing === 'lamport') {
      return { refusal: { type: 'refuse', reason: timing }, dissent, next, held }
    }
    if (step === 'equivocation') {
      if (dissent?.type !== 'refuse') dissent = convict(step, author)
      others.set(entry.id, true)
      if (timing === null && !isWithoutReason(entry)) next.push(entry)
      continue
    }
    if (step === 'next') {
      heads.set(chain, entry)
      next.push(entry)
    }
    if (step === 'gap') held.set(entry, step)
    else if (timing !== null) held.set(entry, timing)
    else if (isWithoutReason(entry)) held.set(entry, 'missing-deletion')
  }
  return { refusal: null, dissent, next, held }
}

function bySequence(left: Entry, right: Entry): number {
  return left.sequence - right.sequence
}

/** How an entry stands to its writer's chain, whose last known entry is `head`. */
function follow(
  entry: Entry,
  head: Entry | null,
  known: EntryIndex,
  isOther: (id: EntryId) => boolean,
): 'known' | 'next' | 'gap' | 'equivocation' {
  const { author, writer, sequence, previous } = entry
  const held = known.bySequence(author, writer, sequence)
  // The same header under another signature of its author says nothing new; the first form stands.
  if (held !== null) return equalBytes(held.id, entry.id) ? 'known' : 'equivocation'
  if (previous !== null && isOther(previous)) return 'equivocation'
  if (sequence > (head === null ? 0 : head.sequence + 1)) return 'gap'
  if (head !== null && (previous === null || !equalBytes(previous, head.id))) {
    return head.sequence === sequence && equalBytes(head.id, entry.id)
      ? 'known' // twice in one frame
      : 'equivocation'
  }
  return 'next'
}

/** Lamport time is 1 + the highest of parents and previous; known only once all of them are. */
function timingOf(
  entry: Entry,
  find: (id: EntryId) => Entry | null,
): 'missing-parents' | 'lamport' | null {
  let highest = 0
  for (const id of causesOf(entry)) {
    const cause = find(id)
    if (cause === null) return 'missing-parents'
    highest = Math.max(highest, cause.lamport)
  }
  return entry.lamport === highest + 1 ? null : 'lamport'
}

/** The author signed what contradicts itself; whoever passed it on could not know. */
export function convict(reason: string, author: Entry['author']): Verdict {
  return { type: 'refuse', reason, author }
}
