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

describe('services that are killed and come back', () => {
  let world: FaultyWorld
  let pairs: Pairs

  beforeEach(async () => {
    world = await openFaultyWorld()
    pairs = makePairs(PAIRS)
    await startPairs(world.desks, world.chats, pairs)
    await whenAllOpen(world.desks, world.chats, pairs.names)
  })
  afterEach(() => world.close())

  async function sayOnBothSides(text: string): Promise<void> {
    const { desks, chats } = world
    await Promise.all(
      pairs.names.flatMap((name) => [
        desks.say(name, [`${text}, says the shop`]),
        chats.say(name, [`${text}, says the shopper`]),
      ]),
    )
  }

  /** All that was said, once, on both screens; how long each pair took from now on. */
  async function expectAll(what: string, ...said: readonly string[]): Promise<void> {
    const { desks, chats } = world
    const startedAt = performance.now()
    const expected = said
      .flatMap((text) => [`${text}, says the shop`, `${text}, says the shopper`])
      .sort()
    const times = await Promise.all(
      pairs.names.map(async (name) => {
        const count = expected.length
        const [desk, chat] = await Promise.all([
          desks.whenTexts(name, count),
          chats.whenTexts(name, count),
        ])
        expect(chat).toEqual(desk)
        expect([...desk].sort()).toEqual(expected)
        return Math.round(performance.now() - startedAt)
      }),
    )
    printTimes(
      what,
      times.sort((left, right) => left - right),
    )
  }

  it(
    '[LK9] nothing is lost when the relay dies and comes back',
    async () => {
      await sayOnBothSides('before')
      await world.service.killRelay()
      await sayOnBothSides('meanwhile')
      for (const crowd of [world.desks, world.chats]) {
        await Promise.all(
          pairs.names.map((name) => crowd.whenState(name, 'failed', 'relay-unreachable')),
        )
      }
      await world.service.startRelay()
      await expectAll('all there after the relay came back', 'before', 'meanwhile')
      await sayOnBothSides('after')
      await expectAll('said after', 'before', 'meanwhile', 'after')
    },
    PAIRS_TIMEOUT_MS,
  )

  it(
    '[LK9] nothing is lost when signalling dies and comes back, and the relay with it',
    async () => {
      await sayOnBothSides('before')
      await world.service.killSignaling()
      // What is connected needs no signalling.
      await sayOnBothSides('without')
      await expectAll('said without signalling', 'before', 'without')
      await world.service.killRelay()
      await sayOnBothSides('in the dark')
      await Promise.all(
        [world.desks, world.chats].flatMap((crowd) =>
          pairs.names.map((name) => crowd.whenState(name, 'offline')),
        ),
      )
      await world.service.startRelay()
      await world.service.startSignaling()
      await expectAll('all there after both came back', 'before', 'without', 'in the dark')
    },
    PAIRS_TIMEOUT_MS,
  )
})
