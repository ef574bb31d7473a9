import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyPatch, patchOf } from '../../client/tabs/patch.ts'
import { isList, isRecord } from '../../client/tabs/shape.ts'

const plain = fc.jsonValue({ maxDepth: 4 })
const messagesOf = (value: unknown): readonly unknown[] =>
  isRecord(value) && isRecord(value.thread) && isList(value.thread.messages)
    ? value.thread.messages
    : []
const sizeOf = (value: unknown): number => JSON.stringify(value).length

describe('a patch', () => {
  it('[TB31] makes the one value of the other, for any two, also after a clone', () => {
    fc.assert(
      fc.property(plain, plain, (before, after) => {
        const patch = structuredClone(patchOf(before, after))
        const value = patch === null ? before : applyPatch(before, patch)?.value
        expect(value).toEqual(after)
      }),
      { numRuns: 1_000 },
    )
  })

  it('[TB31] follows a list through any history of adding, changing and taking away', () => {
    const item = fc.record({
      key: fc.integer({ min: 0, max: 9 }),
      state: fc.constantFrom('a', 'b'),
    })
    fc.assert(
      fc.property(fc.array(fc.array(item, { maxLength: 12 }), { maxLength: 8 }), (history) => {
        let mirrored: unknown = []
        let last: unknown = []
        for (const list of history) {
          const patch = patchOf(last, list)
          if (patch !== null) mirrored = applyPatch(mirrored, structuredClone(patch))?.value
          expect(mirrored).toEqual(list)
          last = list
        }
      }),
      { numRuns: 500 },
    )
  })

  it('[TB32] says of ten thousand messages only what changed, and keeps the others the same objects', () => {
    const messages = Array.from({ length: 10_000 }, (_, index) => ({
      key: `key-${index}`,
      text: 'a text of some words, as people write them',
      state: 'sending',
    }))
    const before = { type: 'open', thread: { connection: { type: 'away' }, messages } }
    const more = { key: 'key-10000', text: 'one more', state: 'storing' }
    const added = { ...before, thread: { ...before.thread, messages: [...messages, more] } }
    const delivered = messages.with(-1, { ...messages[9_999], state: 'delivered' } as never)
    const changed = {
      ...before,
      thread: { connection: { type: 'connected' }, messages: delivered },
    }
    for (const after of [added, changed]) {
      const patch = patchOf(before, after)
      expect(sizeOf(patch)).toBeLessThan(300)
      const value = applyPatch(before, structuredClone(patch))?.value
      expect(value).toEqual(after)
      expect(messagesOf(value)[17]).toBe(messages[17])
    }
  })

  it('[TB33] that is none, or was made for another value, is told and never throws', () => {
    fc.assert(
      fc.property(plain, fc.anything(), (before, patch) => {
        applyPatch(before, patch)
      }),
      { numRuns: 1_000 },
    )
    const kinds = ['put', 'fields', 'each', 'splice', 'other']
    const shaped = fc.record({
      type: fc.constantFrom(...kinds),
      changed: fc.oneof(fc.anything(), fc.dictionary(fc.string(), fc.anything())),
      start: fc.oneof(fc.integer(), fc.double(), fc.anything()),
      removed: fc.oneof(fc.integer(), fc.anything()),
      added: fc.oneof(fc.array(fc.anything()), fc.anything()),
    })
    fc.assert(
      fc.property(plain, shaped, (before, patch) => {
        applyPatch(before, patch)
      }),
      { numRuns: 1_000 },
    )
    for (const patch of [
      { type: 'splice', start: 1, removed: 3, added: [] },
      { type: 'splice', start: -1, removed: 0, added: [] },
      { type: 'each', changed: [[3, { type: 'put', value: 0 }]] },
      { type: 'fields', changed: { length: { type: 'put', value: 0 } } },
    ]) {
      expect(applyPatch([1, 2, 3], patch)).toBeNull()
    }
    const isPolluted = {
      type: 'fields',
      changed: JSON.parse('{"__proto__":{"type":"put"}}') as never,
    }
    expect(applyPatch({}, isPolluted)).toBeNull()
  })
})
