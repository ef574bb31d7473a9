import { describe, expect, it } from 'vitest'
import { MAX_LANE_FRAME_BYTES } from '../../client/link/file-lane.ts'
import { LANE_WINDOW_BYTES } from '../../client/link/lane-room.ts'
import type { LinkState } from '../../client/link/link.ts'
import type { TakenFrame } from './lane-driver.ts'

/** One end of a conversation, wherever it runs. */
export interface LinkEnd {
  say(text: string): Promise<void>
  /** Resolves with all texts of the log once there are `count`. */
  whenTexts(count: number): Promise<readonly string[]>
  texts(): Promise<readonly string[]>
  whenState(type: LinkState['type']): Promise<LinkState>
  /** Types of all states since the link was opened. */
  states(): Promise<readonly LinkState['type'][]>
  type(active: boolean): Promise<void>
  /** The `active` of each typing frame, once there are `count`. */
  whenTyping(count: number): Promise<readonly boolean[]>
  /** Whether there is a file lane to the only peer. */
  hasFileLane(): Promise<boolean>
  /** Sends numbered frames, one after another; resolves with how many left before one did not. */
  sendFile(frames: number, bytes: number): Promise<number>
  /** Frames of the last `sendFile` that have left so far. */
  framesLeft(): Promise<number>
  /** Begins to take frames; a slow taker is not done with its first one before `takeOn`. */
  takeFile(pace: 'fast' | 'slow'): Promise<void>
  takeOn(): Promise<void>
  /** All that was taken, once there are so many. */
  whenTaken(frames: number): Promise<readonly TakenFrame[]>
  close(): Promise<void>
  /** Opens a link again over the same log; the old one is closed. */
  reopen(): Promise<void>
}

export type LinkWorld = {
  /** A member whom the other end admits, or a stranger who only knows topic and room key. */
  open(role: 'shop' | 'shopper', who?: 'member' | 'stranger'): Promise<LinkEnd>
  close(): Promise<void>
}

