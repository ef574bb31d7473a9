import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { clientIdOf } from '../../client/conversation/client-id.ts'
import { StorageError } from '../../client/storage/ports.ts'
import { LogWorld, syncPair, type LogPeer } from '../helpers/log-peer.ts'
import { catchUp, repair, tellOpenings } from '../helpers/log-repair.ts'
import { expectSame, isRefusal, openingBy, talk } from '../helpers/shop-talk.ts'

describe('an epoch', () => {
  it('[LG82] begins with an empty document and goes on with the same screen', async () => {
    const { shop, shopper } = await talk()
    const screen = shop.screen()
    const before = shop.doc
    await shop.openEpoch(shopper)
    expect(shop.log.epoch).toBe(1)
    expect(shop.screen()).toEqual(screen)
    expect(shop.doc).not.toBe(before)
    expect(shop.doc.getMap('log').size).toBe(0)
    await tellOpenings(shop, shopper)
    await shop.say('three')
    expect(await shop.give(shopper)).toEqual({ type: 'accept' })
    expect(shopper.texts()).toEqual(['one', 'two', 'three'])
    await shopper.say('four')
    expect(await shopper.give(shop)).toEqual({ type: 'accept' })
    expectSame(shop, shopper)
  })

  it('[LG11] counts clocks from its own beginning, under other client ids', async () => {
    const { world, shop, shopper } = await talk()
    await shop.openEpoch(shopper)
    const update = await shop.sayAsUpdate('three')
    const client = clientIdOf(world.ref.id, 1, shop.key, shop.writer)
    expect(Y.decodeUpdate(update).structs).toMatchObject([{ id: { client, clock: 0 } }])
    expect(client).not.toBe(clientIdOf(world.ref.id, 0, shop.key, shop.writer))
  })

  it('[LG13] [LG83] is there again after a reload, and its document byte for byte', async () => {
    const { shop, shopper } = await talk()
    await shop.openEpoch(shopper)
    await shop.say('three')
    const replica = shop.wholeUpdate()
    const again = await shop.reload()
    expect(again.log.epoch).toBe(1)
    expect(again.wholeUpdate()).toEqual(replica)
    expect(again.texts()).toEqual(['one', 'two', 'three'])
  })

  it('[LG83] does not begin when its opening cannot be stored', async () => {
    const { shop, shopper } = await talk()
    shop.epochs.failWith('full')
    const { doc } = shop
    await expect(shop.openEpoch(shopper)).rejects.toThrow(StorageError)
    expect([shop.log.epoch, shop.doc]).toEqual([0, doc])
    shop.epochs.failWith(null)
    await shop.openEpoch(shopper)
    shopper.epochs.failWith('full')
    await expect(tellOpenings(shop, shopper)).rejects.toThrow(StorageError)
    expect(shopper.log.epoch).toBe(0)
    shopper.epochs.failWith(null)
    await tellOpenings(shop, shopper)
    expect(shopper.log.epoch).toBe(1)
  })

  it('[LG83] outlives a crash right after its opening was stored, on the side that opened and on the other', async () => {
    const { shop, shopper } = await talk()
    const crash = (peer: LogPeer) => {
      peer.epochs.afterWrite = () => peer.log.close()
    }
    crash(shop)
    await shop.openEpoch(shopper)
    const shopAgain = await shop.reload()
    shopAgain.epochs.afterWrite = () => undefined
    expect(shopAgain.log.epoch).toBe(1)
    crash(shopper)
    await tellOpenings(shopAgain, shopper)
    const shopperAgain = await shopper.reload()
    expect(shopperAgain.log.epoch).toBe(1)
    await shopAgain.say('three')
    await syncPair(shopAgain, shopperAgain)
    expectSame(shopAgain, shopperAgain)
    expect(shopperAgain.texts()).toEqual(['one', 'two', 'three'])
  })

  it('[LG84] takes in an outbox entry that its opener had not seen, as it was signed', async () => {
    const { shop, shopper } = await talk()
    const offline = await shopper.say('written offline')
    await shop.openEpoch(shopper)
    await tellOpenings(shop, shopper)
    expect(shopper.doc.getMap('log').size).toBe(1)
    expect(await shopper.give(shop)).toEqual({ type: 'accept' })
    expectSame(shop, shopper)
    const [held] = shop.log.snapshot().entries.filter(({ key }) => key === offline.key)
    expect(held?.signature).toEqual(offline.signature)
    expect((await shopper.reload()).texts()).toEqual(['one', 'two', 'written offline'])
  })

  it('[LG84] takes in what a third one passes on after its author went away', async () => {
    const { world, shop, shopper } = await talk()
    const second = await world.device()
    await repair([shop, second])
    await shopper.say('to the second device alone')
    await syncPair(shopper, second)
    await shop.openEpoch(shopper, second)
    await tellOpenings(shop, second)
    expect(await second.give(shop)).toEqual({ type: 'accept' })
    expect(shop.texts()).toEqual(['one', 'two', 'to the second device alone'])
  })

  it('[LG39] never blames a peer in an older one, which catches up', async () => {
    const { world, shop, shopper } = await talk()
    const lagging = await world.peer()
    await repair([shop, shopper, lagging])
    for (let number = 1; number <= 3; number++) {
      await shop.openEpoch(shopper, lagging)
      await shop.say(`in epoch ${number}`)
      await catchUp(shopper, shop)
    }
    await lagging.say('from long ago')
    const held = { type: 'hold', reason: 'other-epoch' }
    expect(await shop.log.receive(lagging.wholeUpdate())).toEqual(held)
    expect(await lagging.log.receive(shop.wholeUpdate())).toEqual(held)
    expect((await repair([shop, shopper, lagging])).some(isRefusal)).toBe(false)
    expectSame(shop, shopper, lagging)
    expect(shop.texts()).toContain('from long ago')
  })

  it('[LG39] holds a frame during whose reading another one begins', async () => {
    const { shop, shopper } = await talk()
    const update = await shopper.sayAsUpdate('three')
    const verdict = shop.log.receive(update)
    await shop.openEpoch(shopper)
    expect(await verdict).toEqual({ type: 'hold', reason: 'other-epoch' })
    expect(shop.texts()).toEqual(['one', 'two'])
  })
})

