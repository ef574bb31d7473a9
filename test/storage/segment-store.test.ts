import { randomBytes, toBase64Url, toHex, toUtf8 } from '@hamsa/crypto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { sealRow } from '../../client/storage/sealed-row.ts'
import {
  entryStoreContract,
  loadSorted,
  sorted,
  stripped,
} from '../contract/entry-store-contract.ts'
import { testStorage } from '../helpers/test-storage.ts'
import { makeLogId, makeTalk, wholeContent } from './entry-fixtures.ts'
import { damage, openKeys, putRaw, rawRows } from './raw-database.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

entryStoreContract('IndexedDB', () => {
  const first = testStorage()
  const opened = [first]
  const closeAll = (): void => {
    for (const storage of opened) storage.close()
  }
  return {
    store: first.entries,
    reopen() {
      closeAll()
      const again = testStorage(first.name)
      opened.push(again)
      return again.entries
    },
    close: closeAll,
  }
})

describe('the segment store', () => {
  it('[ST1] shows neither author, writer, id nor text, and hides the name of the log', async () => {
    const storage = testStorage()
    const log = makeLogId()
    const talk = makeTalk(3, 0).map((entry) => ({
      ...entry,
      content: { type: 'whole' as const, salt: randomBytes(16), body: toUtf8('my order is late') },
    }))
    await storage.entries.put(log, talk)
    const rows = await rawRows(storage.name, 'segments')
    expect(rows).toHaveLength(1)
    const disk = rows.map(({ key, bytes }) => `${JSON.stringify(key)} ${toHex(bytes)}`).join()
    expect(disk).not.toContain(toBase64Url(log))
    for (const { author, writer, id } of talk) {
      for (const bytes of [author, writer, id, log, toUtf8('my order')]) {
        expect(disk).not.toContain(toHex(bytes))
      }
    }
    storage.close()
  })

  it('[ST22] leaves no copy of a stripped body in the database', async () => {
    const storage = testStorage()
    const log = makeLogId()
    const [large, small] = makeTalk(2, 10)
    if (large === undefined || small === undefined) throw new Error('two entries')
    const entry = { ...large, content: wholeContent(50_000) }
    await storage.entries.put(log, [entry, small])
    await storage.entries.put(log, [entry])
    await storage.entries.strip(log, [entry.id])
    const rows = await rawRows(storage.name, 'segments')
    expect(rows.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThan(2_000)
    expect(await loadSorted(storage.entries, log)).toEqual(sorted([stripped(entry), small]))
    storage.close()
  })

  it('[ST24] writes all entries of a put or none, to the disk and not only to the system', async () => {
    const storage = testStorage()
    const log = makeLogId()
    const talk = makeTalk(300, 10) // two segments
    await storage.entries.put(log, talk.slice(0, 1))
    const add = IDBObjectStore.prototype.add
    let rows = 0
    vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(function (
      this: IDBObjectStore,
      value,
      key,
    ) {
      rows += 1
      if (rows === 2) throw new DOMException('no room', 'QuotaExceededError')
      return add.call(this, value, key)
    })
    await expect(storage.entries.put(log, talk)).rejects.toMatchObject({ code: 'full' })
    vi.restoreAllMocks()
    expect(await loadSorted(storage.entries, log)).toEqual(talk.slice(0, 1))
    const begin = vi.spyOn(IDBDatabase.prototype, 'transaction')
    await storage.entries.put(log, talk)
    expect(begin.mock.calls.map(([, mode, options]) => [mode, options])).toEqual([
      ['readwrite', { durability: 'strict' }],
    ])
    storage.close()
  })

  it('[ST25] counts what is damaged, moved, newer or no row at all, and loads the rest', async () => {
    const storage = testStorage()
    const [log, other] = [makeLogId(), makeLogId()]
    const talk = makeTalk(6, 10)
    for (const entry of talk) await storage.entries.put(log, [entry])
    const rows = await rawRows(storage.name, 'segments')
    await storage.entries.put(other, makeTalk(1, 10))
    const moved = (await rawRows(storage.name, 'segments')).find(({ key }) =>
      rows.every((row) => JSON.stringify(row.key) !== JSON.stringify(key)),
    )
    const keys = await openKeys(storage.name)
    const context = { label: 'hamsa/storage/segment/1' as const, name: log }
    const malformed = await sealRow(crypto.subtle, keys.segments, context, Uint8Array.of(1, 2, 3))
    const [first, second, third, fourth, fifth] = rows
    for (const [row, value] of [
      [first, first === undefined ? null : damage(first.bytes)],
      [second, moved?.bytes],
      [third, third?.bytes.with(0, 2)],
      [fourth, 'nothing of ours'],
      [fifth, malformed],
    ] as const) {
      await putRaw(storage.name, 'segments', row?.key ?? '', value)
    }
    const { entries, damaged } = await storage.entries.load(log)
    expect(damaged).toBe(5)
    expect(entries).toHaveLength(1)
    expect(talk).toContainEqual(entries[0])

    await storage.entries.strip(
      log,
      talk.map(({ id }) => id),
    )
    expect((await storage.entries.load(log)).damaged).toBe(5)
    await storage.entries.erase(log)
    expect(await storage.entries.load(log)).toEqual({ entries: [], damaged: 0 })
    expect(await rawRows(storage.name, 'segments')).toHaveLength(1) // the other log's
    storage.close()
  })
})