/** What every adapter of the Link port does; `makeWorld` gives a fresh conversation. */
export function linkContract(name: string, makeWorld: () => Promise<LinkWorld>): void {
  describe(`link contract: ${name}`, () => {
    const test = (title: string, run: (world: LinkWorld) => Promise<void>): void => {
      it(title, async () => {
        const world = await makeWorld()
        try {
          await run(world)
        } finally {
          await world.close()
        }
      })
    }

    test('[LK1] waits while nobody is there', async (world) => {
      const shop = await world.open('shop')
      expect(await shop.whenState('waiting')).toEqual({ type: 'waiting' })
    })

    test('[LK1] opens between two members and names the peer and the relay proof', async (world) => {
      const shop = await world.open('shop')
      const shopper = await world.open('shopper')
      for (const end of [shop, shopper]) {
        const state = await end.whenState('open')
        expect(state).toMatchObject({ type: 'open', proof: { localCandidate: 'relay' } })
        expect(state.type === 'open' && state.peers.length).toBe(1)
      }
    })

    test('[LK1] carries entries both ways, those from before it opened too', async (world) => {
      const shop = await world.open('shop')
      await shop.say('before')
      const shopper = await world.open('shopper')
      expect(await shopper.whenTexts(1)).toEqual(['before'])
      await shopper.say('after')
      expect(await shop.whenTexts(2)).toEqual(['before', 'after'])
    })

    test('[LK1] carries control frames in order', async (world) => {
      const shop = await world.open('shop')
      const shopper = await world.open('shopper')
      await Promise.all([shop.whenState('open'), shopper.whenState('open')])
      for (const active of [true, false, true]) await shopper.type(active)
      expect(await shop.whenTyping(3)).toEqual([true, false, true])
    })

    test('[LK1] loses control frames without blame while nobody is there', async (world) => {
      const shop = await world.open('shop')
      await shop.type(true)
      expect(await shop.whenState('waiting')).toEqual({ type: 'waiting' })
    })

    test('[LK6] refuses a stranger and gives it nothing', async (world) => {
      const shop = await world.open('shop')
      await shop.say('not for strangers')
      const stranger = await world.open('shopper', 'stranger')
      expect(await shop.whenState('failed')).toEqual({ type: 'failed', failure: 'peer-refused' })
      expect(await stranger.texts()).toEqual([])
      expect(await stranger.states()).not.toContain('open')
    })

    test('[LK8] is closed after close, which may come twice', async (world) => {
      const shop = await world.open('shop')
      const shopper = await world.open('shopper')
      await Promise.all([shop.whenState('open'), shopper.whenState('open')])
      await shop.close()
      await shop.close()
      expect(await shop.whenState('closed')).toEqual({ type: 'closed' })
      expect(await shopper.whenState('waiting')).toEqual({ type: 'waiting' })
    })

    const openBoth = async (world: LinkWorld): Promise<readonly [LinkEnd, LinkEnd]> => {
      const ends = [await world.open('shop'), await world.open('shopper')] as const
      await Promise.all(ends.map((end) => end.whenState('open')))
      return ends
    }
    const framesOf = (frames: number, bytes: number): readonly TakenFrame[] =>
      Array.from({ length: frames }, (_, number) => [number, bytes] as const)

    test('[LK90] carries files both ways, each frame once, whole and in order', async (world) => {
      const [shop, shopper] = await openBoth(world)
      await Promise.all([shop.takeFile('fast'), shopper.takeFile('fast')])
      const left = await Promise.all([
        shop.sendFile(300, MAX_LANE_FRAME_BYTES),
        shopper.sendFile(5, 4),
      ])
      expect(left).toEqual([300, 5])
      expect(await shopper.whenTaken(300)).toEqual(framesOf(300, MAX_LANE_FRAME_BYTES))
      expect(await shop.whenTaken(5)).toEqual(framesOf(5, 4))
    })

    test('[LK92] sends no frame before the other end takes them', async (world) => {
      const [shop, shopper] = await openBoth(world)
      const sent = shop.sendFile(3, 1_000)
      await shop.type(true)
      await shopper.whenTyping(1)
      expect(await shop.framesLeft()).toBe(0)
      await shopper.takeFile('fast')
      expect(await shopper.whenTaken(3)).toEqual(framesOf(3, 1_000))
      expect(await sent).toBe(3)
    })

    test('[LK92] sends a slow taker no more than its window, and messages all the same', async (world) => {
      const [shop, shopper] = await openBoth(world)
      await shopper.takeFile('slow')
      const frames = 3 * Math.ceil(LANE_WINDOW_BYTES / MAX_LANE_FRAME_BYTES)
      const sent = shop.sendFile(frames, MAX_LANE_FRAME_BYTES)
      await shopper.whenTaken(1)
      await shop.say('beside the file')
      expect(await shopper.whenTexts(1)).toEqual(['beside the file'])
      expect(await shop.framesLeft()).toBeLessThanOrEqual(LANE_WINDOW_BYTES / MAX_LANE_FRAME_BYTES)
      expect(await shopper.whenTaken(1)).toHaveLength(1)
      await shopper.takeOn()
      expect(await sent).toBe(frames)
      expect(await shopper.whenTaken(frames)).toEqual(framesOf(frames, MAX_LANE_FRAME_BYTES))
    })

    test('[LK93] lets nobody wait for a lane that has ended', async (world) => {
      const [shop, shopper] = await openBoth(world)
      const waiting = shop.sendFile(3, 1_000)
      await shopper.close()
      expect(await waiting).toBe(0)
      await shop.whenState('waiting')
      expect([await shop.hasFileLane(), await shopper.hasFileLane()]).toEqual([false, false])
    })

    test('[LK93] has no lane to a stranger', async (world) => {
      const shop = await world.open('shop')
      const stranger = await world.open('shopper', 'stranger')
      await shop.whenState('failed')
      expect([await shop.hasFileLane(), await stranger.hasFileLane()]).toEqual([false, false])
    })

    test('[LK9] opens again after close and brings what was said meanwhile', async (world) => {
      const shop = await world.open('shop')
      const shopper = await world.open('shopper')
      await shop.whenState('open')
      await shopper.close()
      await shop.say('while you were away')
      await shopper.reopen()
      expect(await shopper.whenTexts(1)).toEqual(['while you were away'])
    })
  })
}
