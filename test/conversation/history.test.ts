import { concatBytes, randomBytes } from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import { sealEntry } from '../../client/conversation/entry-seal.ts'
import { parseEntryId } from '../../client/conversation/ids.ts'
import type { Verdict } from '../../client/conversation/log.ts'
import { forgeEntry } from '../helpers/forged-entry.ts'
import { LogWorld, syncPair, type LogPeer } from '../helpers/log-peer.ts'
import { catchUp, fetchHistory, repair, tellOpenings } from '../helpers/log-repair.ts'
import { expectSame, isRefusal, openEpochOf } from '../helpers/shop-talk.ts'

/** Three closed epochs of both sides' words and an open one, and somebody who has none of it. */
async function longTalk(turns = 4) {
  const world = new LogWorld('conversation')
  const [shop, shopper] = [await world.device(), await world.peer()]
  for (let epoch = 0; epoch < 4; epoch++) {
    if (epoch > 0) await shop.openEpoch(shopper)
    await tellOpenings(shop, shopper)
    for (let turn = 0; turn < turns; turn++) {
      await shop.say(`shop ${epoch}.${turn}`)
      await syncPair(shop, shopper)
      await shopper.say(`shopper ${epoch}.${turn}`)
      await syncPair(shop, shopper)
    }
  }
  return { world, shop, shopper }
}

/** The same member again, whose storage was emptied. */
async function emptied({ world, self, log }: LogPeer): Promise<LogPeer> {
  log.close()
  return world.peer({ self })
}

describe('history', () => {
  it('[LG100] gives a member with an empty storage every closed epoch, oldest first, then the open one', async () => {
    const { shop, shopper } = await longTalk()
    const newcomer = await emptied(shopper)
    await tellOpenings(shop, newcomer)
    expect(newcomer.log.epoch).toBe(3)
    const asked: number[] = []
    for (;;) {
      const [want] = await newcomer.log.meet(shop.log.heads())
      if (want === undefined) break
      asked.push(want.epoch)
      expect(await newcomer.log.receiveHistory([...shop.log.answer(want)])).toEqual({
        type: 'accept',
      })
    }
    expect(asked).toEqual([0, 1, 2])
    expect(newcomer.texts()).toHaveLength(24)
    expect(await shop.give(newcomer)).toEqual({ type: 'accept' })
    expectSame(shop, newcomer)
  })

  it('[LG101] is readable for who belongs to the open epoch alone, and was given no earlier key', async () => {
    const { world, shop, shopper } = await longTalk(1)
    const second = await world.device()
    await catchUp(second, shop)
    // Whatever it has of epoch 0, it was no member of those that came after.
    expect(second.log.epoch).toBe(3)
    expect(await second.log.append({ kind: 'text', text: 'hello' })).toMatchObject({
      reason: 'removed',
    })
    expect(second.texts()).toEqual([])
    await shop.openEpoch(shopper, second)
    await repair([shop, shopper, second])
    expectSame(shop, shopper, second)
    expect(second.texts()).toHaveLength(8)
  })

  it('[LG102] holds frames of the open epoch back until what they name is there', async () => {
    const { shop, shopper } = await longTalk()
    const newcomer = await emptied(shopper)
    await tellOpenings(shop, newcomer)
    expect(await shop.give(newcomer)).toMatchObject({ type: 'hold' })
    expect(newcomer.texts()).toEqual([])
    await fetchHistory(newcomer, shop)
    expect(await shop.give(newcomer)).toEqual({ type: 'accept' })
    expectSame(shop, newcomer)
  })

  it.each([1, 2, 7])(
    '[LG103] comes in frames of %i entries, each of which is taken',
    async (size) => {
      const { shop, shopper } = await longTalk()
      const newcomer = await emptied(shopper)
      await tellOpenings(shop, newcomer)
      const verdicts = await fetchHistory(newcomer, shop, size)
      expect(new Set(verdicts.map(({ type }) => type))).toEqual(new Set(['accept']))
      await shop.give(newcomer)
      expectSame(shop, newcomer)
    },
  )

  it('[LG103] is complete after a peer that answers only partly, by the next one', async () => {
    const { shop, shopper } = await longTalk()
    const newcomer = await emptied(shopper)
    await tellOpenings(shop, newcomer)
    for (let frames = 0; frames < 3; frames++) {
      const [want] = await newcomer.log.meet(shop.log.heads())
      if (want === undefined) throw new Error('something is missing still')
      const answer = [...shop.log.answer(want)]
      await newcomer.log.receiveHistory(answer.filter((_, index) => index !== frames + 1))
    }
    const before = newcomer.texts()
    expect(before.length).toBeGreaterThan(0)
    expect(before).toEqual(shop.texts().slice(0, before.length))
    expect((await catchUp(newcomer, shop)).some(isRefusal)).toBe(false)
    expectSame(shop, newcomer)
  })

  it('[LG103] comes from two peers of which neither has all', async () => {
    const { world, shop, shopper } = await longTalk(2)
    const [first, second] = [await world.peer(), await world.peer()]
    await shop.openEpoch(shopper, first, second)
    for (const peer of [first, second]) await tellOpenings(shop, peer)
    const [want] = await first.log.meet(shop.log.heads())
    if (want === undefined) throw new Error('all is missing')
    await first.log.receiveHistory([...shop.log.answer(want)])
    // What the first can give is asked of it, and no more.
    expect((await fetchHistory(second, first)).some(isRefusal)).toBe(false)
    expect(second.texts()).toEqual(first.texts())
    expect(second.texts()).toHaveLength(4)
    await repair([shop, second])
    await repair([second, first])
    expectSame(shop, first, second)
  })

  it('[LG100] is not asked for where nothing is missing, or the peer has no more', async () => {
    const { shop, shopper } = await longTalk(1)
    expect(await shopper.log.meet(shop.log.heads())).toEqual([])
    expect(await shopper.log.meet([])).toEqual([])
    const newcomer = await emptied(shopper)
    await tellOpenings(shop, newcomer)
    expect(await newcomer.log.meet([])).toEqual([])
    expect([...newcomer.log.answer({ epoch: 0, ranges: [] })]).toEqual([])
  })
})

