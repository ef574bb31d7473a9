import { toHex } from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import { makeWriterId } from '../../client/conversation/ids.ts'
import type { WriterId } from '../../client/conversation/log.ts'
import { forgeEntry, updateOf } from '../helpers/forged-entry.ts'
import { LogWorld, syncPair } from '../helpers/log-peer.ts'
import { StorageError } from '../../client/storage/ports.ts'

/** A shop device that wrote three entries, a shopper who has them, and the device's backup after the first. */
async function restoredBackup() {
  const world = new LogWorld()
  const original = await world.peer()
  const shopper = await world.peer()
  await original.say('one')
  const backup = original.store.copy()
  await original.say('two')
  await original.say('three')
  await syncPair(original, shopper)
  await shopper.say('answer')
  const kept: WriterId[] = []
  const restored = await world.peer({
    self: original.self,
    writer: original.writer,
    store: backup,
    renewWriter: () => {
      const writer = makeWriterId()
      kept.push(writer)
      return Promise.resolve(writer)
    },
  })
  return { world, original, shopper, restored, kept }
}

describe('a writer', () => {
  it('[LG51] that meets own entries it does not hold is renewed before it writes again', async () => {
    const { original, shopper, restored, kept } = await restoredBackup()
    expect(await shopper.give(restored)).toEqual({ type: 'accept' })
    expect(kept).toEqual([restored.writer])
    expect(restored.writer).not.toEqual(original.writer)
    expect(restored.texts()).toEqual(['one', 'two', 'three', 'answer'])
    const next = await restored.say('four')
    expect(next).toMatchObject({ sequence: 0, previous: null })
    expect(await restored.give(shopper)).toEqual({ type: 'accept' })
    expect(shopper.texts()).toEqual(['one', 'two', 'three', 'answer', 'four'])
    expect(kept).toHaveLength(1)
  })

  it('[LG51] is renewed even by a frame that is held', async () => {
    const { world, shopper, restored, kept } = await restoredBackup()
    world.expel(shopper.signing.publicKey)
    expect(await shopper.give(restored)).toEqual({ type: 'hold', reason: 'unknown-author' })
    expect(kept).toHaveLength(1)
  })

  it('[LG51] is renewed by a signed head alone', async () => {
    const { original, shopper, restored, kept } = await restoredBackup()
    await restored.log.meet([])
    await restored.log.meet(restored.log.heads())
    expect(kept).toEqual([])
    await restored.log.meet(shopper.log.heads())
    expect(restored.writer).not.toEqual(original.writer)
    await restored.say('four')
    expect(await restored.give(shopper)).toEqual({ type: 'accept' })
  })

  it('[LG51] of a copied profile that wrote meanwhile is renewed; the first entry stands', async () => {
    const { original, shopper, restored, kept } = await restoredBackup()
    await restored.say('another two')
    await restored.log.meet(shopper.log.heads())
    expect(kept).toHaveLength(1)
    const verdict = await shopper.log.receive(restored.wholeUpdate())
    const author = original.signing.publicKey
    expect(verdict).toEqual({ type: 'refuse', reason: 'equivocation', author })
    expect(shopper.texts()).toEqual(['one', 'two', 'three', 'answer'])
  })

  it('[LG51] gets an id for this opening when the new one cannot be kept', async () => {
    const { world, original, shopper } = await restoredBackup()
    const peer = await world.peer({
      self: original.self,
      writer: original.writer,
      renewWriter: () => Promise.reject(new StorageError('unavailable')),
    })
    expect(await shopper.give(peer)).toEqual({ type: 'accept' })
    expect(peer.writer).not.toEqual(original.writer)
  })

  it('[LG51] stays when its own entries come back to it', async () => {
    const { original, shopper } = await restoredBackup()
    const { writer } = original
    await shopper.give(original)
    await original.log.receive(shopper.wholeUpdate())
    await original.log.meet(shopper.log.heads())
    expect(original.writer).toEqual(writer)
  })

  it('[LG50] whose id another author copies is not disturbed', async () => {
    const world = new LogWorld()
    const [alice, mallory, bob] = [await world.peer(), await world.peer(), await world.peer()]
    const copied = forgeEntry(world, mallory.signing, { writer: alice.writer })
    expect(await bob.log.receive(updateOf(world, copied))).toEqual({ type: 'accept' })
    await alice.say('one')
    expect(await alice.give(bob)).toEqual({ type: 'accept' })
    expect(new Set(bob.texts())).toEqual(new Set(['forged', 'one']))
    const again = await bob.reload()
    expect(again.screen()).toEqual(bob.screen())
    expect(new Set(again.log.heads().map((head) => toHex(head.author))).size).toBe(2)
  })
})
