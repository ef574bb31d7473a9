import { randomBytes } from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import { parseEntryId } from '../../client/conversation/ids.ts'
import type { SignedEntry } from '../../client/conversation/signed-entry.ts'
import { forgeEntry } from '../helpers/forged-entry.ts'
import { LogWorld, syncPair, type LogPeer } from '../helpers/log-peer.ts'
import { MemoryStore } from '../helpers/memory-store.ts'

/** Alice with five entries of her own and five of Bob's, in turn. */
async function talk() {
  const world = new LogWorld()
  const [alice, bob] = [await world.peer(), await world.peer()]
  for (let turn = 0; turn < 5; turn++) {
    await alice.say(`a${turn}`)
    await syncPair(alice, bob)
    await bob.say(`b${turn}`)
    await syncPair(alice, bob)
  }
  return { world, alice, bob }
}

/** This peer again, over rows that were tampered with; `damaged` pieces are said not to open. */
function over(
  { world, self, writer }: LogPeer,
  rows: readonly SignedEntry[],
  damaged = 0,
): Promise<LogPeer> {
  const store = MemoryStore.holding(world.ref.id, rows)
  store.damaged = damaged
  return world.peer({ self, writer, store })
}

const isBy = (peer: LogPeer, sequence: number) => (row: SignedEntry) =>
  row.sequence === sequence && row.writer.join() === peer.writer.join()

describe('opening a log', () => {
  it('[LG16] [LG60] counts what is damaged, shows what does not need it, and gets it again', async () => {
    const { alice, bob } = await talk()
    const rows = alice.store.rows.filter((row) => !isBy(bob, 2)(row))
    const opened = await over(alice, rows, 1)
    expect(opened.log.snapshot().damaged).toBe(1)
    expect(opened.texts()).toEqual(['a0', 'b0', 'a1', 'b1', 'a2'])
    expect(await bob.give(opened)).toEqual({ type: 'accept' })
    expect(opened.texts()).toEqual(bob.texts())
    opened.store.damaged = 0
    const again = await opened.reload()
    expect(again.log.snapshot().damaged).toBe(0)
    expect(again.texts()).toEqual(bob.texts())
  })

  it('[LG60] [LG51] takes a new writer when a row of its own is lost', async () => {
    const { alice, bob } = await talk()
    const rows = alice.store.rows.filter((row) => !isBy(alice, 3)(row))
    const opened = await over(alice, rows)
    expect(opened.writer).not.toEqual(alice.writer)
    await syncPair(opened, bob)
    expect(opened.screen()).toEqual(alice.screen())
    expect(await opened.say('next')).toMatchObject({ sequence: 0 })
    expect(await opened.give(bob)).toEqual({ type: 'accept' })
  })

  it('[LG60] [LG51] takes a new writer when nobody knows whose the damaged pieces were', async () => {
    const { alice } = await talk()
    expect((await over(alice, alice.store.rows)).writer).toEqual(alice.writer)
    expect((await over(alice, alice.store.rows, 1)).writer).not.toEqual(alice.writer)
  })

  it.each<[string, (row: SignedEntry, other: SignedEntry) => SignedEntry]>([
    ['another entry’s bytes', (row, other) => ({ ...row, content: other.content })],
    ['another id', (row) => ({ ...row, id: parseEntryId(randomBytes(32)) ?? row.id })],
    ['another sequence', (row) => ({ ...row, sequence: 77 })],
    ['another author', (row, other) => ({ ...row, author: other.author })],
    ['another writer', (row, other) => ({ ...row, writer: other.writer })],
    ['another signature', (row, other) => ({ ...row, signature: other.signature })],
  ])('[LG60] never fails on a last row that has %s', async (_, damage) => {
    const { alice, bob } = await talk()
    const other = alice.store.rows.find(isBy(alice, 0))
    if (other === undefined) throw new Error('alice wrote')
    const rows = alice.store.rows.map((row) => (isBy(bob, 4)(row) ? damage(row, other) : row))
    const opened = await over(alice, rows)
    expect(opened.texts()).toEqual(alice.texts().slice(0, -1))
  })

  it('[LG60] takes of two rows with one sequence the one that a later row names', async () => {
    const world = new LogWorld()
    const alice = await world.peer()
    await alice.say('one')
    await alice.say('two')
    const twin = forgeEntry(world, alice.signing, { writer: alice.writer })
    for (const rows of [
      [twin, ...alice.store.rows],
      [...alice.store.rows, twin],
    ]) {
      const opened = await over(alice, rows)
      expect(opened.texts()).toEqual(['one', 'two'])
      // One of its own two histories is not there any more, and peers may hold it.
      expect(opened.writer).not.toEqual(alice.writer)
    }
  })

  it('[LG61] believes no chain whose last signature fails, and keeps the part that one vouches for', async () => {
    const { world, alice, bob } = await talk()
    const head = bob.log.heads().find((one) => one.writer.join() === bob.writer.join())
    if (head === undefined) throw new Error('bob wrote')
    const forged = forgeEntry(world, bob.signing, {
      ...{ writer: bob.writer, sequence: 5, previous: head.id, parents: [head.id], lamport: 11 },
    })
    const { signature } = forgeEntry(world, bob.signing)
    const opened = await over(alice, [...alice.store.rows, { ...forged, signature }])
    expect(opened.screen()).toEqual(alice.screen())
    const rightly = await over(alice, [...alice.store.rows, forged])
    expect(rightly.screen()).toHaveLength(alice.screen().length + 1)
  })

  it('[LG63] rejects when the store cannot be read', async () => {
    const world = new LogWorld()
    const store = new MemoryStore()
    store.load = () => Promise.reject(new Error('unreadable'))
    await expect(world.peer({ store })).rejects.toThrow('unreadable')
  })
})
