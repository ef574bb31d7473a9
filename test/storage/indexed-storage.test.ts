import { forceCloseDatabase } from 'fake-indexeddb'
import { toUtf8 } from '@hamsa/crypto'
import { openDB } from 'idb'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { testStorage } from '../helpers/test-storage.ts'
import { makeLogId, makeTalk } from './entry-fixtures.ts'
import { rawRows, withDatabase } from './raw-database.ts'

const SECRET = toUtf8('kept')

/** The connections that are opened from now on, as the browser holds them. */
function watchConnections(): IDBDatabase[] {
  const connections: IDBDatabase[] = []
  const open = IDBFactory.prototype.open
  vi.spyOn(IDBFactory.prototype, 'open').mockImplementation(function (
    this: IDBFactory,
    name,
    version,
  ) {
    const request = open.call(this, name, version)
    request.addEventListener('success', () => connections.push(request.result))
    return request
  })
  return connections
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('the storage', () => {
  it('[ST61] opens again after the browser has closed the database underneath', async () => {
    const connections = watchConnections()
    const { vault, close } = testStorage()
    await vault.write('shop', SECRET)
    const [first] = connections
    if (first === undefined) throw new Error('a connection')
    forceCloseDatabase(first as never) // its type says: the class, not a database
    expect(await vault.read('shop')).toEqual(SECRET)
    expect(connections).toHaveLength(2)
    close()
  })

  it('[ST61] opens again when it is not even told', async () => {
    const connections = watchConnections()
    const { vault, close } = testStorage()
    await vault.write('shop', SECRET)
    connections[0]?.close()
    await vault.write('more', SECRET)
    expect(connections).toHaveLength(2)
    expect(await vault.names('')).toEqual(['more', 'shop'])
    close()
  })

  it('[ST60] gives way to a newer page and then says newer-version', async () => {
    const storage = testStorage()
    await storage.vault.write('shop', SECRET)
    const newer = await openDB(storage.name, 99)
    newer.close()
    for (const work of [
      () => storage.vault.read('shop'),
      () => storage.entries.load(makeLogId()),
      () => storage.entries.put(makeLogId(), makeTalk(1, 10)),
      () => storage.passcode.state(),
    ]) {
      await expect(work()).rejects.toMatchObject({ name: 'StorageError', code: 'newer-version' })
    }
    storage.close()
  })

  it('[ST60] says unavailable after it was closed, and may be closed twice', async () => {
    const storage = testStorage()
    await storage.vault.write('shop', SECRET)
    storage.close()
    storage.close()
    await expect(storage.vault.read('shop')).rejects.toMatchObject({ code: 'unavailable' })
    await expect(storage.entries.load(makeLogId())).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('[ST60] says unavailable when the browser gives no database, and tries again at the next call', async () => {
    const { vault, close } = testStorage()
    vi.spyOn(IDBFactory.prototype, 'open').mockImplementationOnce(() => {
      throw new DOMException('not here', 'SecurityError')
    })
    await expect(vault.write('shop', SECRET)).rejects.toMatchObject({ code: 'unavailable' })
    await vault.write('shop', SECRET)
    expect(await vault.read('shop')).toEqual(SECRET)
    close()
  })

  it('[ST62] erases everything, the keys first, and serves on afterwards', async () => {
    const storage = testStorage()
    await storage.vault.write('shop', SECRET)
    await storage.entries.put(makeLogId(), makeTalk(3, 10))
    const clear = vi.spyOn(IDBObjectStore.prototype, 'clear')
    await storage.eraseAll()
    const cleared = clear.mock.contexts.map((store) =>
      store instanceof IDBObjectStore ? store.name : '',
    )
    expect(cleared).toEqual(['keys', 'vault', 'segments'])
    expect(await rawRows(storage.name, 'vault')).toEqual([])
    expect(await rawRows(storage.name, 'segments')).toEqual([])
    expect(await withDatabase(storage.name, (database) => database.count('keys'))).toBe(0)
    await storage.vault.write('shop', SECRET)
    expect(await storage.vault.read('shop')).toEqual(SECRET)
    storage.close()
  })

  it('[ST62] leaves nothing that can be opened when erasing is cut off after the keys', async () => {
    const storage = testStorage()
    await storage.vault.write('shop', SECRET)
    const clear = IDBObjectStore.prototype.clear
    vi.spyOn(IDBObjectStore.prototype, 'clear').mockImplementation(function (this: IDBObjectStore) {
      if (this.name !== 'keys') throw new DOMException('cut off', 'UnknownError')
      return clear.call(this)
    })
    await expect(storage.eraseAll()).rejects.toMatchObject({ code: 'unavailable' })
    vi.restoreAllMocks()
    expect(await withDatabase(storage.name, (database) => database.count('keys'))).toBe(0)
    expect(await storage.vault.read('shop')).toBeNull()
    storage.close()
  })

  it('[ST62] erases what a newer page has laid out', async () => {
    const storage = testStorage()
    const newer = await openDB(storage.name, 99, {
      upgrade: (database) => void database.createObjectStore('keys'),
    })
    newer.close()
    await storage.eraseAll()
    await storage.vault.write('shop', SECRET)
    expect(await storage.vault.read('shop')).toEqual(SECRET)
    storage.close()
  })

  it('[ST63] tells what the browser promises, and unknown where it does not tell', async () => {
    let isPersistent = false
    const manager = {
      persisted: () => Promise.resolve(isPersistent),
      persist: () => Promise.resolve((isPersistent = true)),
    } as StorageManager
    const promised = testStorage(undefined, { manager })
    expect(await promised.durability()).toBe('best-effort')
    expect(await promised.persist()).toBe('persistent')
    expect(await promised.durability()).toBe('persistent')
    const refusing = {
      persisted: () => Promise.reject(new TypeError('no origin')),
    } as Partial<StorageManager> as StorageManager
    for (const parts of [{ manager: undefined }, { manager: refusing }]) {
      const storage = testStorage(undefined, parts)
      expect(await storage.durability()).toBe('unknown')
      expect(await storage.persist()).toBe('unknown')
    }
  })
})
