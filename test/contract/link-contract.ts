import { describe, expect, it } from 'vitest'
import type { LinkState } from '../../client/link/link.ts'

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
