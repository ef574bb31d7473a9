import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openFaultyWorld, type FaultyWorld } from '../load/faulty-world.ts'
import { LONG, makePairs, startPairs, whenAllOpen } from '../load/pairs.ts'
import type { PacketFaults } from '../rig/faults.ts'

const MESSAGES = LONG ? 10_000 : 500
const TIMEOUT_MS = LONG ? 60 * 60_000 : 4 * 60_000
/** A bad mobile connection. */
const FAULTS: Partial<PacketFaults> = {
  delayMs: 20,
  jitterMs: 15,
  loss: 0.02,
  duplication: 0.02,
  reordering: 0.05,
}

describe('a relay that can be reached badly', () => {
  let world: FaultyWorld

  beforeEach(async () => {
    world = await openFaultyWorld()
  })
  afterEach(() => world.close())

  it(
    `[LK1] [LK3] carries ${MESSAGES} messages each way: none lost, none twice, one order`,
    async () => {
      const { desks, chats, service } = world
      service.relay.change({ up: FAULTS, down: FAULTS })
      const pairs = makePairs(1)
      const [name = ''] = pairs.names
      await startPairs(desks, chats, pairs)
      await whenAllOpen(desks, chats, pairs.names)
      const textsOf = (side: string): string[] =>
        Array.from({ length: MESSAGES }, (_, index) => `${side} ${index}`)
      const startedAt = performance.now()
      await Promise.all([desks.say(name, textsOf('desk')), chats.say(name, textsOf('chat'))])
      const [onDesk, onChat] = await Promise.all([
        desks.whenTexts(name, 2 * MESSAGES),
        chats.whenTexts(name, 2 * MESSAGES),
      ])
      const tookMs = Math.round(performance.now() - startedAt)
      expect(onDesk).toEqual(onChat)
      expect([...onDesk].sort()).toEqual([...textsOf('desk'), ...textsOf('chat')].sort())
      for (const side of ['desk', 'chat']) {
        expect(onDesk.filter((text) => text.startsWith(side))).toEqual(textsOf(side))
      }
      const { up, down } = service.relay.counts()
      process.stdout.write(
        `${2 * MESSAGES} messages in ${tookMs} ms, through ${JSON.stringify({ up, down })}\n`,
      )
      for (const counts of [up, down]) {
        expect(
          Math.min(counts.lost, counts.duplicated, counts.reordered, counts.delayed),
        ).toBeGreaterThan(0)
      }
      expect([await desks.madeConnections(), await chats.madeConnections()]).toEqual([1, 1])
    },
    TIMEOUT_MS,
  )

  it('[LK23] carries a burst that fills every buffer, and then silence', async () => {
    const { desks, chats, service } = world
    const slow = { delayMs: 10 }
    service.relay.change({ up: slow, down: slow })
    const pairs = makePairs(1)
    const [name = ''] = pairs.names
    await startPairs(desks, chats, pairs)
    await whenAllOpen(desks, chats, pairs.names)
    // Six megabytes, faster than they leave, from the end whose platform never tells that its buffer has emptied.
    const burst = Array.from({ length: 60 }, (_, index) => `${index} `.padEnd(100_000, '.'))
    await chats.say(name, burst)
    expect(await desks.whenTexts(name, burst.length)).toEqual(burst)
    expect([await desks.madeConnections(), await chats.madeConnections()]).toEqual([1, 1])
  })
})
