import { openDB, type IDBPDatabase } from 'idb'
import type { StoreName } from '../../client/storage/database.ts'
import { parseKeyRecord, unwrapKeyRecord } from '../../client/storage/key-record.ts'
import { makeStorageKeys, type StorageKeys } from '../../client/storage/storage-keys.ts'

/** The database as whoever reads the disk sees it. */
export async function withDatabase<T>(
  name: string,
  work: (database: IDBPDatabase) => Promise<T>,
): Promise<T> {
  const database = await openDB(name)
  try {
    return await work(database)
  } finally {
    database.close()
  }
}

export type RawRow = { readonly key: IDBValidKey; readonly bytes: Uint8Array }

export function rawRows(name: string, store: Exclude<StoreName, 'keys'>): Promise<RawRow[]> {
  return withDatabase(name, async (database) => {
    const keys = await database.getAllKeys(store)
    const values: unknown[] = await database.getAll(store)
    return keys.map((key, index) => {
      const bytes = values[index]
      if (!(bytes instanceof Uint8Array)) throw new Error('not bytes')
      return { key, bytes }
    })
  })
}

export function putRaw(
  name: string,
  store: StoreName,
  key: IDBValidKey,
  value: unknown,
): Promise<unknown> {
  return withDatabase(name, (database) => database.put(store, value, key))
}

/** The same with its last byte changed. */
export function damage(bytes: Uint8Array): Uint8Array {
  return bytes.with(bytes.length - 1, (bytes.at(-1) ?? 0) ^ 1)
}

/** What the browser itself can open of a storage without a passcode. */
export async function openKeys(name: string): Promise<StorageKeys> {
  const [wrappingKey, value] = await withDatabase(name, (database) =>
    Promise.all([
      database.get('keys', 'wrapping-key') as Promise<unknown>,
      database.get('keys', 'content-key') as Promise<unknown>,
    ]),
  )
  const record = parseKeyRecord(value)
  if (!(wrappingKey instanceof CryptoKey) || record === null) throw new Error('no keys')
  const contentKey = await unwrapKeyRecord(crypto.subtle, wrappingKey, record)
  if (contentKey === null) throw new Error('does not open')
  return makeStorageKeys(crypto.subtle, { id: record.id, contentKey, wrappingKey })
}
