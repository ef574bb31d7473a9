import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SessionWorld, chatOpen, deskOpen, until } from '../helpers/session-world.ts'
import { testStorage } from '../helpers/test-storage.ts'
import type { DeskSession, DeskSnapshot } from '../../client/session/snapshots.ts'

type Locked = Extract<DeskSnapshot, { readonly type: 'locked' }>

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
