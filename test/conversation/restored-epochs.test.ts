import { toHex } from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import { causesOf } from '../../client/conversation/entry-index.ts'
import { cutAfter } from '../../client/conversation/epoch-cut.ts'
import { covers } from '../../client/conversation/heads.ts'
import { MemoryEpochs } from '../helpers/memory-epochs.ts'
import { forgeEntry, updateOf } from '../helpers/forged-entry.ts'
import { LogWorld, makeIdentity, syncPair } from '../helpers/log-peer.ts'
import { catchUp, repair, tellOpenings } from '../helpers/log-repair.ts'
import { expectSame, isRefusal, talk } from '../helpers/shop-talk.ts'

describe('restored storage', () => {
  it('[LG92] [LG51] from before two epochs catches up, under a new writer', async () => {
    const { world, shop, shopper } = await talk()
    const [store, epochs] = [shopper.store.copy(), shopper.epochs.copy()]
    for (let turn = 0; turn < 2; turn++) {
      await shop.openEpoch(shopper)
      await repair([shop, shopper])
      await shopper.say(`lost ${turn}`)
      await repair([shop, shopper])
    }
    shopper.log.close()
    const restored = await world.peer({ self: shopper.self, store, epochs })
    await restored.say('before hearing of anything')
    expect((await repair([shop, restored])).some(isRefusal)).toBe(false)
    await restored.say('after')
    await repair([shop, restored])
    expectSame(shop, restored)
    expect(shop.texts()).toContain('before hearing of anything')
    expect(shop.texts()).toContain('lost 1')
  })

  it('[LG92] under its old writer does not write twice in one place', async () => {
    const { world, shop, shopper } = await talk()
    const [store, epochs] = [shopper.store.copy(), shopper.epochs.copy()]
    await shopper.say('lost')
    await syncPair(shop, shopper)
    await shop.openEpoch(shopper)
    const { writer } = shopper
    const restored = await world.peer({ self: shopper.self, writer, store, epochs })
    await tellOpenings(shop, restored)
    // The cut is beyond what this storage holds: its writer has written more elsewhere.
    await restored.say('new')
    expect(restored.writer).not.toEqual(writer)
    expect((await repair([shop, restored])).some(isRefusal)).toBe(false)
    expect(new Set(shop.texts())).toEqual(new Set(['one', 'two', 'lost', 'new']))
    expectSame(shop, restored)
  })

  it('[LG92] that has lost its openings alone has them again from a peer', async () => {
    const { world, shop, shopper } = await talk()
    await shop.openEpoch(shopper)
    await repair([shop, shopper])
    await shopper.say('three')
    await repair([shop, shopper])
    const { self, store, writer } = shopper
    shopper.log.close()
    const again = await world.peer({ self, store, writer, epochs: new MemoryEpochs() })
    expect(again.log.epoch).toBe(0)
    await again.say('four')
    expect((await repair([shop, again])).some(isRefusal)).toBe(false)
    expectSame(shop, again)
    expect(again.texts()).toEqual(['one', 'two', 'three', 'four'])
  })

  it('[LG92] passes over stored openings that are damaged', async () => {
    const { world, shop, shopper } = await talk()
    await shop.openEpoch(shopper)
    const [opening] = shop.epochs.openings
    const epochs = new MemoryEpochs([new Uint8Array(7), opening ?? new Uint8Array()])
    const again = await world.peer({ self: shop.self, store: shop.store, epochs })
    expect(again.log.epoch).toBe(1)
  })
})

describe('the cut', () => {
  it('[LG93] never takes back what the cut before had, though this storage has lost it', async () => {
    const { world, shop, shopper } = await talk()
    await shop.openEpoch(shopper)
    await tellOpenings(shop, shopper)
    const { self, epochs } = shop
    const emptied = await world.peer({ self, epochs })
    expect(emptied.texts()).toEqual([])
    await emptied.openEpoch(shopper)
    expect(emptied.log.epoch).toBe(2)
    expect((await repair([emptied, shopper])).some(isRefusal)).toBe(false)
    expectSame(emptied, shopper)
    expect(emptied.texts()).toEqual(['one', 'two'])
  })

  it('[LG93] leaves out entries whose causes are missing here, so that a newcomer can take what is closed', async () => {
    const { world, shop, shopper } = await talk()
    await shopper.say('three')
    await syncPair(shop, shopper)
    await shop.say('four') // names three
    // Three was damaged on the disk: four cannot be shown.
    const isThree = ({ sequence, author }: { sequence: number; author: Uint8Array }) =>
      sequence === 1 && toHex(author) === toHex(shopper.key)
    const store = shop.store.copy()
    const kept = store.rows.filter((row) => !isThree(row))
    await store.erase(world.ref.id)
    await store.put(world.ref.id, kept)
    const damaged = await world.peer({ self: shop.self, store, epochs: shop.epochs })
    expect(damaged.texts()).toEqual(['one', 'two'])
    await damaged.openEpoch(shopper)
    await repair([damaged, shopper])
    expect(damaged.texts()).toEqual(['one', 'two', 'three', 'four'])
    const newcomer = await world.device()
    await damaged.openEpoch(shopper, newcomer)
    await catchUp(newcomer, damaged)
    expect(newcomer.texts()).toEqual(damaged.texts())
  })

  it('[LG93] leaves out what is not stored', async () => {
    const { shop, shopper } = await talk()
    shop.store.failWith('full')
    await shopper.say('three')
    await syncPair(shop, shopper)
    expect(shop.texts()).toEqual(['one', 'two', 'three'])
    await shop.openEpoch(shopper)
    expect(shop.doc.getMap('log').size).toBe(1)
    await repair([shop, shopper])
    expectSame(shop, shopper)
  })

  it('[LG93] has a limit, and an entry in it still has its causes in it', async () => {
    const world = new LogWorld()
    const [shop, shopper] = [await world.device(), await world.peer()]
    const crowd = makeIdentity()
    world.admit(crowd.signing.publicKey)
    const entries = Array.from({ length: 12 }, () => forgeEntry(world, crowd.signing))
    expect(await shop.log.receive(updateOf(world, ...entries))).toEqual({ type: 'accept' })
    await shop.say('after the crowd')
    await syncPair(shop, shopper)
    await shopper.say('after the shop')
    await syncPair(shop, shopper)
    const shown = shop.log.snapshot().entries
    for (let limit = 0; limit <= 14; limit++) {
      const cut = cutAfter([], shown, limit)
      expect(cut.length).toBe(limit)
      const inCut = shown.filter((entry) => covers(cut, entry))
      const keys = new Set(inCut.map(({ id }) => toHex(id)))
      expect(inCut.flatMap(causesOf).every((id) => keys.has(toHex(id)))).toBe(true)
      expect(inCut.length).toBe(limit)
    }
    const whole = cutAfter([], shown, 14)
    expect(cutAfter(whole, [], 3)).toEqual(whole)
  })
})
