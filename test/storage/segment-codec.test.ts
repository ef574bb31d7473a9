import { compareBytes, concatBytes } from '@hamsa/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_ENTRY_BYTES } from '../../client/conversation/log.ts'
import type { EntryContent } from '../../client/conversation/signed-entry.ts'
import { decodeSegment } from '../../client/storage/segment-decoder.ts'
import { encodeSegment } from '../../client/storage/segment-encoder.ts'
import { someEntries } from './entry-arbitraries.ts'
import { makeEntry, makeEntryId, makeSpeaker, makeTalk, wholeContent } from './entry-fixtures.ts'

describe('a segment', () => {
  it('[ST10] gives back the entries it was made of, in their order', () => {
    fc.assert(
      fc.property(someEntries, (entries) => {
        expect(decodeSegment(encodeSegment(entries))).toEqual(entries)
      }),
    )
  })

  it('[ST10] writes a signer once, and leaves out what follows from the entries before', () => {
    const talk = makeTalk(20, 0)
    // flags, signer, sequence, two differences, kind, id, distance of the parent, signature, salt, length
    const each = 1 + 1 + 1 + 1 + 3 + 1 + 32 + 1 + 64 + 16 + 1
    const rest = 1 + 2 * 80 + 1 + 3 // numbers of signers and entries, the table, the first wall time
    expect(encodeSegment(talk).length).toBe(20 * each + rest - 1)
  })

  it('[ST10] shares author, certificate and writer among the entries of one signer', () => {
    const decoded = decodeSegment(encodeSegment(makeTalk(6, 10))) ?? []
    const [first, , third] = decoded
    expect(third?.author).toBe(first?.author)
    expect(third?.certificate).toBe(first?.certificate)
    expect(third?.writer).toBe(first?.writer)
    expect(third?.previous).toBe(first?.id)
  })

  it('[ST11] is nothing when it is cut short, is followed by anything, or holds no entry', () => {
    const bytes = encodeSegment(makeTalk(3, 30))
    for (let length = 0; length < bytes.length; length++) {
      expect(decodeSegment(bytes.subarray(0, length))).toBeNull()
    }
    expect(decodeSegment(concatBytes(bytes, Uint8Array.of(0)))).toBeNull()
    expect(decodeSegment(Uint8Array.of(0, 0))).toBeNull()
  })

  it('[ST11] never throws on other bytes, and what it takes keeps the promises of an entry', () => {
    const whole = encodeSegment(makeTalk(4, 10))
    const mutated = fc
      .array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
      .map((changes) => {
        const bytes = whole.slice()
        for (const [place, value] of changes) bytes[place] = value
        return bytes
      })
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 600 }), mutated), (bytes) => {
        const entries = decodeSegment(bytes)
        // The encoder throws on an entry that breaks a promise of its type.
        if (entries !== null) expect(decodeSegment(encodeSegment(entries))).toEqual(entries)
      }),
      { numRuns: 3000 },
    )
  })

  it('[ST11] refuses a key that is no key, and a previous id at the wrong place', () => {
    const bytes = encodeSegment(makeTalk(2, 10))
    expect(decodeSegment(bytes)).not.toBeNull()
    expect(decodeSegment(bytes.fill(0, 1, 33))).toBeNull() // of small order
    const speaker = makeSpeaker()
    const second = makeEntry(speaker, { sequence: 1, previous: makeEntryId() })
    const alone = encodeSegment([second])
    const flagsAt = 1 + 80 + 1
    expect(alone[flagsAt]).toBe(0x20)
    expect(decodeSegment(alone.with(flagsAt, 0))).toBeNull()
    expect(decodeSegment(alone.with(flagsAt + 2, 0))).toBeNull() // sequence 0 has none before it
    expect(decodeSegment(alone.with(flagsAt, 0x60))).toBeNull() // a bit that means nothing
  })

  it('[ST11] refuses parents that do not ascend', () => {
    const parents = [makeEntryId(), makeEntryId()].sort(compareBytes)
    const bytes = encodeSegment([makeEntry(makeSpeaker(), { parents })])
    const at = Buffer.from(bytes).indexOf(parents[0] ?? '')
    const [first, second] = [bytes.slice(at, at + 32), bytes.slice(at + 33, at + 65)]
    expect(decodeSegment(bytes)).not.toBeNull()
    bytes.set(second, at)
    expect(decodeSegment(bytes)).toBeNull()
    bytes.set(first, at + 33)
    expect(decodeSegment(bytes)).toBeNull()
  })

  it('[ST11] refuses a body longer than an entry may be', () => {
    const speaker = makeSpeaker()
    const stripped = { type: 'stripped', bodyLength: MAX_ENTRY_BYTES, bodyHash: new Uint8Array(32) }
    for (const content of [wholeContent(MAX_ENTRY_BYTES), stripped as EntryContent]) {
      const bytes = encodeSegment([makeEntry(speaker, { content })])
      expect(decodeSegment(bytes)).not.toBeNull()
      const behind = content.type === 'whole' ? MAX_ENTRY_BYTES : 32
      const at = bytes.length - behind - 3 // 2^18 takes three groups of 7 bits
      expect([...bytes.subarray(at, at + 3)]).toEqual([0x80, 0x80, 0x10])
      const longer = concatBytes(bytes.with(at, 0x81), new Uint8Array(behind > 32 ? 1 : 0))
      expect(decodeSegment(longer)).toBeNull()
    }
  })

  it('[ST10] does not write an entry that breaks the promises of its type', () => {
    const speaker = makeSpeaker()
    const ids = [makeEntryId(), makeEntryId()]
    for (const fields of [
      { sequence: 2 ** 32, previous: makeEntryId() },
      { sequence: 1 },
      { previous: makeEntryId() },
      { lamport: -1 },
      { wallTimeMs: 0.5 },
      { kind: 256 },
      { parents: Array.from({ length: 9 }, makeEntryId) },
      { parents: [ids[0] ?? makeEntryId(), ids[0] ?? makeEntryId()] },
      { content: { type: 'whole', salt: new Uint8Array(15), body: new Uint8Array() } },
      { content: { type: 'stripped', bodyLength: 1, bodyHash: new Uint8Array(31) } },
    ] as const) {
      expect(() => encodeSegment([makeEntry(speaker, fields)])).toThrow()
    }
  })
})
