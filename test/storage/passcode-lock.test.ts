import { concatBytes, toUtf8 } from '@hamsa/crypto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { loadSorted, sorted } from '../contract/entry-store-contract.ts'
import { testStorage } from '../helpers/test-storage.ts'
import { makeLogId, makeTalk } from './entry-fixtures.ts'
import { openKeys, rawRows, withDatabase } from './raw-database.ts'

const SECRET = toUtf8('kept')
const START_MS = 1_790_000_000_000

type TestStorage = ReturnType<typeof testStorage>

/** A storage with a record, a log and the passcode 2468, and a clock to move. */
async function guarded(): Promise<{
  storage: TestStorage
  /** Another tab, or this one after a reload. */
  open(): TestStorage
  clock: { nowMs: number }
}> {
  const clock = { nowMs: START_MS }
  const parts = { now: () => clock.nowMs }
  const storage = testStorage(undefined, parts)
  await storage.vault.write('shop', SECRET)
  await storage.passcode.setPasscode('2468')
  return { storage, clock, open: () => testStorage(storage.name, parts) }
}

async function tryWrong({ passcode }: TestStorage, times: number): Promise<number> {
  let retryAtMs = 0
  for (let index = 0; index < times; index++) {
    const result = await passcode.unlock('0000')
    if (result.type === 'unlocked' || result.reason !== 'wrong') throw new Error(result.type)
    retryAtMs = result.retryAtMs
  }
  return retryAtMs
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('the passcode', () => {
  it('[ST50] is not set at first, and locking then does nothing', async () => {
    const { passcode, vault, close } = testStorage()
    expect(await passcode.state()).toEqual({ type: 'unguarded' })
    await passcode.lock()
    await vault.write('shop', SECRET)
    await passcode.lock()
    expect(await vault.read('shop')).toEqual(SECRET)
    expect(await passcode.unlock('anything')).toEqual({ type: 'unlocked' })
    expect(await passcode.state()).toEqual({ type: 'unguarded' })
    close()
  })

  it('[ST50] [ST52] rejects everything with locked, after lock and in a page opened anew, until it is given', async () => {
    const { storage, open } = await guarded()
    const log = makeLogId()
    const talk = makeTalk(2, 10)
    await storage.entries.put(log, talk)
    expect(await storage.passcode.state()).toEqual({ type: 'unlocked' })
    await storage.passcode.lock()
    const again = open()
    for (const { entries, vault, passcode } of [storage, again]) {
      expect(await passcode.state()).toMatchObject({ type: 'locked' })
      for (const work of [
        () => vault.read('shop'),
        () => vault.write('shop', SECRET),
        () => vault.remove('shop'),
        () => vault.names(''),
        () => entries.load(log),
        () => entries.put(log, talk),
        () =>
          entries.strip(
            log,
            talk.map(({ id }) => id),
          ),
        () => entries.erase(log),
        () => passcode.setPasscode('1111'),
        () => passcode.setPasscode(null),
      ]) {
        await expect(work()).rejects.toMatchObject({ name: 'StorageError', code: 'locked' })
      }
      expect(await passcode.unlock('2468')).toEqual({ type: 'unlocked' })
      expect(await passcode.state()).toEqual({ type: 'unlocked' })
      expect(await vault.read('shop')).toEqual(SECRET)
      expect(await loadSorted(entries, log)).toEqual(sorted(talk))
    }
    storage.close()
    again.close()
  })

  it('[ST40] keeps the content key from who has all that the browser stores', async () => {
    const { storage } = await guarded()
    await expect(openKeys(storage.name)).resolves.toBeDefined() // what is wrapped opens …
    const { contentKey } = await openKeys(storage.name)
    expect(contentKey).toHaveLength(24 + 16 + 32) // … and is sealed once more
    await storage.passcode.setPasscode(null)
    const open = await openKeys(storage.name)
    expect(open.contentKey).toHaveLength(32)
    expect(concatBytes(contentKey).toString()).not.toContain(open.contentKey.toString())
    storage.close()
  })

  it('[ST51] changes without a new look at what it guards, and the old one opens nothing', async () => {
    const { storage, open } = await guarded()
    const before = await rawRows(storage.name, 'vault')
    await storage.passcode.setPasscode('1357')
    expect(await rawRows(storage.name, 'vault')).toEqual(before)
    const again = open()
    expect(await again.passcode.unlock('2468')).toMatchObject({ type: 'refused', reason: 'wrong' })
    expect(await again.passcode.unlock('1357')).toEqual({ type: 'unlocked' })
    await again.passcode.setPasscode(null)
    const third = open()
    expect(await third.passcode.state()).toEqual({ type: 'unguarded' })
    expect(await third.vault.read('shop')).toEqual(SECRET)
    for (const { close } of [storage, again, third]) close()
  })

  it('[ST51] opens by the old passcode when the new one could not be written', async () => {
    const { storage, open } = await guarded()
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(() => {
      throw new DOMException('no room', 'QuotaExceededError')
    })
    await expect(storage.passcode.setPasscode('1357')).rejects.toMatchObject({ code: 'full' })
    const again = open()
    expect(await again.passcode.unlock('1357')).toMatchObject({ reason: 'wrong' })
    expect(await again.passcode.unlock('2468')).toEqual({ type: 'unlocked' })
    for (const { close } of [storage, again]) close()
  })

  it('[ST52] is noticed by another tab when it is set, changed or taken away', async () => {
    const { storage: first, open } = await guarded()
    const second = open()
    await expect(second.vault.read('shop')).rejects.toMatchObject({ code: 'locked' })
    await first.passcode.setPasscode('1357')
    expect(await second.passcode.unlock('1357')).toEqual({ type: 'unlocked' })
    await second.passcode.lock()
    await first.passcode.setPasscode(null)
    expect(await second.vault.read('shop')).toEqual(SECRET)
    await first.passcode.setPasscode('2468')
    await first.passcode.lock()
    expect(await second.vault.read('shop')).toEqual(SECRET) // unlocked tabs stay so
    expect(await second.passcode.state()).toEqual({ type: 'unlocked' })
    expect(await first.passcode.state()).toMatchObject({ type: 'locked' })
    for (const { close } of [first, second]) close()
  })

  it('[ST52] leaves nothing unlocked when locking was asked for during the unlocking', async () => {
    const { storage, open } = await guarded()
    const again = open()
    const unlocking = again.passcode.unlock('2468')
    await again.passcode.lock()
    await unlocking
    expect(await again.passcode.state()).toMatchObject({ type: 'locked' })
    await expect(again.vault.read('shop')).rejects.toMatchObject({ code: 'locked' })
    for (const { close } of [storage, again]) close()
  })

  it('[ST53] makes who gives three wrong ones wait, longer each time, up to 15 minutes', async () => {
    const { storage, clock } = await guarded()
    await storage.passcode.lock()
    expect(await tryWrong(storage, 2)).toBe(START_MS)
    const waits: number[] = []
    for (let index = 0; index < 12; index++) {
      const retryAtMs = await tryWrong(storage, 1)
      waits.push((retryAtMs - clock.nowMs) / 1000)
      expect(await storage.passcode.state()).toEqual({ type: 'locked', retryAtMs })
      clock.nowMs = retryAtMs - 1
      expect(await storage.passcode.unlock('2468')).toEqual({
        type: 'refused',
        reason: 'too-early',
        retryAtMs,
      })
      clock.nowMs = retryAtMs
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900])
    expect(await storage.passcode.unlock('2468')).toEqual({ type: 'unlocked' })
    await storage.passcode.lock()
    expect(await tryWrong(storage, 2)).toBe(clock.nowMs) // counted from none again
    storage.close()
  })

  it('[ST53] counts from none again after a new passcode', async () => {
    const { storage } = await guarded()
    await tryWrong(storage, 2)
    await storage.passcode.setPasscode('1357')
    await storage.passcode.lock()
    expect(await tryWrong(storage, 2)).toBe(START_MS)
    storage.close()
  })

  it('[ST53] remembers wrong tries over a reload and counts those of all tabs', async () => {
    const { storage, open } = await guarded()
    await storage.passcode.lock()
    await tryWrong(storage, 1)
    const [second, third] = [open(), open()]
    await Promise.all([tryWrong(second, 1), tryWrong(third, 1)])
    const fourth = open()
    expect(await fourth.passcode.unlock('2468')).toEqual({
      type: 'refused',
      reason: 'too-early',
      retryAtMs: START_MS + 1000,
    })
    for (const { close } of [storage, second, third, fourth]) close()
  })

  it('[ST53] counts a try from its beginning: closing the page does not make it free', async () => {
    const { storage } = await guarded()
    const never = new Promise<Uint8Array>(() => undefined)
    let begun = 0
    let count = (): void => undefined
    const all = new Promise<void>((resolve) => {
      count = () => {
        begun += 1
        if (begun === 3) resolve()
      }
    })
    const stretch = (): Promise<Uint8Array> => {
      count()
      return never
    }
    const now = (): number => START_MS
    for (let index = 0; index < 3; index++) {
      void testStorage(storage.name, { now, stretch }).passcode.unlock('0000')
    }
    await all
    const again = testStorage(storage.name, { now })
    expect(await again.passcode.unlock('2468')).toMatchObject({ reason: 'too-early' })
    for (const { close } of [storage, again]) close()
  })

  it('[ST54] begins the whole wait anew when the clock was set back, and lasts no longer than that', async () => {
    const { storage, clock, open } = await guarded()
    await storage.passcode.lock()
    const retryAtMs = await tryWrong(storage, 3)
    expect(retryAtMs).toBe(START_MS + 1000)
    clock.nowMs = START_MS - 86_400_000
    const refused = { type: 'refused', reason: 'too-early', retryAtMs: clock.nowMs + 1000 }
    expect(await storage.passcode.unlock('2468')).toEqual(refused)
    clock.nowMs += 999
    const again = open()
    expect(await again.passcode.unlock('2468')).toEqual(refused)
    clock.nowMs += 1
    expect(await again.passcode.unlock('2468')).toEqual({ type: 'unlocked' })
    for (const { close } of [storage, again]) close()
  })

  it('[ST55] is proven by unlock also while the storage is unlocked', async () => {
    const { storage } = await guarded()
    expect(await storage.passcode.unlock('0000')).toMatchObject({ reason: 'wrong' })
    expect(await storage.passcode.state()).toEqual({ type: 'unlocked' })
    expect(await storage.vault.read('shop')).toEqual(SECRET)
    storage.close()
  })

  it('[ST55] does not count a try that could not be made', async () => {
    const { storage } = await guarded()
    const broken = testStorage(storage.name, {
      stretch: () => Promise.reject(new Error('no memory')),
    })
    for (let index = 0; index < 5; index++) {
      await expect(broken.passcode.unlock('2468')).rejects.toMatchObject({ code: 'unavailable' })
    }
    expect(await withDatabase(storage.name, (database) => database.count('keys'))).toBe(2)
    for (const { close } of [storage, broken]) close()
  })

  it('[ST62] does not stand in the way of erasing everything', async () => {
    const { storage, open } = await guarded()
    await storage.passcode.lock()
    await tryWrong(storage, 3)
    await storage.eraseAll()
    const again = open()
    for (const { passcode, vault } of [storage, again]) {
      expect(await passcode.state()).toEqual({ type: 'unguarded' })
      expect(await vault.read('shop')).toBeNull()
    }
    for (const { close } of [storage, again]) close()
  })
})
