import { describe, expect, it } from 'vitest'
import { LogWorld, syncPair, type LogPeer } from '../helpers/log-peer.ts'

/** All that a peer lacks of closed epochs, asked for until there is no more. */
async function fetchHistory(from: LogPeer, to: LogPeer): Promise<void> {
  for (;;) {
    const [want] = await to.log.meet(from.log.heads())
    if (want === undefined) return
    const verdict = await to.log.receiveHistory(want.epoch, [...from.log.answer(want)])
    expect(verdict.type).toBe('accept')
  }
}

describe('epochs', () => {
  it('[LG81] what was written before an opening that had not seen it goes on in the new epoch', async () => {
    const world = new LogWorld('conversation')
    const [shop, shopper] = [await world.device(), await world.peer()]
    await shop.say('one')
    await syncPair(shop, shopper)
    await shopper.say('written while away')
    await shop.openEpoch(shopper)
    await shop.say('two')
    await shopper.log.receiveOpenings(shop.log.openings(1))
    expect(shopper.log.epochName).toBe(shop.log.epochName)
    await syncPair(shop, shopper)
    expect(shop.texts()).toEqual(shopper.texts())
    expect(shop.texts().toSorted()).toEqual(['one', 'two', 'written while away'])
  })

  it('[LG80] [LG32] a shopper opens no epoch; another epoch is held, never blamed', async () => {
    const world = new LogWorld('conversation')
    const [shop, shopper] = [await world.device(), await world.peer()]
    await shopper.openEpoch(shop)
    await shop.log.receiveOpenings(shopper.log.openings(1))
    expect(shop.log.epoch).toBe(0)
    await shopper.say('alone in an epoch of my own')
    expect(await shopper.give(shop)).toEqual({ type: 'hold', reason: 'other-epoch' })
  })

  it('[LG82] two openings of one number end as one epoch on both sides', async () => {
    const world = new LogWorld('conversation')
    const [left, right] = [await world.device(), await world.device()]
    await left.say('l')
    await right.say('r')
    await left.openEpoch(right)
    await right.openEpoch(left)
    const [ofLeft, ofRight] = [left.log.openings(1), right.log.openings(1)]
    await left.log.receiveOpenings(ofRight)
    await right.log.receiveOpenings(ofLeft)
    expect(left.log.epochName).toBe(right.log.epochName)
    await syncPair(left, right)
    await fetchHistory(left, right)
    await fetchHistory(right, left)
    await syncPair(left, right)
    expect(left.screen()).toEqual(right.screen())
    expect(left.texts().toSorted()).toEqual(['l', 'r'])
  })

  it('[LG85] a newcomer gets closed epochs by asking and the open one by Yjs', async () => {
    const world = new LogWorld('conversation')
    const shop = await world.device()
    const late = await world.device()
    for (let epoch = 0; epoch < 3; epoch++) {
      await shop.say(`in epoch ${epoch}`)
      await shop.openEpoch(late)
    }
    await shop.say('open')
    expect((await shop.give(late)).type).toBe('hold')
    await late.log.receiveOpenings(shop.log.openings(1))
    expect((await shop.give(late)).type).toBe('hold')
    await fetchHistory(shop, late)
    expect((await shop.give(late)).type).toBe('accept')
    expect(late.texts()).toEqual(['in epoch 0', 'in epoch 1', 'in epoch 2', 'open'])
  })

  it('[LG84] who is not among the members can append nothing, and reads on no more', async () => {
    const world = new LogWorld('room')
    const [shop, kept, removed] = [await world.device(), await world.peer(), await world.peer()]
    await shop.openEpoch(kept)
    for (const one of [kept, removed]) await one.log.receiveOpenings(shop.log.openings(1))
    expect(await removed.log.append({ kind: 'text', text: 'me too' })).toEqual({
      type: 'refused',
      reason: 'removed',
    })
    await shop.say('without them')
    expect((await shop.give(kept)).type).toBe('accept')
    expect((await shop.give(removed)).type).toBe('hold')
    expect(removed.texts()).toEqual([])
  })

  it('[LG90] [LG91] a deletion takes the body from memory and disk; the header goes on to newcomers', async () => {
    const world = new LogWorld('room')
    const [author, other] = [await world.peer(), await world.peer()]
    const entry = await author.say('take this back')
    await syncPair(author, other)
    await other.delete(entry.id) // another member's deletion does not count
    await syncPair(author, other)
    expect(author.texts()).toContain('take this back')
    await author.delete(entry.id)
    await syncPair(author, other)
    for (const peer of [author, other]) {
      expect(peer.texts()).not.toContain('take this back')
      expect(peer.store.rows.find(({ sequence }) => sequence === 0)?.content.type).toBe('stripped')
    }
    const newcomer = await world.peer()
    const reloaded = await author.reload()
    expect((await reloaded.give(newcomer)).type).toBe('accept')
    expect(newcomer.screen()).toEqual(reloaded.screen())
  })

  it('[LG38] entries of others that cannot be stored go on in memory, and no head covers them', async () => {
    const world = new LogWorld('conversation')
    const [shop, shopper] = [await world.device(), await world.peer()]
    await shop.say('kept in memory')
    shopper.store.failWith('full')
    expect((await shop.give(shopper)).type).toBe('accept')
    expect(shopper.texts()).toEqual(['kept in memory'])
    expect(shopper.log.snapshot()).toMatchObject({ unstored: 1, heads: [] })
    shopper.store.failWith(null)
    await shopper.log.retryStorage()
    expect(shopper.log.snapshot().unstored).toBe(0)
    expect((await shopper.reload()).texts()).toEqual(['kept in memory'])
  })
})
