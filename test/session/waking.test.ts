import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { KNOCK_PREFIX } from '../../client/session/visit-frames.ts'
import { chatOpen, SessionWorld, until } from '../helpers/session-world.ts'
import { testStorage } from '../helpers/test-storage.ts'
import { turns } from './tabs/tab-world.ts'

const STEP_MS = 500

const isKnock = ({ data }: { readonly data: unknown }): boolean =>
  typeof data === 'string' && data.startsWith(KNOCK_PREFIX)

describe('a chat that is woken', () => {
  let world: SessionWorld

  beforeEach(() => {
    world = new SessionWorld()
  })
  afterEach(() => world.close())

  /** Time goes by; what falls due seals its knock beside the page, and is waited for. */
  async function pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= STEP_MS) {
      world.clock.advance(Math.min(STEP_MS, left))
      await turns(4)
    }
    await turns()
  }

  const knocks = (): number => world.hub.published.filter(isKnock).length

  it('[LK54] knocks within 250 ms when its link is lost, however often it is woken, and not again for 2 s', async () => {
    const { desk, fragment } = await world.shop()
    desk.close()
    const chat = world.chat(fragment, testStorage(), { random: () => 0.999 })
    await until(chat, ({ type }) => type === 'preview')
    chat.start()
    await chatOpen(chat)
    await pass(100_000)
    await pass(3_000) // the next one by itself is more than 20 s away
    const before = knocks()
    expect(before).toBeGreaterThan(3)
    for (let times = 0; times < 5; times++) chat.wake()
    await turns()
    expect(knocks()).toBe(before)
    await pass(250)
    expect(knocks()).toBe(before + 1)
    chat.wake()
    await pass(1_500)
    expect(knocks()).toBe(before + 1)
    await pass(1_000)
    expect(knocks()).toBe(before + 2)
    await pass(4_900) // from here on as after a first knock
    expect(knocks()).toBe(before + 2)
    await pass(2_600)
    expect(knocks()).toBe(before + 3)
  })

  it('[LK54] knocks at once when the link that it trusted is found to be lost, and by itself leaves the room time to heal', async () => {
    const { fragment } = await world.shop()
    const chat = await world.shopper(fragment)
    chat.send('before')
    await chatOpen(chat, ({ thread }) => thread.messages[0]?.state === 'delivered')
    await pass(60_000)
    expect(knocks()).toBe(1)
    world.network.cut()
    await pass(4_900)
    expect(knocks()).toBe(1)
    world.network.mend()
    await chatOpen(chat, ({ thread }) => thread.connection.type === 'connected')
    await pass(60_000)
    expect(knocks()).toBe(1)
    chat.wake()
    await pass(3_000)
    expect(knocks()).toBe(1)
    world.network.cut()
    await pass(250)
    expect(knocks()).toBe(2)
  })

  it('[LK54] does not knock any more once it was closed', async () => {
    const { desk, fragment } = await world.shop()
    desk.close()
    const chat = await world.shopper(fragment)
    chat.close()
    const before = knocks()
    chat.wake()
    await pass(60_000)
    expect(knocks()).toBe(before)
  })
})
