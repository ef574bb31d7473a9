import { expect, it } from 'vitest'
import { encodeHeader, entryIdOf, bodyHashOf } from '../../client/conversation/entry-header.ts'
import { makeWriterId } from '../../client/conversation/ids.ts'
import type { SignedEntry } from '../../client/conversation/signed-entry.ts'
import { forgeEntry } from '../helpers/forged-entry.ts'
import { LogWorld, makeSigningPair } from '../helpers/log-peer.ts'
import { MemoryStore } from '../helpers/memory-store.ts'

const ENTRIES = 10_000

/** The entry after `last`, its signature copied and so worth nothing. */
function unsignedNext({ ref }: LogWorld, last: SignedEntry): SignedEntry {
  const { content } = last
  if (content.type !== 'whole') throw new Error('nothing was deleted')
  const next = {
    ...last,
    sequence: last.sequence + 1,
    previous: last.id,
    lamport: last.lamport + 1,
  }
  const header = encodeHeader({
    ...next,
    log: ref.id,
    bodyLength: content.body.length,
    bodyHash: bodyHashOf(content.salt, content.body),
  })
  return { ...next, id: entryIdOf(header) }
}

it('[LG61] opens 10,000 stored entries of a writer by the last one’s signature alone', async () => {
  const world = new LogWorld()
  const author = makeSigningPair()
  world.admit(author.publicKey)
  const writer = makeWriterId()
  let last = forgeEntry(world, author, { writer })
  const chain = [last]
  while (chain.length < ENTRIES - 1) {
    last = unsignedNext(world, last)
    chain.push(last)
  }
  const sequence = ENTRIES - 1
  chain.push(forgeEntry(world, author, { writer, sequence, previous: last.id, lamport: ENTRIES }))
  const { log } = await world.peer({ store: MemoryStore.holding(world.ref.id, chain) })
  expect(log.snapshot().entries).toHaveLength(ENTRIES)
})
