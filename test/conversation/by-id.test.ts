import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ById } from '../../client/conversation/by-id.ts'
import { parseEntryId } from '../../client/conversation/ids.ts'
import type { EntryId } from '../../client/conversation/log.ts'

function idOf(bytes: Uint8Array): EntryId {
  const id = parseEntryId(bytes)
  if (id === null) throw new Error('32 bytes')
  return id
}

/** Ids of few bytes that count, so that many are equal and many begin alike. */
const ids = fc
  .tuple(fc.nat(3), fc.nat(40), fc.nat(1))
  .map(([first, fifth, last]) =>
    idOf(new Uint8Array(32).with(0, first).with(4, fifth).with(31, last)),
  )

describe('a table by entry id', () => {
  it('[ST21] [LG1] holds what a map of the ids as text would, in the same order, however it grows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(ids, fc.nat()), { maxLength: 400 }),
        fc.nat(300),
        (pairs, room) => {
          const table = new ById<number>()
          table.reserve(room)
          const model = new Map<string, number>()
          for (const [id, value] of pairs) {
            expect(table.get(id)).toBe(model.get(id.join()))
            expect(table.has(id)).toBe(model.has(id.join()))
            table.set(id, value)
            model.set(id.join(), value)
            expect(table.get(idOf(id.slice()))).toBe(value)
          }
          expect([...table.values()]).toEqual([...model.values()])
        },
      ),
      { numRuns: 200 },
    )
  })
})
