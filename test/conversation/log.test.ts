import { toHex } from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { clientIdOf } from '../../client/conversation/client-id.ts'
import { replicaOf } from '../../client/conversation/replica.ts'
import { forgeEntry, updateOf } from '../helpers/forged-entry.ts'
import { LogWorld, syncPair } from '../helpers/log-peer.ts'

const refused = (reason: string) => ({ type: 'refused', reason })

describe('appending', () => {
  it('[LG10] [LG11] puts one binary into Yjs, under the derived client and clock', async () => {
    const alice = await new LogWorld().peer()
    const client = clientIdOf(alice.world.ref.id, 0, alice.key, alice.writer)
    const update = await alice.sayAsUpdate('one')
    const [item, ...others] = Y.decodeUpdate(update).structs
    expect(others).toEqual([])
    expect(item).toMatchObject({ id: { client, clock: 0 }, parent: 'log' })
    const next = Y.decodeUpdate(await alice.sayAsUpdate('two')).structs[0]
    expect(next).toMatchObject({ id: { client, clock: 1 } })
  })

  it('[LG40] stores before it resolves, and before Yjs or the screen has it', async () => {
    const alice = await new LogWorld().peer()
    const seen: unknown[] = []
    alice.store.beforePut = () => void seen.push(alice.texts(), alice.doc.getMap('log').size)
    await alice.say('one')
    expect(seen).toEqual([[], 0])
    expect(alice.store.rows).toHaveLength(1)
    expect(alice.texts()).toEqual(['one'])
  })

  it.each([
    ['full', 'storage-full'],
    ['unavailable', 'storage-failed'],
  ] as const)('[LG40] a storage that is %s refuses, and consumes nothing', async (code, reason) => {
    const alice = await new LogWorld().peer()
    await alice.say('one')
    const replica = alice.wholeUpdate()
    alice.store.failWith(code)
    expect(await alice.log.append({ kind: 'text', text: 'two' })).toEqual(refused(reason))
    expect(alice.texts()).toEqual(['one'])
    expect(alice.wholeUpdate()).toEqual(replica)
    alice.store.failWith(null)
    expect((await alice.say('two')).sequence).toBe(1)
  })

  it('[LG6] refuses what is empty or too large; ten texts of 200 KB are fine', async () => {
    const alice = await new LogWorld().peer()
    expect(await alice.log.append({ kind: 'text', text: ' \n' })).toEqual(refused('empty'))
    const huge = 'x'.repeat(300_000)
    expect(await alice.log.append({ kind: 'text', text: huge })).toEqual(refused('too-large'))
    expect(alice.store.rows).toEqual([])
    const bob = await alice.world.peer()
    for (let turn = 0; turn < 10; turn++) await alice.say(`${turn}`.repeat(200_000))
    expect(await alice.give(bob)).toEqual({ type: 'accept' })
    expect(bob.texts()).toEqual(alice.texts())
  })

  it('[LG41] keeps the order of asking, with frames coming in between', async () => {
    const world = new LogWorld()
    const [alice, bob] = [await world.peer(), await world.peer()]
    const frames: Uint8Array[] = []
    for (let turn = 0; turn < 20; turn++) frames.push(await bob.sayAsUpdate(`b${turn}`))
    const results = await Promise.all(
      frames.flatMap((frame, turn) => [
        alice.log.append({ kind: 'text', text: `a${turn}` }),
        alice.log.receive(frame),
      ]),
    )
    expect(new Set(results.map((result) => result.type))).toEqual(new Set(['appended', 'accept']))
    const own = alice.texts().filter((text) => text.startsWith('a'))
    expect(own).toEqual(frames.map((_, turn) => `a${turn}`))
    await syncPair(alice, bob)
    expect(bob.screen()).toEqual(alice.screen())
  })

  it('[LG41] a failed write does not stop the next one', async () => {
    const alice = await new LogWorld().peer()
    alice.store.failWith('unknown')
    const failing = alice.log.append({ kind: 'text', text: 'one' })
    const later = failing.catch(() => {
      alice.store.failWith(null)
      return alice.log.append({ kind: 'text', text: 'two' })
    })
    await expect(failing).rejects.toThrow('no storage error')
    expect(await later).toMatchObject({ type: 'appended', entry: { sequence: 0 } })
  })

  it('[LG42] names the frontier it has seen, eight at most, and a fitting Lamport time', async () => {
    const world = new LogWorld()
    const alice = await world.peer()
    const entries = Array.from({ length: 12 }, () => forgeEntry(world, alice.signing))
    expect(await alice.log.receive(updateOf(world, ...entries))).toEqual({ type: 'accept' })
    const first = await alice.say('one')
    expect(first.parents).toHaveLength(8)
    expect(first.lamport).toBe(2)
    const second = await alice.say('two')
    expect(second.parents).toHaveLength(4)
    expect(second.lamport).toBe(3)
    const third = await alice.say('three')
    expect(third).toMatchObject({ parents: [], previous: second.id, lamport: 4 })
    const bob = await world.peer()
    expect(await alice.give(bob)).toEqual({ type: 'accept' })
    expect((await bob.say('four')).parents).toEqual([third.id])
  })

  it.each([[NaN], [-5], [1e300], [Infinity], [1.5]])(
    'a clock that says %s harms nothing',
    async (time) => {
      const world = new LogWorld()
      const alice = await world.peer({ now: () => time })
      const bob = await world.peer()
      await alice.say('one')
      expect(await alice.give(bob)).toEqual({ type: 'accept' })
    },
  )

  it('[LG43] closes once and for all', async () => {
    const world = new LogWorld()
    const [alice, bob] = [await world.peer(), await world.peer()]
    const update = await bob.sayAsUpdate('one')
    alice.log.close()
    alice.log.close()
    expect(await alice.log.append({ kind: 'text', text: 'two' })).toEqual(refused('closed'))
    expect(await alice.log.receive(update)).toMatchObject({ type: 'hold' })
    expect(alice.store.rows).toEqual([])
  })
})

