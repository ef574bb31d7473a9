import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openFaultyWorld, type FaultyWorld } from '../load/faulty-world.ts'
import {
  LONG,
  makePairs,
  PAIRS_TIMEOUT_MS,
  printTimes,
  startPairs,
  whenAllOpen,
  type Pairs,
} from '../load/pairs.ts'

const PAIRS = LONG ? 20 : 4

describe('a network that changes under a live link', () => {
  let world: FaultyWorld
  let pairs: Pairs

  beforeEach(async () => {
    world = await openFaultyWorld()
    pairs = makePairs(PAIRS)
    await startPairs(world.desks, world.chats, pairs)
    await whenAllOpen(world.desks, world.chats, pairs.names)
  })
  afterEach(() => world.close())

  /** Says something on both sides now, and expects it on both; prints how long it took. */
  async function expectToHeal(what: string): Promise<void> {
    const { desks, chats } = world
    const changedAt = performance.now()
    const times = await Promise.all(
      pairs.names.map(async (name) => {
        await Promise.all([desks.say(name, ['says the shop']), chats.say(name, ['says the other'])])
        for (const crowd of [desks, chats]) {
          expect([...(await crowd.whenTexts(name, 2))].sort()).toEqual([
            'says the other',
            'says the shop',
          ])
        }
        return Math.round(performance.now() - changedAt)
      }),
    )
    printTimes(
      what,
      times.sort((left, right) => left - right),
    )
    expect(await desks.madeConnections()).toBeGreaterThanOrEqual(2 * PAIRS)
    expect(await chats.madeConnections()).toBeGreaterThanOrEqual(2 * PAIRS)
  }

  it(
    '[LK9] heals when both leave their network for another',
    async () => {
      world.service.relay.strand()
      await expectToHeal('all there after the network changed')
    },
    PAIRS_TIMEOUT_MS,
  )

  it(
    '[LK9] heals when it is woken and its signalling is gone too, as on a phone that moves',
    async () => {
      world.service.relay.strand()
      world.service.wire.cut()
      world.service.wire.restore()
      await Promise.all([world.desks.wake(pairs.names), world.chats.wake(pairs.names)])
      await expectToHeal('all there after the network changed, woken')
    },
    PAIRS_TIMEOUT_MS,
  )

  it(
    '[LK9] heals when a NAT gives it another port',
    async () => {
      world.service.relay.rebind()
      await expectToHeal('all there after the port changed')
    },
    PAIRS_TIMEOUT_MS,
  )
})
