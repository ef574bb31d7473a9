import { equalBytes, type SigningPublicKey } from '@hamsa/crypto'
import { causesOf, chainKeyOf, type KnownEntries, type KnownEntry } from './known-entries.ts'
import type { Entry, Verdict } from './log.ts'
import { compareEntries } from './order.ts'

export type Placement = { readonly verdict: Verdict; readonly fresh: readonly KnownEntry[] }

/**
 * Second pass of the gate: whether entries whose signatures hold join what is known, all of them
 * or none. They may come in any order, effect before cause: a frame runs from the higher client id.
 */
export function placeEntries(candidates: readonly KnownEntry[], known: KnownEntries): Placement {
  const heads = new Map<string, Entry>()
  const inFrame = new Map(candidates.map(({ entry, item }) => [item.key, entry]))
  const fresh: KnownEntry[] = []
  let hold: Verdict | null = null
  for (const candidate of candidates.toSorted(bySequence)) {
    const { entry } = candidate
    const chain = chainKeyOf(entry.author, entry.writer)
    const head = heads.get(chain) ?? known.head(entry.author, entry.writer)
    const step = follow(candidate, head, known)
    if (step === 'known') continue
    if (step === 'next') {
      heads.set(chain, entry)
      fresh.push(candidate)
    } else if (step.type === 'refuse') {
      return { verdict: step, fresh: [] }
    } else {
      hold ??= step
    }
    const timing = checkLamport(entry, (id) => inFrame.get(id) ?? known.byId(id)?.entry ?? null)
    if (timing.type === 'refuse') return { verdict: timing, fresh: [] }
    if (timing.type === 'hold') hold ??= timing
  }
  if (hold !== null) return { verdict: hold, fresh: [] }
  fresh.sort((left, right) => compareEntries(left.entry, right.entry))
  return { verdict: { type: 'accept' }, fresh }
}

function bySequence(left: KnownEntry, right: KnownEntry): number {
  return left.entry.sequence - right.entry.sequence
}

/** How an entry stands to its writer's chain, whose last known entry is `head`. */
function follow(
  { entry, item }: KnownEntry,
  head: Entry | null,
  known: KnownEntries,
): 'known' | 'next' | Verdict {
  const { author, writer, sequence, previous } = entry
  const owner = known.byClient(item.client)?.entry
  // Two writers whose hashes meet in 53 bits: only their author can have looked for that.
  if (
    owner !== undefined &&
    chainKeyOf(owner.author, owner.writer) !== chainKeyOf(author, writer)
  ) {
    return convict('client-taken', author)
  }
  const held = known.bySequence(author, writer, sequence)
  if (held !== null) {
    // The same header under another signature of its author says nothing new; the first form stands.
    return held.item.key === item.key ? 'known' : convict('equivocation', author)
  }
  if (sequence > (head === null ? 0 : head.sequence + 1)) return { type: 'hold', reason: 'gap' }
  if (head !== null && (previous === null || !equalBytes(previous, head.id))) {
    return convict('equivocation', author)
  }
  return 'next'
}

/** Lamport time is 1 + the highest of parents and previous; known only once all of them are. */
function checkLamport(entry: Entry, find: (id: string) => Entry | null): Verdict {
  let highest = 0
  for (const id of causesOf(entry)) {
    const cause = find(id)
    if (cause === null) return { type: 'hold', reason: 'missing-parents' }
    highest = Math.max(highest, cause.lamport)
  }
  return entry.lamport === highest + 1 ? { type: 'accept' } : { type: 'refuse', reason: 'lamport' }
}

/** The author signed what contradicts itself; whoever passed it on could not know. */
function convict(reason: string, author: SigningPublicKey): Verdict {
  return { type: 'refuse', reason, author }
}
