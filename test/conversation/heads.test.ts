import { ByteReader, ByteWriter, concatBytes } from '@hamsa/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  covers,
  MAX_HEADS,
  readHeads,
  signHeads,
  verifyHeads,
  writeHeads,
} from '../../client/conversation/heads.ts'
import { makeWriterId } from '../../client/conversation/ids.ts'
import type { Head } from '../../client/conversation/log.ts'
import { signSeen, verifySeen } from '../../client/conversation/seen.ts'
import { LogWorld, makeLogId, makeSigningPair, syncPair } from '../helpers/log-peer.ts'

async function pair() {
  const world = new LogWorld()
  const alice = await world.peer()
  const bob = await world.peer()
  return { world, alice, bob }
}

describe('heads', () => {
  it('[LG70] say what is held, of every writer, and verify under the signer alone', async () => {
    const { alice, bob } = await pair()
    await alice.say('one')
    await bob.say('two')
    await syncPair(alice, bob)
    const frame = await signHeads(bob.log, bob.signing)
    expect(frame.heads).toHaveLength(2)
    expect(await verifyHeads(frame, alice.log, bob.signing.publicKey)).toBe(true)
    expect(await verifyHeads(frame, alice.log, alice.signing.publicKey)).toBe(false)
    const otherLog = { ref: { ...alice.log.ref, id: makeLogId() } }
    expect(await verifyHeads(frame, otherLog, bob.signing.publicKey)).toBe(false)
    const otherEpoch = { ...frame, epoch: 1 }
    expect(await verifyHeads(otherEpoch, alice.log, bob.signing.publicKey)).toBe(false)
    const fewer = { ...frame, heads: frame.heads.slice(1) }
    expect(await verifyHeads(fewer, alice.log, bob.signing.publicKey)).toBe(false)
  })

  it('[LG70] have one spelling: sorted, each writer once', async () => {
    const { alice, bob } = await pair()
    await alice.say('one')
    await bob.say('two')
    await syncPair(alice, bob)
    const { heads } = await signHeads(bob.log, bob.signing)
    const written = new ByteWriter()
    writeHeads(written, heads)
    const bytes = written.finish()
    expect(readHeads(new ByteReader(bytes), MAX_HEADS)).toEqual(heads)
    expect(readHeads(new ByteReader(bytes), 1)).toBeNull()
    const [one, two] = [bytes.subarray(2, 86), bytes.subarray(86)]
    const count = Uint8Array.of(0, 2)
    for (const other of [
      concatBytes(count, two, one),
      concatBytes(count, one, one),
      concatBytes(count, one),
    ]) {
      expect(readHeads(new ByteReader(other), MAX_HEADS)).toBeNull()
    }
    for (const others of [heads.toReversed(), [...heads, ...heads.slice(-1)]]) {
      expect(() => writeHeads(new ByteWriter(), others)).toThrow(RangeError)
      const frame = { ...(await signHeads(bob.log, bob.signing)), heads: others }
      expect(await verifyHeads(frame, alice.log, bob.signing.publicKey)).toBe(false)
    }
  })

  it('[LG70] of arbitrary bytes are nothing, or those that were written', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (foreign) => {
        const reader = new ByteReader(foreign)
        const heads = readHeads(reader, MAX_HEADS)
        if (heads === null) return
        const written = new ByteWriter()
        writeHeads(written, heads)
        expect(written.finish()).toEqual(foreign.subarray(0, foreign.length - reader.remaining))
      }),
    )
  })

  it('[LG71] are at most 1,024, and one author’s many writers leave the others their place', async () => {
    const { alice } = await pair()
    const { id } = await alice.say('one')
    const crowd = makeSigningPair().publicKey
    const loud: Head[] = Array.from({ length: 2_000 }, () => ({
      author: crowd,
      writer: makeWriterId(),
      sequence: 0,
      id,
    }))
    const own = alice.log.heads()
    const frame = await signHeads(
      { ref: alice.log.ref, epoch: 0, heads: () => [...loud, ...own] },
      alice.signing,
    )
    expect(frame.heads).toHaveLength(MAX_HEADS)
    expect(frame.heads).toContain(own[0])
    expect(await verifyHeads(frame, alice.log, alice.signing.publicKey)).toBe(true)
  })

  it('[LG72] cover an entry at or before them, and not one of another history', async () => {
    const { alice, bob } = await pair()
    const one = await alice.say('one')
    const two = await alice.say('two')
    expect(covers(bob.log.heads(), one)).toBe(false)
    await alice.give(bob)
    const three = await alice.say('three')
    const heads = bob.log.heads()
    expect([one, two, three].map((entry) => covers(heads, entry))).toEqual([true, true, false])
    const other = heads.map((head) => ({ ...head, id: one.id }))
    expect(covers(other, two)).toBe(false)
  })
})

describe('seen', () => {
  it('[LG73] verifies under its signer, for its log and entry', async () => {
    const { alice, bob } = await pair()
    const one = await alice.say('one')
    const two = await alice.say('two')
    const frame = await signSeen(bob.log, two.id, bob.signing)
    expect(await verifySeen(frame, alice.log, bob.signing.publicKey)).toBe(true)
    expect(await verifySeen(frame, alice.log, alice.signing.publicKey)).toBe(false)
    const moved = { ...frame, entry: one.id }
    expect(await verifySeen(moved, alice.log, bob.signing.publicKey)).toBe(false)
    const otherLog = { ref: { ...alice.log.ref, id: makeLogId() } }
    expect(await verifySeen(frame, otherLog, bob.signing.publicKey)).toBe(false)
  })
})
