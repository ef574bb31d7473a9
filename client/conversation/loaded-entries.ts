import { equalBytes, toBase64Url } from '@hamsa/crypto'
import { entryIdOf, headerOf } from './entry-header.ts'
import { verifyEntry } from './entry.ts'
import type { LogId } from './log.ts'
import { compareEntries } from './order.ts'
import type { SignedEntry } from './signed-entry.ts'
import { writerKeyOf } from './writer-key.ts'

export type LoadedEntries = {
  /** Causes first, each writer's from sequence 0 on and without a gap. */
  readonly entries: readonly SignedEntry[]
  /** Those of other histories of a writer than the one in `entries`. */
  readonly others: readonly SignedEntry[]
  /** Those behind a gap, or at the end of a chain that nothing vouches for. They stay stored; a peer may send what is missing. */
  readonly setAside: readonly SignedEntry[]
}

/**
 * Takes in what this storage holds of a log. Each writer's entries form a hash chain, so the
 * signature of the last one vouches for all before it: one verification a writer, not one an entry.
 */
export async function arrangeEntries(
  stored: readonly SignedEntry[],
  log: LogId,
): Promise<LoadedEntries> {
  const writers = new Map<string, SignedEntry[]>()
  for (const entry of stored) {
    const key = writerKeyOf(entry.author, entry.writer)
    const rows = writers.get(key)
    if (rows === undefined) writers.set(key, [entry])
    else rows.push(entry)
  }
  const setAside: SignedEntry[] = []
  const chains = await Promise.all(
    [...writers.values()].map((rows) => vouchedChain(rows, log, setAside)),
  )
  const entries = chains.flat().sort(compareEntries)
  const others = setAside.length === 0 ? [] : await otherHistories(entries, setAside, log)
  return { entries, others, setAside }
}

/** What of `setAside` contradicts a chain, or goes on from what does; each proven for itself. */
async function otherHistories(
  entries: readonly SignedEntry[],
  setAside: readonly SignedEntry[],
  log: LogId,
): Promise<SignedEntry[]> {
  const placeOf = ({ author, writer, sequence }: SignedEntry) =>
    `${writerKeyOf(author, writer)}.${sequence}`
  const places = new Set(entries.map(placeOf))
  const ids = new Set<string>()
  const others: SignedEntry[] = []
  for (const entry of setAside.toSorted((left, right) => left.sequence - right.sequence)) {
    const goesOn = entry.previous !== null && ids.has(toBase64Url(entry.previous))
    if (!(goesOn || places.has(placeOf(entry))) || !(await isVouched(entry, log))) continue
    ids.add(toBase64Url(entry.id))
    others.push(entry)
  }
  return others
}

/** The unbroken beginning of a writer's chain that a signature vouches for; the rest goes to `setAside`. */
async function vouchedChain(
  rows: SignedEntry[],
  log: LogId,
  setAside: SignedEntry[],
): Promise<SignedEntry[]> {
  const chain: SignedEntry[] = []
  for (const next of inPlace(rows)) {
    if (follows(next, chain.at(-1), chain.length)) chain.push(next)
    else setAside.push(next)
  }
  for (let last = chain.at(-1); last !== undefined; last = chain.at(-1)) {
    if (await isVouched(last, log)) break
    setAside.push(last)
    chain.pop()
  }
  return chain
}

/**
 * By sequence. Of two rows with one sequence (two tabs wrote at once) the one that a later row names
 * is first, so that the chain goes on.
 */
function inPlace(rows: SignedEntry[]): SignedEntry[] {
  rows.sort((left, right) => left.sequence - right.sequence)
  const isOnce = rows.every((row, index) => row.sequence !== rows[index + 1]?.sequence)
  if (isOnce) return rows
  const named = new Set(
    rows.map(({ previous }) => (previous === null ? '' : toBase64Url(previous))),
  )
  const rank = ({ id }: SignedEntry): number => (named.has(toBase64Url(id)) ? 0 : 1)
  return rows.sort((left, right) => left.sequence - right.sequence || rank(left) - rank(right))
}

function follows(
  { sequence, previous }: SignedEntry,
  head: SignedEntry | undefined,
  length: number,
): boolean {
  if (sequence !== length) return false
  if (head === undefined) return previous === null
  // Out of one segment they are one array.
  return previous !== null && (previous === head.id || equalBytes(previous, head.id))
}

async function isVouched(entry: SignedEntry, log: LogId): Promise<boolean> {
  if (!equalBytes(entryIdOf(headerOf(log, entry)), entry.id)) return false
  return verifyEntry(log, entry)
}
