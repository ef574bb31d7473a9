import { describe, expect, it } from 'vitest'
import { repair, tellOpenings } from '../helpers/log-repair.ts'
import { expectSame, isRefusal, talk } from '../helpers/shop-talk.ts'

describe('rival openings', () => {
  /** Two devices of the shop and a shopper, all alike; then each device opens its own epochs. */
  async function rivals(first: number, second: number) {
    const { world, shop, shopper } = await talk()
    const other = await world.device()
    await repair([shop, shopper, other])
    for (let turn = 0; turn < first; turn++) {
      await shop.openEpoch(shopper, other)
      await shop.say(`shop ${turn}`)
    }
    for (let turn = 0; turn < second; turn++) {
      await other.openEpoch(shopper, shop)
      await other.say(`other ${turn}`)
    }
    return { shop, shopper, other }
  }

  it.each([
    [1, 1],
    [2, 2],
    [3, 1],
    [1, 3],
    [3, 4],
  ])('[LG89] of %i and %i meet, and all have the same epoch and words', async (first, second) => {
    const { shop, shopper, other } = await rivals(first, second)
    for (const [from, to] of [
      [shop, other],
      [other, shop],
    ] as const)
      await tellOpenings(from, to)
    expect(other.log.epochName).toBe(shop.log.epochName)
    expect(shop.log.epoch).toBe(Math.max(first, second))
    expect((await repair([shop, shopper, other])).some(isRefusal)).toBe(false)
    expectSame(shop, shopper, other)
    expect(shop.texts()).toHaveLength(2 + first + second)
    const reloaded = await Promise.all([shop.reload(), shopper.reload(), other.reload()])
    expectSame(shop, ...reloaded)
  })

  it('[LG89] of one number: the lower id wins, in whatever order they come', async () => {
    const { shop, shopper, other } = await rivals(1, 1)
    const openings = [...shop.log.openings(1), ...other.log.openings(1)]
    await shopper.log.receiveOpenings(openings)
    const { epochName } = shopper.log
    const third = await shopper.world.peer()
    await third.log.receiveOpenings(openings.toReversed())
    expect(third.log.epochName).toBe(epochName)
    expect(third.log.openings(1)).toHaveLength(1)
  })

  it('[LG88] [LG89] are told from their beginning to who knows the losing line alone', async () => {
    const { world, shop, shopper } = await talk()
    const other = await world.device()
    await repair([shop, shopper, other])
    for (let turn = 0; turn < 2; turn++) await other.openEpoch(shop, shopper)
    await tellOpenings(other, shopper)
    for (let turn = 0; turn < 3; turn++) await shop.openEpoch(shopper, other)
    // The shop knows both lines, the shopper the shorter one; both say only which number is open.
    await shop.log.receiveOpenings(other.log.openings(1))
    await tellOpenings(shop, shopper)
    expect(shop.log.epoch).toBe(3)
    expect(shopper.log.epochName).toBe(shop.log.epochName)
  })

  it('[LG90] of a revoked device lose, however long their line, and those that the shop built on stay', async () => {
    const { world, shop, shopper } = await talk()
    const lost = await world.device()
    await repair([shop, shopper, lost])
    await lost.openEpoch(shop, shopper)
    await repair([shop, shopper, lost])
    await shop.openEpoch(shopper) // without the lost one
    const { epochName } = shop.log
    // The finder of the device goes on from the epoch in which it was a member.
    for (let turn = 0; turn < 4; turn++) await lost.openEpoch(shopper, shop)
    world.revoke(lost.key)
    for (const peer of [shop, shopper]) await tellOpenings(lost, peer)
    await repair([shop, shopper])
    expect([shop.log.epochName, shopper.log.epochName]).toEqual([epochName, epochName])
    // A newcomer is given the line, an opening of the revoked device among it.
    const second = await world.device()
    await shop.openEpoch(shopper, second)
    await repair([shop, second])
    expect(second.log.epochName).toBe(shop.log.epochName)
    expect(second.texts()).toEqual(shop.texts())
  })

  it('[LG90] of a revoked device lose too where they came before the news', async () => {
    const { world, shop, shopper } = await talk()
    const lost = await world.device()
    await repair([shop, shopper, lost])
    for (let turn = 0; turn < 4; turn++) await lost.openEpoch(shopper, shop)
    await tellOpenings(lost, shopper)
    expect(shopper.log.epoch).toBe(4)
    world.revoke(lost.key)
    await shop.openEpoch(shopper)
    await tellOpenings(shop, shopper, 0)
    expect(shopper.log.epochName).toBe(shop.log.epochName)
    expect(shop.log.epoch).toBe(1)
  })
})
