import { toHex } from '@hamsa/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { sealEntry } from '../../client/conversation/entry-seal.ts'
import { decodeUpdate } from '../../client/conversation/update-decoder.ts'
import { encodeUpdate } from '../../client/conversation/update-encoder.ts'
import { LogWorld, syncPair, type LogPeer } from '../helpers/log-peer.ts'
import { chosenSeed, seededRandom } from '../helpers/seeded-random.ts'

/** Everybody hears everything: two rounds, since the second carries what the first has gathered. */
async function repair(peers: readonly LogPeer[]): Promise<void> {
  for (let round = 0; round < 2; round++) {
    for (const left of peers) {
      for (const right of peers) if (left !== right) await syncPair(left, right)
    }
  }
}

function expectSame(peers: readonly LogPeer[]): void {
  const [first, ...others] = peers
  for (const other of others) {
    expect(other.screen()).toEqual(first?.screen())
    expect(toHex(other.wholeUpdate())).toBe(toHex(first?.wholeUpdate() ?? new Uint8Array()))
  }
}

/** Items stay one binary each and as they were sealed; nothing is ever deleted. */
function expectPureItems({ doc, store, world }: LogPeer): void {
  const update = Y.encodeStateAsUpdate(doc)
  const { structs, ds } = Y.decodeUpdate(update)
  expect(ds.clients.size).toBe(0)
  expect(structs).toHaveLength(store.rows.length)
  const sealed = new Set(store.rows.map((row) => toHex(sealEntry(world.ref.id, row, world.epoch))))
  for (const value of doc.getMap<Uint8Array>('log').values()) {
    expect(sealed.has(toHex(value))).toBe(true)
  }
  const decoded = decodeUpdate(update)
  if (decoded.type !== 'items') throw new Error(decoded.fault)
  expect(encodeUpdate(decoded.items)).toEqual(update)
}

describe('replicas', () => {
  it('[LG15] [LG35] show the same after any order, loss, repeat and merge of frames, once repaired', async () => {
    const step = fc.oneof(
      fc.record({ type: fc.constant('say' as const), peer: fc.nat(2) }),
      fc.record({ type: fc.constant('deliver' as const), peer: fc.nat(2), frame: fc.nat() }),
      fc.record({ type: fc.constant('merge' as const), peer: fc.nat(2), frame: fc.nat() }),
      fc.record({ type: fc.constant('sync' as const), peer: fc.nat(2), frame: fc.nat() }),
      fc.record({ type: fc.constant('reload' as const), peer: fc.nat(2) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const world = new LogWorld()
        const peers = await Promise.all([world.peer(), world.peer(), world.peer()])
        const frames: Uint8Array[] = []
        const at = (index: number): LogPeer => {
          const peer = peers[index % peers.length]
          if (peer === undefined) throw new Error('three peers')
          return peer
        }
        const frameAt = (index: number) => frames[index % frames.length] ?? Uint8Array.of(0, 0)
        for (const [turn, one] of steps.entries()) {
          const peer = at(one.peer)
          if (one.type === 'say') frames.push(await peer.sayAsUpdate(`${turn}`))
          if (one.type === 'reload') peers[one.peer] = await peer.reload()
          if (one.type === 'sync') await peer.give(at(one.frame))
          if (one.type === 'deliver' || one.type === 'merge') {
            const single = frameAt(one.frame)
            const update =
              one.type === 'merge' ? Y.mergeUpdates([single, frameAt(one.frame + 2)]) : single
            expect((await peer.log.receive(update)).type).not.toBe('refuse')
          }
        }
        await repair(peers)
        expectSame(peers)
        expect(at(0).screen()).toHaveLength(frames.length)
      }),
      { numRuns: 40 },
    )
  })

  it('[LG12] [LG13] of five authors, relayed at random, reloaded and merged, keep every item as it was sealed', async () => {
    const seed = chosenSeed()
    const random = seededRandom(seed)
    const world = new LogWorld()
    const peers: LogPeer[] = []
    for (let index = 0; index < 5; index++) peers.push(await world.peer())
    /** What every replica broadcast, own and passed on, for each other to get some time, or never. */
    const wire: { readonly to: number; readonly update: Uint8Array }[] = []
    const listen = (from: number) => {
      peers[from]?.doc.on('update', (update: Uint8Array) => {
        for (let to = 0; to < 5; to++) if (to !== from) wire.push({ to, update })
      })
    }
    for (let index = 0; index < 5; index++) listen(index)
    const verdicts = new Map<string, number>()
    for (let turn = 0; turn < 400; turn++) {
      const who = Math.floor(random() * 5)
      const peer = peers[who]
      if (peer === undefined) throw new Error('five peers')
      if (random() < 0.25) await peer.say(`${turn}`)
      if (random() < 0.02) {
        peers[who] = await peer.reload()
        listen(who)
      }
      const [frame] = wire.splice(Math.floor(random() * wire.length), 1)
      if (frame === undefined || random() < 0.1) continue // lost
      const verdict = await peers[frame.to]?.log.receive(frame.update)
      verdicts.set(verdict?.type ?? '', (verdicts.get(verdict?.type ?? '') ?? 0) + 1)
    }
    expect(verdicts.get('refuse'), `seed ${seed}`).toBeUndefined()
    expect(verdicts.get('accept'), `seed ${seed}`).toBeGreaterThan(0)
    await repair(peers)
    expectSame(peers)
    for (const peer of peers) expectPureItems(peer)
  })

  it('[LG13] read from the store after a reload what they were, byte for byte', async () => {
    const world = new LogWorld()
    const [alice, bob] = [await world.peer(), await world.peer()]
    for (let turn = 0; turn < 10; turn++) {
      await alice.say(`a${turn}`)
      await bob.say(`b${turn}`)
      await syncPair(alice, bob)
    }
    const screen = alice.screen()
    const replica = alice.wholeUpdate()
    const again = await alice.reload()
    expect(again.screen()).toEqual(screen)
    expect(again.texts()).toEqual(bob.texts())
    expect(again.wholeUpdate()).toEqual(replica)
    expect((await again.say('next')).sequence).toBe(10)
    expect(await again.give(bob)).toEqual({ type: 'accept' })
  })
})
