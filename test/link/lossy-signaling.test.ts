import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openFaultyWorld, type FaultyWorld } from '../load/faulty-world.ts'
import {
  LONG,
  makePairs,
  PAIRS_TIMEOUT_MS,
  printTimes,
  startPairs,
  talkAll,
  whenAllOpen,
} from '../load/pairs.ts'
import { loseFirst, loseShare } from '../rig/lies.ts'

const PAIRS = LONG ? 50 : 6

describe('signalling that loses frames', () => {
  let world: FaultyWorld

  beforeEach(async () => {
    world = await openFaultyWorld()
  })
  afterEach(() => world.close())

  async function startAndTalk(what: string, begin: () => void): Promise<void> {
    const { desks, chats } = world
    const pairs = makePairs(PAIRS)
    await world.learn(pairs)
    begin()
    await startPairs(desks, chats, pairs)
    printTimes(what, await whenAllOpen(desks, chats, pairs.names))
    for (const { desk, chat } of await talkAll(desks, chats, pairs.names)) {
      expect(desk).toHaveLength(2)
      expect(chat).toEqual(desk)
    }
  }

  for (const kind of ['announce', 'offer', 'answer', 'candidate'] as const) {
    it(
      `[LK64] heals when the first ${kind} of each pair is lost`,
      async () => {
        const { lie, lost } = loseFirst(kind)
        await startAndTalk(`open with the first ${kind} lost`, () =>
          world.service.signaling.tell(lie),
        )
        expect(lost()).toBe(PAIRS)
      },
      PAIRS_TIMEOUT_MS,
    )
  }

  it(
    '[LK64] connects all though three of ten frames are lost',
    async () => {
      const { lie, lost } = loseShare(0.3, world.random)
      await startAndTalk('open with 30% of frames lost', () => world.service.signaling.tell(lie))
      const { heard, withheld } = world.service.signaling.counts()
      process.stdout.write(`frames lost: ${lost()} of ${heard}\n`)
      expect(lost()).toBeGreaterThan(0)
      expect(withheld).toBe(lost())
    },
    PAIRS_TIMEOUT_MS,
  )
})