describe('the screen', () => {
  it('[LG15] is in (Lamport, author, writer, sequence) order, whatever the clocks say', async () => {
    const world = new LogWorld()
    const late = await world.peer({ now: () => 9_000_000 })
    const early = await world.peer({ now: () => 1 })
    await late.say('one')
    await late.give(early)
    await early.say('two')
    await early.give(late)
    await late.say('three')
    await late.give(early)
    expect(late.texts()).toEqual(['one', 'two', 'three'])
    expect(early.texts()).toEqual(late.texts())
  })

  it('[LG17] is one object until the log changes, and no snapshot changes afterwards', async () => {
    const alice = await new LogWorld().peer()
    await alice.say('one')
    const before = alice.log.snapshot()
    expect(alice.log.snapshot()).toBe(before)
    expect(alice.log.heads()).toBe(before.heads)
    await alice.say('two')
    const after = alice.log.snapshot()
    expect(after).not.toBe(before)
    expect(before.entries).toHaveLength(1)
    expect(after.entries[0]).toBe(before.entries[0])
    expect(Object.isFrozen(after.entries) && Object.isFrozen(after.heads)).toBe(true)
  })

  it('tells each subscriber of each change until it unsubscribes', async () => {
    const alice = await new LogWorld().peer()
    const told: string[] = []
    const note = () => void told.push(alice.texts().join())
    const unsubscribe = alice.log.subscribe(note)
    alice.log.subscribe(note)
    await alice.say('one')
    expect(told).toEqual(['one', 'one'])
    unsubscribe()
    unsubscribe()
    await alice.say('two')
    expect(told).toEqual(['one', 'one', 'one,two'])
  })
})

describe('the replica', () => {
  it('belongs to its log alone', async () => {
    const world = new LogWorld()
    const [alice, bob] = [await world.peer(), await world.peer()]
    expect(replicaOf(alice.log)).toBe(alice.doc)
    expect(alice.doc).not.toBe(bob.doc)
    expect(() => replicaOf(new Proxy(alice.log, {}))).toThrow()
  })

  it('holds ciphertext only', async () => {
    const alice = await new LogWorld().peer()
    await alice.say('a canary that must not be read')
    const bytes = toHex(alice.wholeUpdate())
    expect(bytes).not.toContain(toHex(new TextEncoder().encode('canary')))
    expect(bytes).not.toContain(toHex(alice.signing.publicKey))
  })
})
