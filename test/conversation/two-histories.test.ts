import { toHex } from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import { makeWriterId } from '../../client/conversation/ids.ts'
import type { Entry, WriterId } from '../../client/conversation/log.ts'
import type { SignedEntry } from '../../client/conversation/signed-entry.ts'
import { bodyOf, forgeEntry, updateOf } from '../helpers/forged-entry.ts'
import { LogWorld, syncPair, type LogPeer } from '../helpers/log-peer.ts'
import { repair } from '../helpers/log-repair.ts'
import { isRefusal, openEpochOf } from '../helpers/shop-talk.ts'

const equivocators = ({ log }: LogPeer) => log.snapshot().equivocators.map(toHex)
/** What the honest said, on this screen. */
const honest = (peer: LogPeer) => peer.texts().filter((text) => text !== 'forged')

async function room() {
  const world = new LogWorld()
  const [shop, shopper, mallory] = [await world.device(), await world.peer(), await world.peer()]
  await shop.say('before')
  await repair([shop, shopper, mallory])
  return { world, shop, shopper, mallory }
}

/** So many entries of one writer, one after the other. */
function chainOf(
  world: LogWorld,
  { signing }: LogPeer,
  writer: WriterId,
  length: number,
): SignedEntry[] {
  const chain: SignedEntry[] = []
  for (let sequence = 0; sequence < length; sequence++) {
    const previous = chain.at(-1)?.id ?? null
    chain.push(forgeEntry(world, signing, { writer, sequence, previous, lamport: sequence + 1 }))
  }
  return chain
}

/** An update of the open epoch, whichever it is; all these writers began in it. */
function updateIn(peer: LogPeer, ...entries: readonly SignedEntry[]): Uint8Array {
  return updateOf({ ref: peer.world.ref, epoch: openEpochOf(peer) }, ...entries)
}

