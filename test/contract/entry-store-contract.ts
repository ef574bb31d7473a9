import { compareBytes, hash } from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import type { LogId } from '../../client/conversation/log.ts'
import type { SignedEntry } from '../../client/conversation/signed-entry.ts'
import type { EntryStore } from '../../client/storage/ports.ts'
import {
  makeEntry,
  makeEntryId,
  makeLogId,
  makeSpeaker,
  makeTalk,
} from '../storage/entry-fixtures.ts'

/** One storage, wherever it keeps its entries. */
export type EntryStoreWorld = {
  readonly store: EntryStore
  /** The same storage as a page finds it that is opened anew; the earlier one is closed. */
  reopen(): EntryStore
  close(): void
}

/** What is loaded, in one order for all adapters. */
export async function loadSorted(store: EntryStore, log: LogId): Promise<readonly SignedEntry[]> {
  const { entries, damaged } = await store.load(log)
  expect(damaged).toBe(0)
  return sorted(entries)
}

export function sorted(entries: Iterable<SignedEntry>): SignedEntry[] {
  return [...entries].sort((left, right) => compareBytes(left.id, right.id))
}

/** What the entry is after its body went. */
export function stripped(entry: SignedEntry): SignedEntry {
  if (entry.content.type === 'stripped') return entry
  const { salt, body } = entry.content
  const bodyHash = hash('hamsa/entry/body/1', salt, body)
  return { ...entry, content: { type: 'stripped', bodyLength: body.length, bodyHash } }
}

/** What every adapter of the EntryStore port does; `makeWorld` gives an empty storage. */
export function entryStoreContract(name: string, makeWorld: () => EntryStoreWorld): void {
  describe(`entry store contract: ${name}`, () => {
    const test = (title: string, run: (world: EntryStoreWorld) => Promise<void>): void => {
      it(title, async () => {
        const world = makeWorld()
        try {
          await run(world)
        } finally {
          world.close()
        }
      })
    }

    test('[ST20] gives back what was put, whole, of one log only, also when opened anew', async (world) => {
      const log = makeLogId()
      const talk = makeTalk(30, 100)
      const speaker = makeSpeaker()
      const odd = makeEntry(speaker, {
        sequence: 7,
        previous: makeEntryId(),
        parents: Array.from({ length: 8 }, makeEntryId).sort(compareBytes),
        kind: 255,
        content: { type: 'stripped', bodyLength: 200_000, bodyHash: new Uint8Array(32).fill(7) },
      })
      await world.store.put(log, talk.slice(0, 10))
      await world.store.put(log, talk.slice(10).toReversed())
      await world.store.put(log, [odd])
      await world.store.put(makeLogId(), [makeEntry(speaker)])
      const expected = sorted([...talk, odd])
      expect(await loadSorted(world.store, log)).toEqual(expected)
      expect(await loadSorted(world.reopen(), log)).toEqual(expected)
    })

    test('[ST20] loads nothing from a log that has nothing', async ({ store }) => {
      expect(await store.load(makeLogId())).toEqual({ entries: [], damaged: 0 })
      await store.put(makeLogId(), [])
    })

    test('[ST21] keeps an entry once, however often it is put', async ({ store }) => {
      const log = makeLogId()
      const talk = makeTalk(5, 20)
      await store.put(log, talk)
      await store.put(log, [...talk.slice(2, 4), ...talk.slice(2, 4)])
      expect(await loadSorted(store, log)).toEqual(sorted(talk))
    })

    test('[ST21] keeps what was stripped stripped when it is put again', async (world) => {
      const log = makeLogId()
      const [first, second] = makeTalk(2, 20)
      if (first === undefined || second === undefined) throw new Error('two entries')
      await world.store.put(log, [first, second])
      await world.store.strip(log, [first.id])
      await world.store.put(log, [first])
      expect(await loadSorted(world.reopen(), log)).toEqual(sorted([stripped(first), second]))
    })

    test('[ST21] keeps what was stripped stripped, in whatever order both forms were put', async (world) => {
      const log = makeLogId()
      const talk = makeTalk(16, 20)
      for (const [index, entry] of talk.entries()) {
        const forms = [entry, stripped(entry)]
        for (const form of index % 2 === 0 ? forms : forms.reverse()) {
          await world.store.put(log, [form])
        }
      }
      const expected = sorted(talk.map(stripped))
      expect(await loadSorted(world.store, log)).toEqual(expected)
      expect(await loadSorted(world.reopen(), log)).toEqual(expected)
    })

    test('[ST22] strips the entries named, keeps the rest, and passes over what is not there', async (world) => {
      const log = makeLogId()
      const talk = makeTalk(12, 50)
      await world.store.put(log, talk.slice(0, 6))
      for (const entry of talk.slice(6)) await world.store.put(log, [entry])
      const gone = talk.filter((_, index) => index % 3 === 0)
      await world.store.strip(log, [makeEntryId(), ...gone.map(({ id }) => id)])
      await world.store.strip(log, [])
      const expected = sorted(talk.map((entry) => (gone.includes(entry) ? stripped(entry) : entry)))
      expect(await loadSorted(world.store, log)).toEqual(expected)
      expect(await loadSorted(world.reopen(), log)).toEqual(expected)
    })

    test('[ST23] erases all of a log and nothing of another', async (world) => {
      const [log, other] = [makeLogId(), makeLogId()]
      const kept = makeTalk(3, 20)
      await world.store.put(log, makeTalk(40, 20))
      await world.store.put(other, kept)
      await world.store.erase(log)
      expect(await loadSorted(world.store, log)).toEqual([])
      const again = world.reopen()
      expect(await loadSorted(again, log)).toEqual([])
      expect(await loadSorted(again, other)).toEqual(sorted(kept))
    })
  })
}
