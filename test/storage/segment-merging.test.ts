import { toHex } from '@hamsa/crypto'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { LogId } from '../../client/conversation/log.ts'
import type { SignedEntry } from '../../client/conversation/signed-entry.ts'
import { loadSorted, sorted, stripped } from '../contract/entry-store-contract.ts'
import { testStorage } from '../helpers/test-storage.ts'
import { makeEntry, makeLogId, makeSpeaker, makeTalk } from './entry-fixtures.ts'
import { damage, putRaw, rawRows } from './raw-database.ts'
import { slowSubtle } from './slow-subtle.ts'

type TestStorage = ReturnType<typeof testStorage>

/** One put after another: each entry makes a row. */
async function putSingly(
  { entries }: TestStorage,
  log: LogId,
  talk: readonly SignedEntry[],
): Promise<void> {
  for (const entry of talk) await entries.put(log, [entry])
}

/** What is there after a merge that the first loading may have brought about. */
async function loadTwice({ entries }: TestStorage, log: LogId): Promise<readonly SignedEntry[]> {
  await entries.load(log)
  return loadSorted(entries, log)
}

const names = async (storage: TestStorage): Promise<readonly IDBValidKey[]> =>
  (await rawRows(storage.name, 'segments')).map(({ key }) => key)

/** Which entries there are and which of them have a body: quicker to compare than the entries. */
const outline = (entries: Iterable<SignedEntry>): string[] =>
  Array.from(entries, ({ id, content }) => `${toHex(id)} ${content.type}`).sort()

afterEach(() => {
  vi.restoreAllMocks()
})

