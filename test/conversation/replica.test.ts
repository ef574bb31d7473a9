import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { LogWorld, syncPair } from '../helpers/log-peer.ts'

describe('the document of the open epoch', () => {
  it('[LG13] gives what was stored byte for byte as it was, though it seals it when asked', async () => {
    const world = new LogWorld()
    const [alice, bob] = [await world.peer(), await world.peer()]
    await alice.say('one')
    await syncPair(alice, bob)
    await bob.say('two')
    await syncPair(alice, bob)
    const before = alice.wholeUpdate()
    const again = await alice.reload()
    expect(again.wholeUpdate()).toEqual(before)
    expect(again.wholeUpdate()).toEqual(before) // and not sealed otherwise the second time
  })

  it('[LG13] seals for its own epoch, whatever has opened since a link took it', async () => {
    const world = new LogWorld()
    const shop = await world.device()
    await shop.say('one')
    const before = shop.wholeUpdate()
    const again = await shop.reload()
    const { doc } = again
    await again.openEpoch()
    expect(again.doc).not.toBe(doc)
    expect(Y.encodeStateAsUpdate(doc)).toEqual(before)
  })

  it('[LG12] [LG26] tells of what came in the form in which it came', async () => {
    const world = new LogWorld()
    const [alice, bob] = [await world.peer(), await world.peer()]
    const told: Uint8Array[] = []
    bob.doc.on('update', (update: Uint8Array) => void told.push(update))
    const update = await alice.sayAsUpdate('one')
    expect(await bob.log.receive(update)).toEqual({ type: 'accept' })
    expect(told).toEqual([update])
  })
})