describe('hostile answers', () => {
  /** A member with an empty storage, and the first answer that it is due. */
  async function due() {
    const { world, shop, shopper } = await longTalk(2)
    const newcomer = await emptied(shopper)
    await tellOpenings(shop, newcomer)
    const [want] = await newcomer.log.meet(shop.log.heads())
    if (want === undefined) throw new Error('all is missing')
    const answer = [...shop.log.answer(want)]
    const epoch = openEpochOf(shop)
    const tryIt = async (sealed: readonly Uint8Array[]): Promise<Verdict> => {
      const verdict = await newcomer.log.receiveHistory(sealed)
      if (verdict.type === 'refuse') expect(newcomer.texts()).toEqual([])
      return verdict
    }
    const honestEnd = async () => {
      expect((await catchUp(newcomer, shop)).some(isRefusal)).toBe(false)
      expectSame(shop, newcomer)
      expect(newcomer.log.snapshot().equivocators).toEqual([])
    }
    return { world, shop, shopper, newcomer, answer, epoch, tryIt, honestEnd }
  }

  it('[LG104] that do not open are refused, and nothing of them is taken', async () => {
    const { answer, tryIt, honestEnd } = await due()
    const [first = new Uint8Array()] = answer
    const broken = first.slice()
    broken[60] = (broken[60] ?? 0) ^ 1
    const seal = { type: 'refuse', reason: 'seal' }
    expect(await tryIt([...answer.slice(1), broken])).toEqual(seal)
    expect(await tryIt([new Uint8Array()])).toEqual(seal)
    expect(await tryIt([randomBytes(300).fill(1, 0, 1)])).toEqual({
      type: 'hold',
      reason: 'other-epoch',
    })
    expect(await tryIt([concatBytes(first, Uint8Array.of(0))])).toEqual(seal)
    await honestEnd()
  })

  it('[LG104] that are sealed for another epoch are held', async () => {
    const { world, newcomer, tryIt, honestEnd } = await due()
    const forged = forgeEntry(world, newcomer.signing)
    const sealed = sealEntry(world.ref.id, forged, world.epoch)
    expect(await tryIt([sealed])).toEqual({ type: 'hold', reason: 'other-epoch' })
    await honestEnd()
  })

  it('[LG104] with a signature that its author did not make are refused', async () => {
    const { world, shop, epoch, tryIt, honestEnd } = await due()
    const [entry] = shop.log.snapshot().entries
    if (entry === undefined) throw new Error('the shop wrote')
    const { signature } = forgeEntry(world, shop.signing)
    const sealed = sealEntry(world.ref.id, { ...entry, signature }, epoch)
    expect(await tryIt([sealed])).toEqual({ type: 'refuse', reason: 'signature' })
    await honestEnd()
  })

  it('[LG104] of strangers, out of nowhere or with a false time', async () => {
    const { world, shop, epoch, tryIt, honestEnd } = await due()
    const stranger = await world.peer({ isMember: false })
    const id = parseEntryId(randomBytes(32))
    if (id === null) throw new Error('32 bytes are an entry id')
    const seal = (entry: ReturnType<typeof forgeEntry>) => sealEntry(world.ref.id, entry, epoch)
    const held = (reason: string) => ({ type: 'hold', reason })
    expect(await tryIt([seal(forgeEntry(world, stranger.signing))])).toEqual(held('unknown-author'))
    const orphan = forgeEntry(world, shop.signing, { parents: [id], lamport: 2 })
    expect(await tryIt([seal(orphan)])).toEqual(held('missing-parents'))
    const late = forgeEntry(world, shop.signing, { sequence: 3, previous: id, lamport: 4 })
    expect(await tryIt([seal(late)])).toEqual(held('gap'))
    const wrong = forgeEntry(world, shop.signing, { lamport: 9 })
    expect(await tryIt([seal(wrong)])).toEqual({ type: 'refuse', reason: 'lamport' })
    await honestEnd()
  })

  it('[LG103] take what fits of an answer, whatever else is in it', async () => {
    const { world, shop, answer, epoch, newcomer, honestEnd } = await due()
    const id = parseEntryId(randomBytes(32))
    if (id === null) throw new Error('32 bytes are an entry id')
    const orphan = forgeEntry(world, shop.signing, { parents: [id], lamport: 2 })
    const sealed = [sealEntry(world.ref.id, orphan, epoch), ...answer.toReversed(), ...answer]
    expect(await newcomer.log.receiveHistory(sealed)).toEqual({
      type: 'hold',
      reason: 'missing-parents',
    })
    expect(newcomer.texts()).toEqual(shop.texts().slice(0, answer.length))
    await honestEnd()
  })

  it('[LG104] that nobody asked for say nothing new', async () => {
    const { shop, shopper } = await longTalk(1)
    const [want] = await (await emptied(shopper)).log.meet(shop.log.heads())
    expect(want).toBeUndefined() // no opening is known yet, so Yjs brings all
    const screen = shop.screen()
    const ranges = shop.log
      .heads()
      .map(({ author, writer }) => ({ author, writer, from: 0, to: 9 }))
    const answer = [...shop.log.answer({ epoch: 0, ranges })]
    expect(answer).toHaveLength(2)
    expect(await shop.log.receiveHistory(answer)).toEqual({ type: 'accept' })
    expect(shop.screen()).toEqual(screen)
  })
})
