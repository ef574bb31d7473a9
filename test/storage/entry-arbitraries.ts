import { compareBytes } from '@hamsa/crypto'
import fc from 'fast-check'
import type { EntryId } from '../../client/conversation/log.ts'
import type { EntryContent, SignedEntry } from '../../client/conversation/signed-entry.ts'
import { makeEntry, makeEntryId, makeSpeaker } from './entry-fixtures.ts'

const SPEAKERS = Array.from({ length: 4 }, makeSpeaker)

const contents: fc.Arbitrary<EntryContent> = fc.oneof(
  fc.record({
    type: fc.constant('whole' as const),
    salt: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    body: fc.uint8Array({ maxLength: 300 }),
  }),
  fc.record({
    type: fc.constant('stripped' as const),
    bodyLength: fc.integer({ min: 0, max: 256 * 1024 }),
    bodyHash: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  }),
)

const drafts = fc.record({
  speaker: fc.constantFrom(...SPEAKERS),
  sequence: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 2 ** 32 - 1 })),
  /** How far back the previous entry and each parent stand; what is too far back is another segment's. */
  previous: fc.integer({ min: 1, max: 6 }),
  parents: fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 8 }),
  lamport: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 2 ** 48 - 1 })),
  wallTimeMs: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
  kind: fc.integer({ min: 0, max: 255 }),
  content: contents,
})

/** Entries of a few speakers that point at each other and elsewhere, in any order. */
export const someEntries: fc.Arbitrary<SignedEntry[]> = fc
  .array(drafts, { minLength: 1, maxLength: 12 })
  .map((list) => {
    const entries: SignedEntry[] = []
    const idBack = (distance: number): EntryId => entries.at(-distance)?.id ?? makeEntryId()
    for (const { speaker, previous, parents, ...rest } of list) {
      entries.push(
        makeEntry(speaker, {
          ...rest,
          previous: rest.sequence === 0 ? null : idBack(previous),
          parents: parents.map(idBack).sort(compareBytes),
        }),
      )
    }
    return entries
  })
