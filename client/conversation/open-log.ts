import { equalBytes } from '@hamsa/crypto'
import * as Y from 'yjs'
import { KnownEntries } from './known-entries.ts'
import { loadEntries, type SetAside } from './loaded-entries.ts'
import type { Head, Log, WriterId } from './log.ts'
import { bindReplica } from './replica.ts'
import { StoredLog, type StoredLogParts } from './stored-log.ts'
import { encodeUpdate } from './update-encoder.ts'

export type LogRequest = StoredLogParts

/** A log with what only its opener needs. */
export interface OpenedLog extends Log {
  /** Rows that could not be taken in; peers that hold them send them again. */
  readonly setAside: readonly SetAside[]
  /** The writer that the next entry will be by. */
  readonly writer: WriterId
  /** To be told of a peer's verified heads: takes a new writer when the own one is ahead elsewhere. */
  meet(heads: readonly Head[]): Promise<void>
}

/**
 * Opens a log over what its store holds. Damaged rows are set aside, never a failure; rejects with
 * `StorageError` only when the store itself cannot be read. The caller closes the log.
 */
export async function openLog(request: LogRequest): Promise<OpenedLog> {
  const { ref, epoch, self, store, writer } = request
  const { entries, setAside } = await loadEntries(await store.list(ref.id), ref.id, epoch)
  const known = new KnownEntries()
  for (const one of entries) known.add(one)
  const doc = new Y.Doc({ gc: false })
  if (entries.length > 0) Y.applyUpdate(doc, encodeUpdate(entries.map(({ item }) => item)))

  const log = Object.assign(new StoredLog(request, known, doc), { setAside })
  bindReplica(log, doc)
  const hasLostOwn = setAside.some(
    ({ row, reason }) =>
      reason !== 'other-epoch' &&
      equalBytes(row.author, self.signing.publicKey) &&
      equalBytes(row.writer, writer),
  )
  // Peers may hold what was lost here: to write on would be to sign two histories.
  if (hasLostOwn) await log.renewWriter()
  return log
}
