import { equalBytes, toBase64Url } from '@hamsa/crypto'
import type { StoredEntry } from '../storage/ports.ts'
import { clientIdOf, clockOf } from './client-id.ts'
import { openEntry, type Epoch } from './entry-seal.ts'
import { verifyEntry, type DecodedEntry } from './entry.ts'
import { chainKeyOf, type KnownEntry } from './known-entries.ts'
import type { LogId } from './log.ts'
import { compareEntries } from './order.ts'

/** A stored row that could not be taken in, and why. It stays where it is; a peer may send it again. */
export type SetAside = {
  readonly row: StoredEntry
  readonly reason:
    /** Sealed for another epoch than the open one. */
    | 'other-epoch'
    /** Does not open, or is not the entry that the row says it is. */
    | 'damaged'
    /** An earlier entry of its writer is missing or damaged. */
    | 'unchained'
    | 'signature'
}

export type LoadedEntries = {
  /** Causes first. */
  readonly entries: readonly KnownEntry[]
  readonly setAside: readonly SetAside[]
}

type Row = { readonly row: StoredEntry; readonly decoded: DecodedEntry }

/**
 * Takes in what this storage holds of a log. Each writer's entries form a hash chain, so the
 * signature of the last one vouches for all before it: one verification a writer, not one an entry.
 */
export async function loadEntries(
  stored: readonly StoredEntry[],
  log: LogId,
  epoch: Epoch,
): Promise<LoadedEntries> {
  const setAside: SetAside[] = []
  const writers = new Map<string, Row[]>()
  for (const row of stored) {
    const decoded = openRow(row, log, epoch)
    if (decoded === null) {
      setAside.push({ row, reason: row.epoch === epoch.number ? 'damaged' : 'other-epoch' })
      continue
    }
    const key = chainKeyOf(row.author, row.writer)
    const rows = writers.get(key)
    if (rows === undefined) writers.set(key, [{ row, decoded }])
    else rows.push({ row, decoded })
  }

  const chains = await Promise.all(
    [...writers.values()].map((rows) => vouchedChain(rows, setAside)),
  )
  const entries = chains.flatMap((chain) => knownFrom(chain, log, epoch))
  entries.sort((left, right) => compareEntries(left.entry, right.entry))
  return { entries, setAside }
}

function openRow(row: StoredEntry, log: LogId, epoch: Epoch): DecodedEntry | null {
  if (row.epoch !== epoch.number) return null
  const opened = openEntry(row.sealed, epoch)
  if (opened.type !== 'opened') return null
  const { entry, log: signedLog } = opened.decoded
  const isAsLabelled =
    equalBytes(signedLog, log) &&
    equalBytes(entry.id, row.id) &&
    equalBytes(entry.author, row.author) &&
    equalBytes(entry.writer, row.writer) &&
    entry.sequence === row.sequence
  return isAsLabelled ? opened.decoded : null
}

/** The unbroken beginning of a writer's chain that a signature vouches for; the other rows go to `setAside`. */
async function vouchedChain(rows: readonly Row[], setAside: SetAside[]): Promise<Row[]> {
  const chain = longestChain(rows)
  const taken = new Set(chain)
  for (const { row } of rows.filter((one) => !taken.has(one))) {
    setAside.push({ row, reason: 'unchained' })
  }
  for (let last = chain.at(-1); last !== undefined; last = chain.at(-1)) {
    if (await verifyEntry(last.decoded)) break
    setAside.push({ row: last.row, reason: 'signature' })
    chain.pop()
  }
  return chain
}

/**
 * Rows from sequence 0 on, each naming the one before. Where a failed write left two rows of one
 * sequence, the one that a later row names is taken.
 */
function longestChain(rows: readonly Row[]): Row[] {
  const named = new Set(
    rows.flatMap(({ decoded: { entry } }) =>
      entry.previous === null ? [] : [toBase64Url(entry.previous)],
    ),
  )
  const sorted = rows.toSorted(
    (left, right) =>
      left.row.sequence - right.row.sequence ||
      Number(named.has(toBase64Url(right.row.id))) - Number(named.has(toBase64Url(left.row.id))) ||
      compareEntries(left.decoded.entry, right.decoded.entry),
  )
  const chain: Row[] = []
  for (const next of sorted) {
    const { sequence, previous } = next.decoded.entry
    const head = chain.at(-1)?.decoded.entry.id
    const follows =
      head === undefined ? previous === null : previous !== null && equalBytes(previous, head)
    if (sequence === chain.length && follows) chain.push(next)
  }
  return chain
}

function knownFrom(chain: readonly Row[], log: LogId, epoch: Epoch): KnownEntry[] {
  const first = chain[0]?.decoded.entry
  if (first === undefined) return []
  const client = clientIdOf(log, epoch.number, first.author, first.writer)
  return chain.map(({ row, decoded: { entry } }) => ({
    entry,
    item: {
      client,
      clock: clockOf(entry.sequence, 0),
      key: toBase64Url(entry.id),
      sealed: row.sealed,
    },
  }))
}
