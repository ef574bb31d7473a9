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
        await Promise.all(entries.map((entry) => store.put(rowFrom(entry), keyOf(entry))))
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
  return [toBase64Url(entry.log), entry.epoch, toBase64Url(entry.writer), entry.sequence]
}

function rowFrom(entry: StoredEntry): EntryRow {
  return { id: entry.id, author: entry.author, sealed: entry.sealed }
}

/** A row as an entry, or `null` when it is damaged: the log then fetches it from a peer again. */
function entryFrom(log: LogId, key: EntryKey, row: EntryRow | undefined): StoredEntry | null {
  if (row === undefined) return null
  const [, epoch, writerText, sequence] = key
  const writer = parseWriterId(fromBase64Url(writerText) ?? new Uint8Array())
  const id = row.id instanceof Uint8Array ? parseEntryId(row.id) : null
  const author = row.author instanceof Uint8Array ? parseSigningPublicKey(row.author) : null
  if (writer === null || id === null || author === null) return null
  if (!(row.sealed instanceof Uint8Array)) return null
  return { log, epoch, id, author, writer, sequence, sealed: row.sealed }
}
