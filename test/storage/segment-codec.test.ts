import { concatBytes } from '@hamsa/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeSegment } from '../../client/storage/segment-decoder.ts'
import { encodeSegment } from '../../client/storage/segment-encoder.ts'
import { makeEntry, makeEntryId, makeSpeaker, makeTalk, someEntries } from './entry-fixtures.ts'

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
