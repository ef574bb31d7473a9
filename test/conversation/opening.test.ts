import { randomBytes } from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import { sealEntry } from '../../client/conversation/entry-seal.ts'
import { decodeEntry, type DecodedEntry } from '../../client/conversation/entry.ts'
import { parseEntryId } from '../../client/conversation/ids.ts'
import type { StoredEntry } from '../../client/storage/ports.ts'
import { forgeEntry, itemOf } from '../helpers/forged-entry.ts'
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

/** Alice again, over rows that were tampered with. */
function over(alice: LogPeer, rows: readonly StoredEntry[]): Promise<LogPeer> {
  const { world, signing, writer } = alice
  return world.peer({ self: signing, writer, store: new MemoryStore(rows) })
}

function reasons(peer: LogPeer): string[] {
  return peer.log.setAside.map(({ reason }) => reason).sort()
}

function rowOf(world: LogWorld, decoded: DecodedEntry): StoredEntry {
  const { id, author, writer, sequence } = decoded.entry
  const sealed = sealEntry(decoded, world.epoch)
  return { log: world.ref.id, epoch: 0, id, author, writer, sequence, sealed }
}

const isBy = (peer: LogPeer, sequence: number) => (row: StoredEntry) =>
  row.sequence === sequence && row.writer.join() === peer.writer.join()

describe('opening a log', () => {
  it('[LG60] sets a damaged row of a peer aside, shows what does not need it, and gets it again', async () => {
    const { alice, bob } = await talk()
    const rows = alice.store.rows.map((row) =>
      isBy(bob, 2)(row) ? { ...row, sealed: randomBytes(row.sealed.length) } : row,
    )
    const opened = await over(alice, rows)
    expect(reasons(opened)).toEqual(['damaged', 'unchained', 'unchained'])
    expect(opened.texts()).toEqual(['a0', 'b0', 'a1', 'b1', 'a2'])
    expect(opened.writer).toEqual(alice.writer)
    expect(await bob.give(opened)).toEqual({ type: 'accept' })
    expect(opened.texts()).toEqual(bob.texts())
    const again = await opened.reload()
    expect(reasons(again)).toEqual([])
    expect(again.texts()).toEqual(bob.texts())
  })

  it('[LG60] [LG51] takes a new writer when a row of its own is lost', async () => {
    const { alice, bob } = await talk()
    const opened = await over(
      alice,
      alice.store.rows.filter((row) => !isBy(alice, 3)(row)),
    )
    expect(reasons(opened)).toEqual(['unchained'])
    expect(opened.writer).not.toEqual(alice.writer)
    await syncPair(opened, bob)
    expect(opened.screen()).toEqual(alice.screen())
    expect(await opened.say('next')).toMatchObject({ sequence: 0 })
    expect(await opened.give(bob)).toEqual({ type: 'accept' })
  })

  it.each<[string, (row: StoredEntry, other: StoredEntry) => StoredEntry]>([
    ['cut short', (row) => ({ ...row, sealed: row.sealed.subarray(0, 20) })],
    ['empty', (row) => ({ ...row, sealed: new Uint8Array() })],
    ['another entry’s bytes', (row, other) => ({ ...row, sealed: other.sealed })],
    ['another id', (row) => ({ ...row, id: parseEntryId(randomBytes(32)) ?? row.id })],
    ['another sequence', (row) => ({ ...row, sequence: 77 })],
    ['another author', (row, other) => ({ ...row, author: other.author })],
    ['another writer', (row, other) => ({ ...row, writer: other.writer })],
  ])('[LG60] never fails on a row that is %s', async (_, damage) => {
    const { alice, bob } = await talk()
    const other = alice.store.rows.find(isBy(alice, 0))
    if (other === undefined) throw new Error('alice wrote')
    const rows = alice.store.rows.map((row) => (isBy(bob, 4)(row) ? damage(row, other) : row))
    const opened = await over(alice, rows)
    expect(reasons(opened)).toContain('damaged')
    expect(opened.texts()).toEqual(alice.texts().slice(0, -1))
  })

  it('[LG60] leaves rows of another epoch alone', async () => {
    const { alice } = await talk()
    const rows = alice.store.rows.map((row, index) => ({ ...row, epoch: index === 0 ? 1 : 0 }))
    expect(reasons(await over(alice, rows))).toContain('other-epoch')
  })

  it('[LG60] takes of two rows with one sequence the one that a later row names', async () => {
    const world = new LogWorld()
    const alice = await world.peer()
    await alice.say('one')
    await alice.say('two')
    const twin = forgeEntry(world, alice.signing, { writer: alice.writer })
    for (const rows of [
      [rowOf(world, twin), ...alice.store.rows],
      [...alice.store.rows, rowOf(world, twin)],
    ]) {
      const opened = await over(alice, rows)
      expect(opened.texts()).toEqual(['one', 'two'])
      expect(reasons(opened)).toEqual(['unchained'])
    }
  })

  it('[LG61] believes no chain whose last signature fails, and keeps the part that one vouches for', async () => {
    const { world, alice, bob } = await talk()
    const head = bob.log.heads().find((one) => one.writer.join() === bob.writer.join())
    if (head === undefined) throw new Error('bob wrote')
    const parents = [head.id]
    const forged = forgeEntry(world, bob.signing, {
      ...{ writer: bob.writer, sequence: 5, previous: head.id, parents, lamport: 11 },
    })
    const bytes = forged.bytes.slice()
    bytes.set(forgeEntry(world, bob.signing).signature, forged.header.length)
    const decoded = decodeEntry(bytes)
    if (decoded === null) throw new Error('still well-formed')
    expect(itemOf(world, decoded).clock).toBe(5)
    const opened = await over(alice, [...alice.store.rows, rowOf(world, decoded)])
    expect(reasons(opened)).toEqual(['signature'])
    expect(opened.screen()).toEqual(alice.screen())
  })

  it('rejects when the store cannot be read', async () => {
    const world = new LogWorld()
    const store = new MemoryStore()
    store.list = () => Promise.reject(new Error('unreadable'))
    await expect(world.peer({ store })).rejects.toThrow('unreadable')
  })
})
