import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openFaultyWorld, type FaultyWorld } from '../load/faulty-world.ts'
import {
  LONG,
  makePairs,
  PAIRS_TIMEOUT_MS,
  startPairs,
  talkAll,
  whenAllOpen,
  type Pairs,
} from '../load/pairs.ts'
import { reorder, swapFingerprints } from '../rig/lies.ts'
import { startManInTheMiddle } from '../rig/man-in-the-middle.ts'
import type { RoomVoice } from '../rig/room-voice.ts'

const PAIRS = LONG ? 50 : 6
const REPLAYS = LONG ? 10_000 : 500

describe('signalling that knows the room keys and lies', () => {
  let world: FaultyWorld

  beforeEach(async () => {
    world = await openFaultyWorld()
  })
  afterEach(() => world.close())

  async function voicesOf({ shops }: Pairs): Promise<Map<string, RoomVoice>> {
    const { signaling } = world.service
    return new Map(
      await Promise.all(
        shops.map(
          async ({ link }) =>
            [link.topic, await signaling.learn(link.topic, link.roomKey)] as const,
        ),
      ),
    )
  }

  /** Open on both sides with one peer each, and each message once. */
  async function expectHonestTalk(pairs: Pairs): Promise<void> {
    const { desks, chats } = world
    const talks = await talkAll(desks, chats, pairs.names)
    expect(talks.map(({ desk }) => desk.length)).toEqual(pairs.names.map(() => 2))
    expect(talks.map(({ chat }) => chat)).toEqual(talks.map(({ desk }) => desk))
    for (const crowd of [desks, chats]) {
      for (const name of pairs.names) {
        const state = await crowd.whenState(name, 'open')
        expect(state.type === 'open' && state.peers.length).toBe(1)
      }
    }
  }

  it(
    '[LK12] opens nothing while it swaps fingerprints, and heals when it stops',
    async () => {
      const { desks, chats, service, random } = world
      const pairs = makePairs(PAIRS)
      const { lie, swapped } = swapFingerprints(await voicesOf(pairs), random)
      service.signaling.tell(lie)
      await startPairs(desks, chats, pairs)
      await Promise.all([desks.whenMade(2 * PAIRS), chats.whenMade(2 * PAIRS)])
      expect(swapped()).toBeGreaterThan(2 * PAIRS)
      for (const crowd of [desks, chats]) {
        for (const name of pairs.names) {
          expect((await crowd.states(name)).map(({ type }) => type)).not.toContain('open')
        }
      }
      service.signaling.tell(null)
      await whenAllOpen(desks, chats, pairs.names)
      await expectHonestTalk(pairs)
    },
    PAIRS_TIMEOUT_MS,
  )

  it(
    '[LK12] opens nothing through a man in the middle who passes on every byte, and heals when he goes',
    async () => {
      const { desks, chats, service } = world
      const pairs = makePairs(2)
      const man = await startManInTheMiddle(service.signaling, await voicesOf(pairs))
      service.signaling.tell(man.lie)
      await startPairs(desks, chats, pairs)
      // He is connected with both ends of each pair, and the handshake has gone through him.
      const opened = Promise.race(pairs.names.map((name) => desks.whenState(name, 'open')))
      await Promise.race([opened, Promise.all([desks.whenMade(4), chats.whenMade(4)])])
      const { joined, passedBytes } = await man.counts()
      process.stdout.write(
        `man in the middle: ${joined} channels, ${passedBytes} bytes passed on\n`,
      )
      expect(joined).toBeGreaterThan(1)
      expect(passedBytes).toBeGreaterThan(0)
      for (const crowd of [desks, chats]) {
        for (const name of pairs.names) {
          expect((await crowd.states(name)).map(({ type }) => type)).not.toContain('open')
          expect(await crowd.texts(name)).toEqual([])
        }
      }
      service.signaling.tell(null)
      await man.end()
      await whenAllOpen(desks, chats, pairs.names)
      await expectHonestTalk(pairs)
    },
    PAIRS_TIMEOUT_MS,
  )

  it(
    `[LK66] is not moved by ${REPLAYS} replayed frames, while it talks and when its peer has gone`,
    async () => {
      const { desks, chats, service } = world
      const { signaling } = service
      const pairs = makePairs(PAIRS)
      await world.learn(pairs)
      signaling.record()
      await startPairs(desks, chats, pairs)
      await whenAllOpen(desks, chats, pairs.names)
      const said = signaling.recorded()
      const made = [await desks.madeConnections(), await chats.madeConnections()]
      const replay = (): number => {
        let replayed = 0
        for (let index = 0; replayed < REPLAYS; index++) {
          const one = said[index % said.length]
          if (one === undefined || one.room === null) continue
          const { data } = JSON.parse(one.text) as { readonly data: unknown }
          if (signaling.inject(one.room.topic, data) > 0) replayed++
        }
        return replayed
      }
      expect(replay()).toBe(REPLAYS)
      await expectHonestTalk(pairs)
      expect([await desks.madeConnections(), await chats.madeConnections()]).toEqual(made)

      // The shoppers go; what they said before is no reason to connect to anybody.
      await chats.close(pairs.names)
      await Promise.all(pairs.names.map((name) => desks.whenState(name, 'waiting')))
      expect(replay()).toBe(REPLAYS)
      await chats.open(pairs.shoppers)
      await whenAllOpen(desks, chats, pairs.names)
      expect([await desks.madeConnections(), await chats.madeConnections()]).toEqual(
        made.map((count) => count + PAIRS),
      )
    },
    PAIRS_TIMEOUT_MS,
  )

  it(
    '[LK61] connects though frames overtake one another',
    async () => {
      const { desks, chats, service, random } = world
      const pairs = makePairs(PAIRS)
      await world.learn(pairs)
      service.signaling.tell(reorder(500, random))
      await startPairs(desks, chats, pairs)
      await whenAllOpen(desks, chats, pairs.names)
      await expectHonestTalk(pairs)
    },
    PAIRS_TIMEOUT_MS,
  )
})
