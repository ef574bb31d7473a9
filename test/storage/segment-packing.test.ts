import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeSegment } from '../../client/storage/segment-encoder.ts'
import {
  MAX_SEGMENT_BYTES,
  MAX_SEGMENT_ENTRIES,
  packSegments,
} from '../../client/storage/segment-packing.ts'
import { someEntries } from './entry-arbitraries.ts'
import { makeEntry, makeSpeaker, makeTalk, wholeContent } from './entry-fixtures.ts'

describe('packing', () => {
  it('[ST26] makes segments of at most 256 entries, causes before effects', () => {
    const talk = makeTalk(600, 5)
    const segments = packSegments(talk.toReversed())
    expect(segments.map(({ length }) => length)).toEqual([256, 256, 88])
    expect(segments.flat()).toEqual(talk)
  })

  it('[ST26] makes segments of at most 256 KiB; what is larger has one of its own', () => {
    const speaker = makeSpeaker()
    const sizes = [100_000, 150_000, 20_000, 256 * 1024, 1, 262_000]
    const entries = sizes.map((size, index) =>
      makeEntry(speaker, { lamport: index, content: wholeContent(size) }),
    )
    const segments = packSegments(entries)
    expect(segments.map(({ length }) => length)).toEqual([2, 1, 1, 1, 1])
    for (const segment of segments.filter(({ length }) => length > 1)) {
      expect(encodeSegment(segment).length).toBeLessThanOrEqual(MAX_SEGMENT_BYTES)
    }
  })

  it('[ST26] loses and repeats nothing, and foresees the size of each segment', () => {
    const many = fc.array(someEntries, { maxLength: 40 }).map((lists) => lists.flat())
    fc.assert(
      fc.property(many, (entries) => {
        const segments = packSegments(entries)
        expect(new Set(segments.flat())).toEqual(new Set(entries))
        expect(segments.flat()).toHaveLength(entries.length)
        for (const segment of segments) {
          expect(segment.length).toBeLessThanOrEqual(MAX_SEGMENT_ENTRIES)
          expect(encodeSegment(segment).length).toBeLessThanOrEqual(MAX_SEGMENT_BYTES)
        }
      }),
      { numRuns: 50 },
    )
  })
})
