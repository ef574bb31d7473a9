import { equalBytes, type SigningPublicKey } from '@hamsa/crypto'
import { causesOf, type EntryIndex } from './entry-index.ts'
import type { Entry, Verdict } from './log.ts'
import { compareEntries } from './order.ts'
import { writerKeyOf } from './writer-key.ts'

export type Placement = { readonly verdict: Verdict; readonly fresh: readonly Entry[] }

/**
 * Whether entries whose signatures hold join what is known, all of them or none. They may come in
 * any order, effect before cause: a frame runs from the higher client id.
 */
export function placeEntries(candidates: readonly Entry[], known: EntryIndex): Placement {
  const heads = new Map<string, Entry>()
  const inFrame = new Map(candidates.map((entry) => [entry.key, entry]))
  const fresh: Entry[] = []
  let hold: Verdict | null = null
  for (const entry of candidates.toSorted(bySequence)) {
    const { author, writer } = entry
    const chain = writerKeyOf(author, writer)
    const step = follow(entry, heads.get(chain) ?? known.head(author, writer), known)
    if (step === 'known') continue
    if (step === 'next') {
      heads.set(chain, entry)
      fresh.push(entry)
    } else if (step.type === 'refuse') {
      return { verdict: step, fresh: [] }
    } else {
      hold ??= step
    }
    const timing = checkLamport(entry, (key) => inFrame.get(key) ?? known.byKey(key))
    if (timing.type === 'refuse') return { verdict: timing, fresh: [] }
    if (timing.type === 'hold') hold ??= timing
  }
  if (hold !== null) return { verdict: hold, fresh: [] }
  return { verdict: { type: 'accept' }, fresh: fresh.sort(compareEntries) }
}

function bySequence(left: Entry, right: Entry): number {
  return left.sequence - right.sequence
}

/** How an entry stands to its writer's chain, whose last known entry is `head`. */
function follow(entry: Entry, head: Entry | null, known: EntryIndex): 'known' | 'next' | Verdict {
  const { author, writer, sequence, previous } = entry
  const held = known.bySequence(author, writer, sequence)
  // The same header under another signature of its author says nothing new; the first form stands.
  if (held !== null) return held.key === entry.key ? 'known' : convict('equivocation', author)
  if (sequence > (head === null ? 0 : head.sequence + 1)) return { type: 'hold', reason: 'gap' }
  if (head !== null && (previous === null || !equalBytes(previous, head.id))) {
    return head.sequence === sequence && head.key === entry.key
      ? 'known' // twice in one frame
      : convict('equivocation', author)
  }
  return 'next'
}

/** Lamport time is 1 + the highest of parents and previous; known only once all of them are. */
function checkLamport(entry: Entry, find: (key: string) => Entry | null): Verdict {
  let highest = 0
  for (const key of causesOf(entry)) {
    const cause = find(key)
    if (cause === null) return { type: 'hold', reason: 'missing-parents' }
    highest = Math.max(highest, cause.lamport)
  }
  return entry.lamport === highest + 1 ? { type: 'accept' } : { type: 'refuse', reason: 'lamport' }
}

/** The author signed what contradicts itself; whoever passed it on could not know. */
export function convict(reason: string, author: SigningPublicKey): Verdict {
  return { type: 'refuse', reason, author }
}