describe('merging', () => {
  it('[ST26] puts one segment in the place of 128 small ones, and loses nothing', async () => {
    const storage = testStorage()
    const log = makeLogId()
    const talk = makeTalk(134, 30)
    await putSingly(storage, log, talk.slice(0, 127))
    expect(await names(storage)).toHaveLength(127)
    await putSingly(storage, log, talk.slice(127))
    expect(await names(storage)).toHaveLength(1 + 6)
    expect(await loadSorted(storage.entries, log)).toEqual(sorted(talk))
    storage.close()
  })

  it('[ST26] takes up, after loading, what an earlier page left in small pieces', async () => {
    const first = testStorage()
    const log = makeLogId()
    const talk = makeTalk(16, 30)
    await putSingly(first, log, talk.slice(0, 7))
    await loadTwice(first, log)
    expect(await names(first)).toHaveLength(7)
    await putSingly(first, log, talk.slice(7, 8))
    first.close()
    const second = testStorage(first.name)
    expect(await loadTwice(second, log)).toEqual(sorted(talk.slice(0, 8)))
    expect(await names(second)).toHaveLength(1)
    await putSingly(second, log, talk.slice(8))
    expect(await loadTwice(second, log)).toEqual(sorted(talk))
    expect(await names(second)).toHaveLength(1)
    second.close()
  })

  it('[ST26] leaves the old rows as they are when it is cut off', async () => {
    const storage = testStorage()
    const log = makeLogId()
    const talk = makeTalk(20, 30)
    await putSingly(storage, log, talk)
    const before = await names(storage)
    let deleted = 0
    const remove = IDBObjectStore.prototype.delete
    vi.spyOn(IDBObjectStore.prototype, 'delete').mockImplementation(function (
      this: IDBObjectStore,
      key,
    ) {
      deleted += 1
      if (deleted === 10) throw new DOMException('cut off', 'UnknownError')
      return remove.call(this, key)
    })
    await storage.entries.load(log)
    await storage.entries.put(log, []) // comes after the merge
    expect(deleted).toBe(20) // the merge was there, and its tenth deletion failed
    expect(await names(storage)).toEqual(before)
    vi.restoreAllMocks()
    expect(await loadTwice(storage, log)).toEqual(sorted(talk))
    expect(await names(storage)).toHaveLength(1)
    storage.close()
  })

  it('[ST26] [ST27] gives up when another tab has stripped or erased meanwhile', async () => {
    for (const change of ['strip', 'erase'] as const) {
      const other = testStorage()
      const log = makeLogId()
      const talk = makeTalk(10, 1000)
      await putSingly(other, log, talk)
      let changes = 0
      const merging = testStorage(other.name, {
        subtle: slowSubtle('encrypt', async () => {
          changes += 1
          if (changes > 1) return
          if (change === 'erase') await other.entries.erase(log)
          else
            await other.entries.strip(
              log,
              talk.map(({ id }) => id),
            )
        }),
      })
      const expected = change === 'erase' ? [] : sorted(talk.map(stripped))
      expect(await loadTwice(merging, log)).toEqual(expected)
      expect(changes).toBeGreaterThan(0)
      const rows = await rawRows(other.name, 'segments')
      expect(rows.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThan(5_000) // no body
      for (const { close } of [other, merging]) close()
    }
  })

  it('[ST25] leaves a damaged row where it is', async () => {
    const storage = testStorage()
    const log = makeLogId()
    const talk = makeTalk(12, 30)
    await putSingly(storage, log, talk.slice(0, 1))
    const [row] = await rawRows(storage.name, 'segments')
    if (row === undefined) throw new Error('a row')
    await putRaw(storage.name, 'segments', row.key, damage(row.bytes))
    await putSingly(storage, log, talk.slice(1))
    await storage.entries.load(log)
    const { entries, damaged } = await storage.entries.load(log) // comes after the merge
    expect(damaged).toBe(1)
    expect(sorted(entries)).toEqual(sorted(talk.slice(1)))
    expect(await names(storage)).toHaveLength(2)
    expect(await names(storage)).toContainEqual(row.key)
    storage.close()
  })

  it('[ST22] [ST26] brings no body back that was stripped, however the work falls', async () => {
    const step = fc.oneof(
      { weight: 12, arbitrary: fc.record({ type: fc.constant('put'), count: fc.constant(1) }) },
      { weight: 1, arbitrary: fc.record({ type: fc.constant('put'), count: fc.nat(60) }) },
      { weight: 3, arbitrary: fc.record({ type: fc.constant('strip'), count: fc.nat(1000) }) },
      { weight: 1, arbitrary: fc.record({ type: fc.constant('wait'), count: fc.constant(0) }) },
      { weight: 1, arbitrary: fc.record({ type: fc.constant('load'), count: fc.constant(0) }) },
    )
    const speaker = makeSpeaker()
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 60, maxLength: 120 }), async (steps) => {
        const storage = testStorage()
        const log = makeLogId()
        const model = new Map<number, SignedEntry>()
        const asked: Promise<unknown>[] = []
        for (const { type, count } of steps) {
          if (type === 'put') {
            const fresh = Array.from({ length: count }, (_, index) =>
              makeEntry(speaker, { lamport: model.size + index }),
            )
            for (const entry of fresh) model.set(model.size, entry)
            asked.push(storage.entries.put(log, fresh))
          } else if (type === 'strip') {
            const place = count % (model.size + 1)
            const entry = model.get(place)
            if (entry === undefined) continue
            model.set(place, stripped(entry))
            asked.push(storage.entries.strip(log, [entry.id]))
          } else if (type === 'load') {
            const expected = outline(model.values())
            asked.push(
              loadSorted(storage.entries, log).then((entries) =>
                expect(outline(entries)).toEqual(expected),
              ),
            )
          } else {
            await Promise.all(asked.splice(0))
          }
        }
        await Promise.all(asked)
        expect(outline(await loadSorted(storage.entries, log))).toEqual(outline(model.values()))
        storage.close()
        const again = testStorage(storage.name)
        expect(await loadSorted(again.entries, log)).toEqual(sorted(model.values()))
        again.close()
      }),
      { numRuns: 15 },
    )
  })

  it('[ST27] keeps two tabs that write, strip and merge at once from harming each other', async () => {
    const tab = fc.nat(1)
    const phase = fc.record({
      puts: fc.array(tab, { minLength: 10, maxLength: 40 }),
      strips: fc.array(fc.tuple(tab, fc.nat(1000)), { maxLength: 4 }),
      loads: fc.array(tab, { maxLength: 2 }),
    })
    const speaker = makeSpeaker()
    await fc.assert(
      fc.asyncProperty(fc.array(phase, { minLength: 2, maxLength: 4 }), async (phases) => {
        const first = testStorage()
        const tabs = [first, testStorage(first.name)]
        const at = (index: number): TestStorage['entries'] => (tabs[index] ?? first).entries
        const log = makeLogId()
        const model: SignedEntry[] = []
        for (const { puts, strips, loads } of phases) {
          const work: Promise<unknown>[] = loads.map((index) => at(index).load(log))
          for (const [index, choice] of strips) {
            const place = choice % (model.length + 1)
            const entry = model[place]
            if (entry === undefined) continue
            model[place] = stripped(entry)
            work.push(at(index).strip(log, [entry.id]))
          }
          for (const index of puts) {
            const entry = makeEntry(speaker, { lamport: model.length })
            model.push(entry)
            work.push(at(index).put(log, [entry]))
          }
          await Promise.all(work)
          for (const { entries } of tabs) {
            expect(outline(await loadSorted(entries, log))).toEqual(outline(model))
          }
        }
        for (const { close } of tabs) close()
      }),
      { numRuns: 15 },
    )
  })
})
