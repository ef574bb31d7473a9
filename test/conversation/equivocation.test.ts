import { toHex } from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import { makeWriterId } from '../../client/conversation/ids.ts'
import { forgeEntry, updateOf } from '../helpers/forged-entry.ts'
import { LogWorld, type LogPeer } from '../helpers/log-peer.ts'
import { fetchHistory, repair, tellOpenings } from '../helpers/log-repair.ts'

/** Two honest peers, each of whom a hostile member has told another first entry of one writer. */
async function twoHistories() {
  const world = new LogWorld()
  const [shop, shopper, mallory] = [await world.device(), await world.peer(), await world.peer()]
  const writer = makeWriterId()
  const [left, right] = [0, 1].map(() => forgeEntry(world, mallory.signing, { writer }))
  if (left === undefined || right === undefined) throw new Error('two entries')
  await shop.log.receive(updateOf(world, left))
  await shopper.log.receive(updateOf(world, right))
  return { world, shop, shopper, mallory, writer, left, right }
}

const equivocators = ({ log }: LogPeer) => log.snapshot().equivocators.map(toHex)

describe('two histories of one writer', () => {
  it('[LG120] come to light by heads, though Yjs carries none of it', async () => {
    const { shop, shopper, mallory, left } = await twoHistories()
    expect(await shopper.give(shop)).toEqual({ type: 'accept' }) // the same place: Yjs sends nothing
    expect(equivocators(shop)).toEqual([])
    let told = 0
    shop.log.subscribe(() => told++)
    const author = mallory.key
    const verdicts = await fetchHistory(shop, shopper)
    expect(verdicts).toEqual([{ type: 'refuse', reason: 'equivocation', author }])
    expect(equivocators(shop)).toEqual([toHex(author)])
    expect(shop.screen()).toEqual([toHex(left.id)])
    expect(told).toBe(2) // drawn, then stored
  })

  it('[LG120] are asked for once: the mark is made', async () => {
    const { shop, shopper } = await twoHistories()
    await fetchHistory(shop, shopper)
    expect(await shop.log.meet(shopper.log.heads())).toEqual([])
    expect(await fetchHistory(shop, shopper)).toEqual([])
  })

  it('[LG120] come to light in a closed epoch too, and mark the author on both sides', async () => {
    const { shop, shopper, mallory } = await twoHistories()
    await shop.openEpoch(shopper)
    await tellOpenings(shop, shopper)
    const verdicts = await repair([shop, shopper])
    for (const verdict of verdicts) {
      if (verdict.type === 'refuse') expect(verdict.author).toEqual(mallory.key)
    }
    for (const peer of [shop, shopper]) expect(equivocators(peer)).toEqual([toHex(mallory.key)])
  })

  it('[LG120] mark nobody when a peer only says so', async () => {
    const { shop, shopper, left } = await twoHistories()
    const [head] = shop.log.heads()
    if (head === undefined) throw new Error('one head')
    const lie = { ...head, id: shopper.log.heads()[0]?.id ?? head.id }
    const [want] = await shop.log.meet([lie])
    expect(want).toMatchObject({ epoch: 0, ranges: [{ from: 0, to: 0 }] })
    expect(await shop.log.receiveHistory([])).toEqual({ type: 'accept' })
    expect(equivocators(shop)).toEqual([])
    expect(shop.screen()).toEqual([toHex(left.id)])
  })

  it('[LG29] leave the others as they are: later words of honest members come through', async () => {
    const { shop, shopper } = await twoHistories()
    await fetchHistory(shop, shopper)
    const honest = await shop.world.peer()
    await honest.say('hello')
    expect(await honest.give(shop)).toEqual({ type: 'accept' })
    expect(shop.texts()).toContain('hello')
  })

  it('[LG29] let a frame of the other history fail, without blame for who brings it', async () => {
    const { world, shop, mallory, writer, right } = await twoHistories()
    const next = forgeEntry(world, mallory.signing, {
      ...{ writer, sequence: 1, previous: right.id, lamport: 2 },
    })
    const refusal = { type: 'refuse', reason: 'equivocation', author: mallory.key }
    expect(await shop.log.receive(updateOf(world, next))).toEqual(refusal)
    expect(equivocators(shop)).toEqual([toHex(mallory.key)])
  })
})