describe('a member who tells two people two histories', () => {
  it.each([
    [0, 1, 1],
    [0, 4, 1],
    [0, 1, 4],
    [0, 4, 4],
    [2, 3, 2],
  ])(
    '[LG121] [LG122] in epoch %i, of %i and %i entries, does not part the honest',
    async (epochs, left, right) => {
      const { world, shop, shopper, mallory } = await room()
      for (let epoch = 0; epoch < epochs; epoch++) {
        await shop.openEpoch(shopper, mallory)
        await repair([shop, shopper, mallory])
      }
      const writer = makeWriterId()
      const [one, other] = [left, right].map((length) => chainOf(world, mallory, writer, length))
      await shop.log.receive(updateIn(mallory, ...(one ?? [])))
      await shopper.log.receive(updateIn(mallory, ...(other ?? [])))
      // Both have seen a history, and answer it.
      await shop.say('from the shop')
      await shopper.say('from the shopper')
      for (const verdict of await repair([shop, shopper])) {
        if (verdict.type === 'refuse') expect(verdict.author).toEqual(mallory.key)
      }
      for (const peer of [shop, shopper]) {
        expect(new Set(honest(peer))).toEqual(
          new Set(['before', 'from the shop', 'from the shopper']),
        )
        expect(equivocators(peer)).toEqual([toHex(mallory.key)])
      }
      expect(honest(shop)).toEqual(honest(shopper))
      // The first stands.
      expect(shop.texts().filter((text) => text === 'forged')).toHaveLength(left)
      expect(shopper.texts().filter((text) => text === 'forged')).toHaveLength(right)
      // It goes on by the frames of every day, after a reload and in the next epoch.
      const again = await shop.reload()
      expect(honest(again)).toEqual(honest(shopper))
      expect(equivocators(again)).toEqual([toHex(mallory.key)])
      expect(await shopper.log.receive(await again.sayAsUpdate('and on'))).toEqual({
        type: 'accept',
      })
      await again.openEpoch(shopper)
      await repair([again, shopper])
      await shopper.say('in the next')
      expect(
        (await repair([again, shopper])).some((one) => isRefusal(one) && !('author' in one)),
      ).toBe(false)
      expect(honest(again)).toEqual(honest(shopper))
      expect(honest(again).slice(-2)).toEqual(['and on', 'in the next'])
    },
  )

  it('[LG29] has no place in Yjs for the second, however often it comes', async () => {
    const { world, shop, mallory } = await room()
    const writer = makeWriterId()
    const one = chainOf(world, mallory, writer, 1)
    const other = chainOf(world, mallory, writer, 3)
    await shop.log.receive(updateIn(mallory, ...one))
    const document = toHex(shop.wholeUpdate())
    const update = updateIn(mallory, ...other)
    const author = mallory.key
    expect(await shop.log.receive(update)).toEqual({
      type: 'refuse',
      reason: 'equivocation',
      author,
    })
    const held = { type: 'hold', reason: 'other-history' }
    for (let turn = 0; turn < 2; turn++) expect(await shop.log.receive(update)).toEqual(held)
    expect(toHex(shop.wholeUpdate())).toBe(document)
    // What an honest member says in the same frame comes through.
    const guest = await world.peer()
    await guest.say('hello')
    const [entry] = guest.log.snapshot().entries
    if (entry === undefined) throw new Error('the guest spoke')
    expect(await shop.log.receive(updateIn(mallory, ...other, entry))).toEqual(held)
    expect(honest(shop)).toContain('hello')
  })

  it('[LG121] gives what was built on either to somebody who knows neither', async () => {
    const { world, shop, shopper, mallory } = await room()
    const writer = makeWriterId()
    const [one, other] = [2, 2].map((length) => chainOf(world, mallory, writer, length))
    await shop.log.receive(updateIn(mallory, ...(one ?? [])))
    await shop.log.receive(updateIn(mallory, ...(other ?? [])))
    expect(equivocators(shop)).toEqual([toHex(mallory.key)])
    // An entry that names the history that does not stand, and an honest answer to it.
    const last = other?.at(-1)
    if (last === undefined) throw new Error('two entries')
    const on = forgeEntry(world, mallory.signing, { parents: [last.id], lamport: last.lamport + 1 })
    expect(await shop.log.receive(updateIn(mallory, on))).toEqual({ type: 'accept' })
    await shop.say('an answer')
    const newcomer = await world.peer()
    for (const peer of [shopper, newcomer]) {
      await repair([shop, peer])
      expect(honest(peer)).toEqual(['before', 'an answer'])
    }
  })

  it('[LG121] loses the bodies that it deletes itself, in either history', async () => {
    const { world, shop, shopper, mallory } = await room()
    const writer = makeWriterId()
    const [one, other] = [1, 1].map((length) => chainOf(world, mallory, writer, length)[0])
    if (one === undefined || other === undefined) throw new Error('two entries')
    await shop.log.receive(updateIn(mallory, one))
    await shopper.log.receive(updateIn(mallory, other))
    await repair([shop, shopper])
    for (const target of [one.id, other.id]) {
      const deletion = forgeEntry(world, mallory.signing, bodyOf({ kind: 'delete', target }))
      await shop.log.receive(updateIn(mallory, deletion))
    }
    await shop.say('on')
    await repair([shop, shopper])
    for (const peer of [shop, shopper, await shop.reload(), await shopper.reload()]) {
      expect(peer.texts()).not.toContain('forged')
      expect(peer.texts()).toContain('on')
      const ids = [one.id, other.id].map(toHex)
      const rows = peer.store.rows.filter(({ id }) => ids.includes(toHex(id)))
      expect(rows.map(({ content }) => content.type)).toEqual(['stripped', 'stripped'])
    }
  })
})

describe('a copied profile', () => {
  it.each([1, 4])(
    '[LG51] [LG121] that wrote %i times before it heard of the original is let talk on',
    async (count) => {
      const { world, shop, shopper } = await room()
      const [store, epochs] = [shopper.store.copy(), shopper.epochs.copy()]
      await shopper.say('from the original')
      await syncPair(shopper, shop)
      const { self, writer } = shopper
      const copy = await world.peer({ self, writer, store, epochs })
      const lost: Entry[] = []
      for (let turn = 0; turn < count; turn++) lost.push(await copy.say(`offline ${turn}`))
      const verdicts = await repair([shop, copy])
      // Once, since a hand that signed twice looks like this; never again.
      expect(verdicts.filter(isRefusal).length).toBeLessThanOrEqual(3)
      await copy.say('on')
      await shop.say('and on')
      expect((await repair([shop, copy])).filter(isRefusal)).toEqual([])
      for (const peer of [shop, copy]) {
        for (const text of ['on', 'and on']) expect(peer.texts()).toContain(text)
      }
      expect(lost.every(({ id }) => shop.log.isKnown(id))).toBe(true)
    },
  )
})
