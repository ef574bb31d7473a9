import { toHex } from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import { LogWorld, syncPair } from '../helpers/log-peer.ts'
import { repair, tellOpenings } from '../helpers/log-repair.ts'
import { expectSame, isRefusal } from '../helpers/shop-talk.ts'

describe('who is removed', () => {
  /** A shop, a shopper who stays, and one who is removed without having heard of it, all alike. */
  async function removal() {
    const world = new LogWorld()
    const [shop, shopper, removed] = [await world.device(), await world.peer(), await world.peer()]
    await removed.say('before')
    await repair([shop, shopper, removed])
    await shop.openEpoch(shopper)
    await tellOpenings(shop, shopper)
    await removed.say('after')
    return { world, shop, shopper, removed }
  }

  it('[LG91] writes what nobody shows, on no side; what was said before stays', async () => {
    const { shop, shopper, removed } = await removal()
    await tellOpenings(shop, removed)
    await repair([shop, shopper])
    for (const peer of [shop, shopper, removed]) expect(peer.texts()).toEqual(['before'])
    expect((await removed.reload()).texts()).toEqual(['before'])
  })

  it('[LG91] is kept as a cause where a lagging member has answered', async () => {
    const { world, shop, shopper, removed } = await removal()
    const lagging = await world.peer()
    world.admit(lagging.key)
    await shop.openEpoch(shopper, lagging)
    // The lagging one is still in the first epoch and hears of the opening last.
    await syncPair(lagging, removed)
    await lagging.say('an answer')
    expect(lagging.texts()).toEqual(['before', 'after', 'an answer'])
    expect((await repair([shop, shopper, lagging])).some(isRefusal)).toBe(false)
    for (const peer of [shop, shopper, lagging]) {
      expect(peer.texts()).toEqual(['before', 'an answer'])
      const heads = peer.log.heads().filter(({ author }) => toHex(author) === toHex(removed.key))
      expect(heads).toMatchObject([{ sequence: 1 }])
    }
  })

  it('[LG91] [LG40] cannot append, reads nothing more, and breaks nothing', async () => {
    const { shop, shopper, removed } = await removal()
    await tellOpenings(shop, removed)
    const result = await removed.log.append({ kind: 'text', text: 'more' })
    expect(result).toEqual({ type: 'refused', reason: 'removed' })
    await shop.say('a secret')
    expect(await shop.give(removed)).toEqual({ type: 'hold', reason: 'other-epoch' })
    expect(removed.doc.getMap('log').size).toBe(0)
    const [want] = await removed.log.meet(shop.log.heads())
    if (want !== undefined) {
      const verdict = await removed.log.receiveHistory([...shop.log.answer(want)])
      expect(verdict).toMatchObject({ type: 'hold' })
    }
    expect([...removed.log.answer({ epoch: 0, ranges: [] })]).toEqual([])
    expect(await removed.log.openEpoch([removed.member])).toBe(false)
    expect((await removed.reload()).texts()).toEqual(['before'])
    expect((await repair([shop, shopper])).some(isRefusal)).toBe(false)
  })

  it('[LG91] comes back with the next opening that names them', async () => {
    const { shop, shopper, removed } = await removal()
    await tellOpenings(shop, removed)
    await shop.openEpoch(shopper, removed)
    await repair([shop, shopper, removed])
    await removed.say('again')
    await repair([shop, shopper, removed])
    expect(shop.texts().at(-1)).toBe('again')
    expectSame(shop, shopper, removed)
  })
})
