import { parseSigningPublicKey, toBase64Url, fromBase64Url } from '@hamsa/crypto'
import { parseEntryId, parseWriterId } from '../conversation/ids.ts'
import type { LogId } from '../conversation/log.ts'
import type { Database, EntryKey, EntryRow } from './database.ts'
import type { EntryStore, StoredEntry } from './ports.ts'

/** Entries as rows of IndexedDB, each sealed as Yjs and the wire carry it. */
export function indexedEntries(database: Database): EntryStore {
  return {
    async list(log) {
      const range = rangeOf(log)
      const rows = await database.run('entries', 'readonly', async (store) => {
        const [keys, values] = await Promise.all([store.getAllKeys(range), store.getAll(range)])
        return keys.map((key, index) => ({ key, value: values[index] }))
      })
      return rows.flatMap(({ key, value }) => entryFrom(log, key, value) ?? [])
    },
    async put(entries) {
      if (entries.length === 0) return
      await database.run('entries', 'readwrite', async (store) => {
        // `async`: a row that cannot be stored rejects like the others, and none is left unheard.
        await Promise.all(entries.map(async (entry) => store.put(rowFrom(entry), keyOf(entry))))
      })
    },
    async erase(log) {
      await database.run('entries', 'readwrite', (store) => store.delete(rangeOf(log)))
    },
  }
}

function rangeOf(log: LogId): IDBKeyRange {
  const name = toBase64Url(log)
  return IDBKeyRange.bound([name], [name, []]) // an array sorts after every number (IndexedDB §2.4)
}

function keyOf(entry: StoredEntry): EntryKey {
  return [toBase64Url(entry.log), toBase64Url(entry.id)]
}

function rowFrom({ epoch, author, writer, sequence, sealed }: StoredEntry): EntryRow {
  return { epoch, author, writer, sequence, sealed }
}

/** A row as an entry, or `null` when it is damaged: the log then fetches it from a peer again. */
function entryFrom(log: LogId, [, idText]: EntryKey, row: unknown): StoredEntry | null {
  if (!isRecord(row)) return null
  const { epoch, sequence, sealed } = row
  const id = parseEntryId(fromBase64Url(idText) ?? new Uint8Array())
  const author = row.author instanceof Uint8Array ? parseSigningPublicKey(row.author) : null
  const writer = row.writer instanceof Uint8Array ? parseWriterId(row.writer) : null
  if (id === null || author === null || writer === null) return null
  if (!isCount(epoch) || !isCount(sequence) || !(sealed instanceof Uint8Array)) return null
  return { log, epoch, id, author, writer, sequence, sealed }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