describe('epochs are opened', () => {
  it('[LG85] by no shopper, no stranger, nobody whose certificate is not known, and not for another log', async () => {
    const { world, shop, shopper } = await talk()
    const stranger = await world.peer({ isMember: false })
    const expelled = await world.device()
    world.expel(expelled.key)
    const elsewhere = await new LogWorld('conversation').device()
    world.admit(elsewhere.key, 'owner')
    for (const peer of [shopper, stranger, expelled, elsewhere]) {
      const bytes = openingBy(peer, 1, [peer, shop])
      expect(await shop.log.receiveOpenings([bytes])).toBeNull()
      expect(shop.log.epoch).toBe(0)
      expect(shop.epochs.openings).toEqual([])
    }
    const device = await world.device()
    await shop.log.receiveOpenings([openingBy(device, 1, [device, shop])])
    expect(shop.log.epoch).toBe(1)
  })

  it('[LG85] by no shopper on their own side either', async () => {
    const { shopper } = await talk()
    expect(await shopper.log.openEpoch([shopper.member])).toBe(false)
    expect(shopper.log.epoch).toBe(0)
    expect(shopper.epochs.openings).toEqual([])
  })

  it('[LG85] under the signature of their author', async () => {
    const { world, shop, shopper } = await talk()
    const device = await world.device()
    const bytes = openingBy(device, 1, [device, shop]).slice()
    const last = bytes.length - 1
    bytes[last - 40] = (bytes[last - 40] ?? 0) ^ 1
    await shopper.log.receiveOpenings([bytes, new Uint8Array(), new Uint8Array(300)])
    expect(shopper.log.epoch).toBe(0)
  })

  it('[LG86] by members of the epoch before: a device that was removed opens none', async () => {
    const { world, shop, shopper } = await talk()
    const removed = await world.device()
    await repair([shop, shopper, removed])
    await shop.openEpoch(shopper)
    for (const peer of [shopper, removed]) await tellOpenings(shop, peer)
    const { epochName } = shop.log
    expect(await removed.log.openEpoch([removed.member])).toBe(false)
    const bytes = openingBy(removed, 2, [removed, shopper])
    for (const peer of [shop, shopper]) {
      await peer.log.receiveOpenings([bytes])
      expect(peer.log.epochName).toBe(epochName)
    }
  })

  it('[LG87] without taking back what an earlier cut has', async () => {
    const { shop, shopper } = await talk()
    await shop.openEpoch(shopper)
    await tellOpenings(shop, shopper)
    const { epochName } = shopper.log
    await shopper.log.receiveOpenings([openingBy(shop, 2, [shop])]) // cuts nothing
    expect(shopper.log.epochName).toBe(epochName)
  })

  it('[LG88] after those they follow only: the others are asked for', async () => {
    const { shop, shopper } = await talk()
    await shop.openEpoch(shopper)
    await shop.openEpoch(shopper)
    expect(await shopper.log.receiveOpenings(shop.log.openings(2))).toBe(1)
    expect(shopper.log.epoch).toBe(0)
    expect(await shopper.log.receiveOpenings(shop.log.openings(1).toReversed())).toBeNull()
    expect(shopper.log.epoch).toBe(2)
  })
})
