import { describe, expect, it } from 'vitest'
import { entryStoreContract, loadSorted, sorted } from '../contract/entry-store-contract.ts'
import { MemoryStore } from '../helpers/memory-store.ts'
import { makeLogId, makeTalk } from './entry-fixtures.ts'

entryStoreContract('in memory', () => {
  const store = new MemoryStore()
  return { store, reopen: () => store.copy(), close: () => undefined }
})

describe('the store in memory', () => {
  it('fails as it is told and then holds nothing of the put', async () => {
    const store = new MemoryStore()
    const log = makeLogId()
    const talk = makeTalk(2, 10)
    store.failWith('full')
    await expect(store.put(log, talk)).rejects.toMatchObject({ code: 'full' })
    store.failWith('unknown')
    await expect(store.put(log, talk)).rejects.toThrow('no storage error')
    expect(store.rows).toEqual([])
    store.failWith(null)
    await store.put(log, talk)
    expect(await loadSorted(store, log)).toEqual(sorted(talk))
  })

  it('is copied apart: neither sees what the other puts later', async () => {
    const log = makeLogId()
    const [first, second, third] = makeTalk(3, 10)
    if (first === undefined || second === undefined || third === undefined) throw new Error('three')
    const store = MemoryStore.holding(log, [first])
    const copy = store.copy()
    await store.put(log, [second])
    await copy.put(log, [third])
    expect(await loadSorted(store, log)).toEqual(sorted([first, second]))
    expect(await loadSorted(copy, log)).toEqual(sorted([first, third]))
  })
})
