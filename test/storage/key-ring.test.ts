import { toUtf8 } from '@hamsa/crypto'
import { deleteDB } from 'idb'
import { describe, expect, it } from 'vitest'
import { loadSorted, sorted } from '../contract/entry-store-contract.ts'
import { testStorage } from '../helpers/test-storage.ts'
import { makeLogId, makeTalk } from './entry-fixtures.ts'
import { damage, putRaw, rawRows, withDatabase } from './raw-database.ts'
import { slowSubtle } from './slow-subtle.ts'

const SECRET = toUtf8('kept')

const rawKey = (name: string, key: string): Promise<unknown> =>
  withDatabase(name, (database) => database.get('keys', key) as Promise<unknown>)

async function rawRecord(name: string): Promise<Uint8Array> {
  const record = await rawKey(name, 'content-key')
  if (!(record instanceof Uint8Array)) throw new Error('no content key')
  return record
}

describe('the keys', () => {
  it('[ST40] are a wrapping key that cannot be read out and a content key that it wraps', async () => {
    const storage = testStorage()
    await storage.vault.write('shop', SECRET)
    expect(await rawKey(storage.name, 'wrapping-key')).toMatchObject({
      extractable: false,
      type: 'secret',
    })
    expect(await rawRecord(storage.name)).toHaveLength(1 + 16 + 1 + 12 + 32 + 16)
    storage.close()
  })

  it('[ST42] are the same for tabs that start together', async () => {
    const first = testStorage()
    const tabs = [first, ...Array.from({ length: 4 }, () => testStorage(first.name))]
    await Promise.all(tabs.map(({ vault }, index) => vault.write(`tab ${index}`, SECRET)))
    for (const { vault } of tabs) {
      for (const index of tabs.keys()) expect(await vault.read(`tab ${index}`)).toEqual(SECRET)
    }
    for (const { close } of tabs) close()
  })

  it('[ST42] are those of the tab that was first, also for one that began earlier and took longer', async () => {
    const first = testStorage()
    const slow = testStorage(first.name, {
      subtle: slowSubtle('generateKey', () => first.vault.write('shop', SECRET)),
    })
    expect(await slow.vault.read('shop')).toEqual(SECRET)
    for (const { close } of [first, slow]) close()
  })

  it('[ST43] are made anew when another tab has erased everything, and nothing is written under the old', async () => {
    const first = testStorage()
    const second = testStorage(first.name)
    const log = makeLogId()
    const talk = makeTalk(2, 10)
    for (const { vault } of [first, second]) await vault.write('shop', SECRET)
    await second.eraseAll()
    expect(await first.vault.read('shop')).toBeNull()
    await second.eraseAll()
    await first.vault.write('shop', SECRET)
    await first.entries.put(log, talk)
    const third = testStorage(first.name)
    for (const { vault, entries } of [first, second, third]) {
      expect(await vault.read('shop')).toEqual(SECRET)
      expect(await loadSorted(entries, log)).toEqual(sorted(talk))
    }
    for (const { close } of [first, second, third]) close()
  })

  it('[ST43] [ST61] are made anew when the browser has thrown the database away underneath', async () => {
    const storage = testStorage()
    await storage.vault.write('shop', SECRET)
    await deleteDB(storage.name)
    expect(await storage.vault.read('shop')).toBeNull()
    await storage.vault.write('shop', SECRET)
    storage.close()
    const again = testStorage(storage.name)
    expect(await again.vault.read('shop')).toEqual(SECRET)
    again.close()
  })

  it('[ST44] are corrupt when one is damaged or missing, and newer-version when the record is', async () => {
    const storage = testStorage()
    await storage.vault.write('shop', SECRET)
    const record = await rawRecord(storage.name)
    const wrapping = await rawKey(storage.name, 'wrapping-key')
    const outcome = async (): Promise<unknown> => {
      const again = testStorage(storage.name)
      try {
        return await again.vault.read('shop').catch((error: unknown) => error)
      } finally {
        again.close()
      }
    }
    for (const [value, code] of [
      [damage(record), 'corrupt'],
      [record.with(1, (record[1] ?? 0) ^ 1), 'corrupt'],
      [record.with(17, 2), 'corrupt'],
      [record.slice(0, 10), 'corrupt'],
      ['text', 'corrupt'],
      [record.with(0, 2), 'newer-version'],
    ] as const) {
      await putRaw(storage.name, 'keys', 'content-key', value)
      expect(await outcome()).toMatchObject({ code })
    }
    await putRaw(storage.name, 'keys', 'content-key', record)
    expect(await outcome()).toEqual(SECRET)
    await withDatabase(storage.name, (database) => database.delete('keys', 'wrapping-key'))
    expect(await outcome()).toMatchObject({ code: 'corrupt' })
    await putRaw(storage.name, 'keys', 'wrapping-key', wrapping)
    await withDatabase(storage.name, (database) => database.delete('keys', 'content-key'))
    expect(await outcome()).toMatchObject({ code: 'corrupt' })
    storage.close()
  })

  it('[ST44] take away, when they are made, what an interrupted erasure has left', async () => {
    const first = testStorage()
    await first.vault.write('shop', SECRET)
    await first.entries.put(makeLogId(), makeTalk(1, 10))
    first.close()
    await withDatabase(first.name, (database) => database.clear('keys'))
    const second = testStorage(first.name)
    expect(await second.vault.read('shop')).toBeNull()
    expect(await rawRows(first.name, 'vault')).toEqual([])
    expect(await rawRows(first.name, 'segments')).toEqual([])
    second.close()
  })
})
