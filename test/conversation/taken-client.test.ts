import { describe, expect, it } from 'vitest'
import { ClientIds } from '../../client/conversation/client-ids.ts'
import { Deletions } from '../../client/conversation/deletions.ts'
import { EntryIndex } from '../../client/conversation/entry-index.ts'
import { judgeRead, type GateContext } from '../../client/conversation/gate.ts'
import { makeWriterId } from '../../client/conversation/ids.ts'
import { LogEntry } from '../../client/conversation/log-entry.ts'
import type { SignedEntry } from '../../client/conversation/signed-entry.ts'
import { forgeEntry, itemOf } from '../helpers/forged-entry.ts'
import { LogWorld, makeSigningPair } from '../helpers/log-peer.ts'

/** To find two writers whose ids meet takes 2^26 hashes: here all ids of the hostile author do. */
class MeetingIds extends ClientIds {
  override of(...[author, writer]: Parameters<ClientIds['of']>): number {
    return author.join() === mallory.publicKey.join() ? 7 : super.of(author, writer)
  }
}

const mallory = makeSigningPair()
const honest = makeSigningPair()

function gate() {
  const world = new LogWorld()
  for (const { publicKey } of [mallory, honest]) world.admit(publicKey)
  const known = new EntryIndex()
  const clients = new MeetingIds(world.ref.id, 0)
  const { membership, ref, epoch } = world
  const context: GateContext = {
    ...{ ref, known, membership },
    places: { epoch, clients, base: () => 0 },
    deletions: new Deletions({
      rights: { log: ref.kind, roleOf: (...who) => membership.roleOf(...who) },
      isVoid: () => false,
      find: (id) => known.byId(id),
    }),
  }
  const judge = (...entries: readonly SignedEntry[]) =>
    judgeRead(
      entries.map((entry) => ({
        item: itemOf(world, entry, { client: clients.of(entry.author, entry.writer) }),
        unsealed: { type: 'entry', entry },
      })),
      context,
    )
  const learn = (entry: SignedEntry) => {
    known.add(new LogEntry(entry, ref.kind))
    clients.own(entry.author, entry.writer)
  }
  return { world, clients, judge, learn }
}

describe('two writers under one client id', () => {
  it('[LG29] [LG34] convict their author and hold up nobody else', () => {
    const { world, judge, learn } = gate()
    const first = forgeEntry(world, mallory)
    expect(judge(first)).toMatchObject({ verdict: { type: 'accept' }, fresh: [{ id: first.id }] })
    learn(first)
    const second = forgeEntry(world, mallory)
    const other = forgeEntry(world, honest)
    const { verdict, fresh } = judge(second, other)
    expect(verdict).toEqual({ type: 'refuse', reason: 'client-taken', author: mallory.publicKey })
    expect(fresh.map(({ id }) => id)).toEqual([other.id])
  })

  it('[LG29] leave the id to the one who was first', () => {
    const { clients } = gate()
    const [one, two] = [makeWriterId(), makeWriterId()]
    clients.own(mallory.publicKey, one)
    clients.own(mallory.publicKey, two)
    expect(clients.isTaken(mallory.publicKey, one)).toBe(false)
    expect(clients.isTaken(mallory.publicKey, two)).toBe(true)
  })
})
