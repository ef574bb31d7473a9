import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import type { UnsealEntries } from '../../client/conversation/entry-verifier.ts'
import { MAX_HELD_BYTES } from '../../client/conversation/held-frames.ts'
import { unsealHere } from '../../client/conversation/unseal.ts'
import { decodeUpdate } from '../../client/conversation/update-decoder.ts'
import { encodeUpdate } from '../../client/conversation/update-encoder.ts'
import { fetchHistory, tellOpenings } from '../helpers/log-repair.ts'
import type { LogPeer } from '../helpers/log-peer.ts'
import { expectSame, talk } from '../helpers/shop-talk.ts'

/** One closed epoch and an open one with `texts`, and the shopper's device with an empty storage. */
async function closedAndOpen(texts: readonly string[] = ['three', 'four']) {
  const { world, shop, shopper } = await talk()
  await shop.openEpoch(shopper)
  for (const text of texts) await shop.say(text)
  let opened = 0
  const unseal: UnsealEntries = (sealed, context) => {
    opened += sealed.length
    return unsealHere(sealed, context)
  }
  const newcomer = await world.peer({ self: shopper.self, unseal })
  await tellOpenings(shop, newcomer)
  return { shop, shopper, newcomer, opened: () => opened }
}

const updateOf = ({ doc }: LogPeer): Uint8Array => Y.encodeStateAsUpdate(doc)

describe('a frame that names what has not come yet', () => {
  it('[LG106] is taken by itself once the closed epochs are here', async () => {
    const { shop, newcomer } = await closedAndOpen()
    expect(await shop.give(newcomer)).toMatchObject({ type: 'hold' })
    await fetchHistory(newcomer, shop)
    expect(newcomer.texts()).toEqual(['one', 'two', 'three', 'four'])
    expectSame(shop, newcomer)
    expect(newcomer.store.rows).toHaveLength(4)
  })

  it('[LG106] is opened once, however often it comes', async () => {
    const { shop, newcomer, opened } = await closedAndOpen()
    for (let time = 0; time < 5; time++) {
      expect(await newcomer.log.receive(updateOf(shop))).toMatchObject({ type: 'hold' })
    }
    expect(opened()).toBe(2)
    await shop.say('five')
    expect(await newcomer.log.receive(updateOf(shop))).toMatchObject({ type: 'hold' })
    expect(opened()).toBe(3)
  })

  it('[LG106] [LG26] vouches for its own bytes and for no others', async () => {
    const { shop, newcomer } = await closedAndOpen(['three'])
    await newcomer.log.receive(updateOf(shop))
    const decoded = decodeUpdate(updateOf(shop))
    if (decoded.type === 'fault') throw new Error(decoded.fault)
    const forged = decoded.items.map((item) => {
      const sealed = item.sealed.slice()
      sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1
      return { ...item, sealed }
    })
    expect(await newcomer.log.receive(encodeUpdate(forged))).toEqual({
      type: 'refuse',
      reason: 'seal',
    })
  })

  it('[LG106] [LG39] is forgotten with its epoch', async () => {
    const { shop, shopper, newcomer, opened } = await closedAndOpen()
    await newcomer.log.receive(updateOf(shop))
    await shop.openEpoch(shopper)
    await tellOpenings(shop, newcomer)
    await fetchHistory(newcomer, shop)
    expect(newcomer.texts()).toEqual(['one', 'two', 'three', 'four'])
    expect(opened()).toBe(2 + 4)
  })

  it('[LG106] is kept as far as there is room: then it is opened again', async () => {
    const long = 'x'.repeat(250 * 1024)
    const count = Math.ceil(MAX_HELD_BYTES / long.length) + 1
    const { shop, newcomer, opened } = await closedAndOpen(
      Array.from({ length: count }, () => long),
    )
    await newcomer.log.receive(updateOf(shop))
    await newcomer.log.receive(updateOf(shop))
    expect(opened()).toBe(2 * count)
    await fetchHistory(newcomer, shop)
    expect(newcomer.texts()).toEqual(['one', 'two'])
    expect(await shop.give(newcomer)).toEqual({ type: 'accept' })
  })
})

describe('frames that follow each other', () => {
  it('[LG41] are opened while what came before is being stored, and taken in their order', async () => {
    const { shop, newcomer, opened } = await closedAndOpen()
    const [want] = await newcomer.log.meet(shop.log.heads())
    if (want === undefined) throw new Error('a closed epoch is missing')
    const [first, second] = [...shop.log.answer(want)]
    if (first === undefined || second === undefined) throw new Error('two were said')
    const openedAtPut: number[] = []
    let turns = 0
    newcomer.store.beforePut = async () => {
      while (opened() < 2 && turns++ < 1_000) await new Promise((resolve) => setImmediate(resolve))
      openedAtPut.push(opened())
    }
    const verdicts = [newcomer.log.receiveHistory([first]), newcomer.log.receiveHistory([second])]
    expect(await Promise.all(verdicts)).toEqual([{ type: 'accept' }, { type: 'accept' }])
    expect(openedAtPut[0]).toBe(2)
    expect(newcomer.store.rows).toHaveLength(2)
  })
})
