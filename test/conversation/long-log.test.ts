import { ByteWriter, concatBytes } from '@hamsa/crypto'
import { expect, it } from 'vitest'
import { sealEntry } from '../../client/conversation/entry-seal.ts'
import { decodeEntry, type DecodedEntry } from '../../client/conversation/entry.ts'
import { makeWriterId } from '../../client/conversation/ids.ts'
import { forgeEntry } from '../helpers/forged-entry.ts'
import { LogWorld, makeSigningPair } from '../helpers/log-peer.ts'
import { MemoryStore } from '../helpers/memory-store.ts'

const ENTRIES = 10_000

/** Offsets of header fields, from the table in LOG.md. */
const SEQUENCE_AT = 113
const LAMPORT_AT = 150

/** The entry after `last`, its signature copied and so worth nothing. */
function unsignedNext(template: DecodedEntry, last: DecodedEntry): DecodedEntry {
  const place = new ByteWriter()
    .uint(last.entry.sequence + 1, 4)
    .raw(last.entry.id)
    .finish()
  const lamport = new ByteWriter().uint(last.entry.lamport + 1, 6).finish()
  const { bytes } = template
  const next = decodeEntry(
    concatBytes(
      bytes.subarray(0, SEQUENCE_AT),
      place,
      bytes.subarray(SEQUENCE_AT + place.length, LAMPORT_AT),
      lamport,
      bytes.subarray(LAMPORT_AT + lamport.length),
    ),
  )
  if (next === null) throw new Error('still well-formed')
  return next
}

it('[LG61] opens 10,000 stored entries of a writer by the last one’s signature alone', async () => {
  const world = new LogWorld()
  const author = makeSigningPair()
  const writer = makeWriterId()
  const template = forgeEntry(world, author, { writer })
  const chain = [template]
  let last = template
  while (chain.length < ENTRIES - 1) {
    last = unsignedNext(template, last)
    chain.push(last)
  }
  const sequence = ENTRIES - 1
  chain.push(
    forgeEntry(world, author, {
      ...{ writer, sequence, previous: last.entry.id, lamport: ENTRIES },
    }),
  )
  const rows = chain.map((decoded) => ({
    ...{ log: world.ref.id, epoch: 0, id: decoded.entry.id, author: author.publicKey, writer },
    ...{ sequence: decoded.entry.sequence, sealed: sealEntry(decoded, world.epoch) },
  }))
  const { log } = await world.peer({ store: new MemoryStore(rows) })
  expect(log.setAside).toEqual([])
  expect(log.snapshot().entries).toHaveLength(ENTRIES)
})
