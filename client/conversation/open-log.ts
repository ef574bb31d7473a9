import { equalBytes } from '@hamsa/crypto'
import { arrangeEntries } from './loaded-entries.ts'
import { LogContents } from './log-contents.ts'
import { LogEntry } from './log-entry.ts'
import { LogEpochs } from './log-epochs.ts'
import type { LogParts } from './log-parts.ts'
import type { SignedEntry } from './signed-entry.ts'
import { StoredLog } from './stored-log.ts'

export type { LogParts } from './log-parts.ts'
export type OpenedLog = StoredLog

/**
 * Opens a log over what its store holds. Damaged pieces are counted, never a failure; rejects with
 * `StorageError` only when the store itself cannot be read. The caller closes the log.
 */
export async function openLog(parts: LogParts): Promise<OpenedLog> {
  const { ref, self, store, writer } = parts
  const epochs = new LogEpochs(parts)
  const [loaded] = await Promise.all([store.load(ref.id), epochs.load()])
  const { entries, others, setAside } = await arrangeEntries(loaded.entries, ref.id)
  const contents = new LogContents(parts, epochs)
  const known = (entry: SignedEntry) => new LogEntry(entry, ref.kind)
  await contents.restore(entries.map(known), others.map(known), loaded.damaged)
  const log = new StoredLog(parts, contents)
  const hasLostOwn = setAside.some(
    (entry) => equalBytes(entry.author, self.signing.publicKey) && equalBytes(entry.writer, writer),
  )
  // Peers may hold what was lost here: to write on would be to sign two histories.
  if (hasLostOwn || loaded.damaged > 0) await log.renewWriter()
  return log
}
