import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import type { UnsealEntries, Unsealed } from '../../client/conversation/entry-verifier.ts'
import type { ReadUpdate } from '../../client/conversation/gate.ts'
import { HeldFrames, MAX_HELD_BYTES } from '../../client/conversation/held-frames.ts'
import { unsealHere } from '../../client/conversation/unseal.ts'
import { decodeUpdate } from '../../client/conversation/update-decoder.ts'
import { encodeUpdate } from '../../client/conversation/update-encoder.ts'
import type { UpdateItem } from '../../client/conversation/update-item.ts'
import { fetchHistory, tellOpenings } from '../helpers/log-repair.ts'
import type { LogPeer } from '../helpers/log-peer.ts'
import { expectSame, talk } from '../helpers/shop-talk.ts'

const OTHER_EPOCH: Unsealed = { type: 'other-epoch' }

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
    expect(await fetchHistory(newcomer, shop, 1)).toHaveLength(2) // not with the first part of them
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

  it('[LG106] that is longer than there is room drives out none that is kept', async () => {
    const { newcomer, shop, opened } = await closedAndOpen(['three'])
    await newcomer.log.receive(updateOf(shop))
    const long = 'x'.repeat(250 * 1024)
    const before = Y.encodeStateVector(shop.doc)
    for (let left = MAX_HELD_BYTES; left >= 0; left -= long.length) await shop.say(long)
    await newcomer.log.receive(Y.encodeStateAsUpdate(shop.doc, before))
    const openedBefore = opened()
    await fetchHistory(newcomer, shop)
    expect(newcomer.texts()).toEqual(['one', 'two', 'three'])
    expect(opened() - openedBefore).toBe(2)
  })

  it('[LG106] is not kept where no closed epoch is missing: a peer fills no desk with gaps', async () => {
    const { world, shopper } = await talk()
    let opened = 0
    const unseal: UnsealEntries = (sealed, context) => {
      opened += sealed.length
      return unsealHere(sealed, context)
    }
    const device = await world.device({ unseal })
    await shopper.say('left out')
    const gap = await shopper.sayAsUpdate('after it')
    for (let time = 1; time <= 3; time++) {
      expect(await device.log.receive(gap)).toMatchObject({ type: 'hold', reason: 'gap' })
      expect(opened).toBe(time)
    }
  })

  it('[LG106] costs its own length, however many are kept already', () => {
    const frames = new HeldFrames()
    let looks = 0
    const frameOf = (clock: number): ReadUpdate => [
      {
        get item() {
          looks++
          return { client: 1, clock, key: 'key', sealed: new Uint8Array(1) }
        },
        unsealed: { type: 'other-epoch' },
      },
    ]
    const costs = Array.from({ length: 200 }, (_, clock) => {
      looks = 0
      frames.keep(frameOf(clock))
      return looks
    })
    expect(costs[199]).toBe(costs[0])
    expect(frames.takeAll()).toHaveLength(200)
  })

  it('[LG106] is vouched for by the frame that has it still', () => {
    const frames = new HeldFrames()
    const half = MAX_HELD_BYTES / 2
    const itemOf = (clock: number): UpdateItem => ({
      client: 1,
      clock,
      key: 'key',
      sealed: new Uint8Array(half - 8),
    })
    const keep = (...clocks: readonly number[]): void =>
      frames.keep(clocks.map((clock) => ({ item: itemOf(clock), unsealed: OTHER_EPOCH })))
    keep(0)
    keep(0, 1) // drives the first out
    expect([0, 1].map((clock) => frames.recall(itemOf(clock)))).toEqual([OTHER_EPOCH, OTHER_EPOCH])
    keep(2)
    expect([0, 1, 2].map((clock) => frames.recall(itemOf(clock)))).toEqual([
      null,
      null,
      OTHER_EPOCH,
    ])
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
