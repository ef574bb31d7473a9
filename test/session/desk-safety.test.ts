import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StorageError, type Storage } from '../../client/storage/ports.ts'
import { SessionWorld, chatOpen, deskOpen, until } from '../helpers/session-world.ts'
import { testStorage } from '../helpers/test-storage.ts'
import type { DeskSession, DeskSnapshot } from '../../client/session/snapshots.ts'

type Locked = Extract<DeskSnapshot, { readonly type: 'locked' }>

const DAY_MS = 24 * 60 * 60 * 1000
const PASSCODE = 'ياسمين-1387'

describe('the desk', () => {
  let world: SessionWorld

  beforeEach(() => {
    world = new SessionWorld()
  })
  afterEach(() => world.close())

  async function deskLocked(
    desk: DeskSession,
    fits: (snapshot: Locked) => boolean = () => true,
  ): Promise<Locked> {
    const snapshot = await until(desk, (one) => one.type === 'locked' && !one.busy && fits(one))
    if (snapshot.type !== 'locked') throw new Error('the desk is not locked')
    return snapshot
  }

  describe('with a passcode', () => {
    it('shows nothing while it is locked, and everything that came meanwhile when it is open again', async () => {
      const { desk, fragment } = await world.shop()
      const chat = await world.shopper(fragment)
      chat.send('before')
      await deskOpen(desk, (one) => one.conversations[0]?.lastText === 'before')
      expect((await deskOpen(desk)).hasPasscode).toBe(false)
      expect(await desk.setPasscode(PASSCODE)).toBe(true)
      expect((await deskOpen(desk)).hasPasscode).toBe(true)
      desk.lock()
      expect(await deskLocked(desk)).toEqual({
        type: 'locked',
        problem: null,
        retryAtMs: expect.any(Number) as number,
        busy: false,
      })
      chat.send('meanwhile')
      await chatOpen(chat, ({ thread }) => thread.messages[1]?.state === 'waiting')
      desk.unlock(PASSCODE)
      await deskOpen(desk)
      world.clock.advance(60_000)
      await deskOpen(desk, (one) => one.conversations[0]?.lastText === 'meanwhile')
    })

    it('is locked when the browser opens again; wrong tries cost time', async () => {
      const name = testStorage().name
      const now = (): number => world.clock.now()
      const { desk } = await world.shop(testStorage(name, { now }))
      await desk.setPasscode(PASSCODE)
      desk.close()
      const again = world.desk(testStorage(name, { now }))
      await deskLocked(again)
      for (let tries = 0; tries < 3; tries++) {
        again.unlock('wrong')
        await deskLocked(again, ({ problem }) => problem === 'wrong')
      }
      again.unlock(PASSCODE)
      const early = await deskLocked(again, ({ problem }) => problem === 'too-early')
      expect(early.retryAtMs).toBe(world.clock.now() + 1_000)
      world.clock.advance(1_000)
      again.unlock(PASSCODE)
      await deskOpen(again)
    })

    it('opens without one after it was taken away', async () => {
      const name = testStorage().name
      const { desk } = await world.shop(testStorage(name))
      await desk.setPasscode(PASSCODE)
      expect(await desk.setPasscode(null)).toBe(true)
      desk.lock() // there is nothing to lock with
      expect((await deskOpen(desk)).hasPasscode).toBe(false)
      desk.close()
      await deskOpen(world.desk(testStorage(name)))
    })

    it('keeps none when it could not be stored', async () => {
      const storage = testStorage()
      const { desk } = await world.shop(storage)
      storage.close()
      expect(await desk.setPasscode(PASSCODE)).toBe(false)
      expect((await deskOpen(desk)).hasPasscode).toBe(false)
    })
  })

  describe('brought back from its recovery file', () => {
    const PASSPHRASE = 'قهوة بالهيل على السطح'

    async function fileOf(desk: DeskSession): Promise<Uint8Array[]> {
      const { name, chunks } = desk.recoveryFile(PASSPHRASE)
      expect(name).toMatch(/\.hamsa$/)
      const file: Uint8Array[] = []
      for await (const chunk of chunks) file.push(chunk)
      return file
    }

    async function* streamOf(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
      for (const chunk of chunks) yield await Promise.resolve(chunk)
    }

    it('meets its shoppers under the links that were given out, with all that was said', async () => {
      const { desk, fragment } = await world.shop()
      const storage = testStorage()
      const chat = await world.shopper(fragment, storage)
      chat.send('before')
      const { conversations } = await deskOpen(
        desk,
        (one) => one.conversations[0]?.lastText === 'before',
      )
      desk.openConversation(conversations[0]?.id ?? '')
      desk.send('answered')
      await chatOpen(chat, ({ thread }) => thread.messages.length === 2)
      desk.makeInvite('ليلى', null)
      const { inviteUrl, invites } = await deskOpen(desk, (one) => one.invites.length === 1)
      expect((await deskOpen(desk)).recoverySaved).toBe(false)
      const file = await fileOf(desk)
      expect((await deskOpen(desk)).recoverySaved).toBe(true)
      desk.close()

      const restored = world.desk()
      await until(restored, ({ type }) => type === 'welcome')
      restored.restore(streamOf(file), PASSPHRASE)
      const open = await deskOpen(restored)
      expect(open).toMatchObject({ inviteUrl, invites, recoverySaved: true })
      expect(open.conversations).toMatchObject([{ lastText: 'answered' }])
      world.clock.advance(60_000)
      chat.send('still there?')
      await deskOpen(restored, (one) => one.conversations[0]?.lastText === 'still there?')
      restored.openConversation(open.conversations[0]?.id ?? '')
      restored.send('of course')
      const { thread } = await chatOpen(chat, (one) => one.thread.messages.length === 4)
      expect(thread.messages.map(({ text }) => text)).toEqual([
        'before',
        'answered',
        'still there?',
        'of course',
      ])
      expect(thread.twoHistories).toBe(false)
      const other = await world.shopper(fragment)
      other.send('from the printed code')
      await deskOpen(restored, (one) => one.conversations.length === 2)
    })

    it('says what is wrong with a file or its passphrase, and can be tried again', async () => {
      const { desk } = await world.shop()
      const file = await fileOf(desk)
      const empty = world.desk()
      const told = async (
        chunks: readonly Uint8Array[],
        passphrase: string,
      ): Promise<string | null> => {
        empty.restore(streamOf(chunks), passphrase)
        const snapshot = await until(
          empty,
          (one) => one.type === 'open' || (one.type === 'welcome' && one.restore.type === 'failed'),
        )
        if (snapshot.type !== 'welcome' || snapshot.restore.type !== 'failed') return null
        return snapshot.restore.problem
      }
      await until(empty, ({ type }) => type === 'welcome')
      expect(await told(file, 'wrong')).toBe('wrong-passphrase')
      expect(await told(file.slice(0, -1), PASSPHRASE)).toBe('cut-short')
      expect(await told([new Uint8Array(500)], PASSPHRASE)).toBe('not-a-backup')
      expect(await told(file, PASSPHRASE)).toBeNull()
    })
  })

  describe('with a full storage', () => {
    /** A storage that takes nothing any more once `isFull` says so. */
    function filling(inner: Storage, isFull: () => boolean): Storage {
      const refused = (): Promise<never> => Promise.reject(new StorageError('full'))
      return {
        ...inner,
        vault: {
          ...inner.vault,
          write: (name, bytes) => (isFull() ? refused() : inner.vault.write(name, bytes)),
        },
        entries: {
          ...inner.entries,
          put: (log, entries) => (isFull() ? refused() : inner.entries.put(log, entries)),
        },
      }
    }

    it('still opens when the certificate is to be renewed', async () => {
      const { name } = testStorage()
      const { desk } = await world.shop(testStorage(name))
      desk.close()
      world.clock.advance(21 * DAY_MS)
      await deskOpen(world.desk(filling(testStorage(name), () => true)))
    })

    it('still gives its recovery file', async () => {
      let isFull = false
      const { desk } = await world.shop(filling(testStorage(), () => isFull))
      isFull = true
      let bytes = 0
      for await (const chunk of desk.recoveryFile('a long passphrase').chunks) bytes += chunk.length
      expect(bytes).toBeGreaterThan(500)
      expect((await deskOpen(desk)).recoverySaved).toBe(true)
    })
  })

  it('orders nothing by a clock that is wrong', async () => {
    const { desk, fragment } = await world.shop()
    const late = {
      now: () => world.clock.now() + DAY_MS,
      after: (delayMs: number, run: () => void) => world.clock.after(delayMs, run),
    }
    const spam = world.chat(fragment, testStorage(), { clock: late })
    await until(spam, ({ type }) => type === 'preview')
    spam.start()
    await chatOpen(spam)
    spam.send('from the future')
    await deskOpen(desk, (one) => one.conversations[0]?.lastText === 'from the future')
    world.clock.advance(1_000)
    const honest = await world.shopper(fragment)
    honest.send('from today')
    const { conversations } = await deskOpen(desk, (one) =>
      one.conversations.some(({ lastText }) => lastText === 'from today'),
    )
    expect(conversations[0]?.lastText).toBe('from today')
  })

  it('asks the browser to keep the data, and shows the answer, on both sides', async () => {
    const manager = {
      persist: () => Promise.resolve(true),
      persisted: () => Promise.resolve(true),
    }
    const { desk, fragment } = await world.shop(testStorage(undefined, { manager }))
    await deskOpen(desk, ({ durability }) => durability === 'persistent')
    const declined = {
      persist: () => Promise.resolve(false),
      persisted: () => Promise.resolve(false),
    }
    const chat = await world.shopper(fragment, testStorage(undefined, { manager: declined }))
    await chatOpen(chat, ({ durability }) => durability === 'best-effort')
  })

  it('shows what holds while the browser waits for the shopper’s answer', async () => {
    const asking = {
      persist: () => new Promise<boolean>(() => undefined),
      persisted: () => Promise.resolve(false),
    }
    const { fragment } = await world.shop()
    const chat = await world.shopper(fragment, testStorage(undefined, { manager: asking }))
    await chatOpen(chat, ({ durability }) => durability === 'best-effort')
  })

  it('shows the safety number that the shopper sees', async () => {
    const { desk, fragment } = await world.shop()
    const chat = await world.shopper(fragment)
    chat.send('hello')
    const { conversations } = await deskOpen(desk, (one) => one.conversations.length === 1)
    desk.openConversation(conversations[0]?.id ?? '')
    expect((await deskOpen(desk)).thread?.safetyNumber).toBeNull()
    desk.showSafetyNumber()
    chat.showSafetyNumber()
    world.clock.advance(0)
    const seen = (await chatOpen(chat)).thread.safetyNumber
    expect((await deskOpen(desk)).thread?.safetyNumber).toEqual(seen)
    expect(seen?.join(' ')).toMatch(/^(\d{5} ){11}\d{5}$/)
  })

  it('has another safety number with another shopper', async () => {
    const { fragment } = await world.shop()
    const numbers: string[] = []
    for (const chat of [await world.shopper(fragment), await world.shopper(fragment)]) {
      chat.showSafetyNumber()
      world.clock.advance(0)
      numbers.push((await chatOpen(chat)).thread.safetyNumber?.join() ?? '')
    }
    expect(new Set(numbers).size).toBe(2)
  })
})
