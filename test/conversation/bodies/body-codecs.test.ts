import { concatBytes } from '@hamsa/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeBody,
  encodeBody,
  type EncodedBody,
} from '../../../client/conversation/bodies/body-codecs.ts'
import type { Draft } from '../../../client/conversation/body.ts'
import { codeOf, isKindOf, KIND } from '../../../client/conversation/kind.ts'
import type { LogKind } from '../../../client/conversation/log.ts'
import { ANY_MESSAGE, ANY_STAFF, anyDraft } from './arbitrary-draft.ts'

const LOGS: readonly LogKind[] = ['conversation', 'room', 'staff']
const ANY: readonly (readonly [string, fc.Arbitrary<Draft>])[] = [
  ...Object.entries(ANY_MESSAGE),
  ...Object.entries(ANY_STAFF),
]

function written(draft: Draft): EncodedBody {
  const encoded = encodeBody(draft)
  if (typeof encoded === 'string') throw new Error(`${draft.kind} is ${encoded}`)
  return encoded
}

/** The log that a kind belongs to. */
function logOf(kind: number): LogKind {
  return isKindOf('staff', kind) ? 'staff' : 'room'
}

/** That a body is unknown, or has one spelling. */
function expectOneSpelling(kind: number, body: Uint8Array): void {
  const decoded = decodeBody(kind, body, logOf(kind))
  expect(codeOf(decoded)).toBe(kind)
  if (decoded.kind === 'unknown') return
  if (decoded.kind === 'deleted') throw new Error('bytes never say that they are gone')
  expect(encodeBody(decoded)).toEqual({ kind, body })
}

describe('the table of bodies', () => {
  it('[BD3] has a code of its own for every kind, and a test for each', () => {
    const codes = Object.values(KIND)
    expect(new Set(codes).size).toBe(codes.length)
    expect(ANY.map(([name]) => name).sort()).toEqual(Object.keys(KIND).sort())
  })

  it('[BD3] keeps the codes that were given', () => {
    expect(KIND).toMatchInlineSnapshot(`
      {
        "acceptance": 10,
        "appeal": 13,
        "delete": 3,
        "edit": 2,
        "file-offer": 7,
        "form": 8,
        "membership": 14,
        "policy": 9,
        "product-card": 6,
        "reaction": 5,
        "reply": 4,
        "sanction": 12,
        "staff-block": 69,
        "staff-canned-reply": 74,
        "staff-conversation": 64,
        "staff-erase": 70,
        "staff-invite": 71,
        "staff-invite-revoked": 72,
        "staff-invite-used": 73,
        "staff-labels": 66,
        "staff-note": 65,
        "staff-profile": 75,
        "staff-read": 68,
        "staff-setting": 76,
        "staff-status": 67,
        "system": 15,
        "text": 1,
        "warning": 11,
      }
    `)
  })

  it('[BD3] no kind of the staff counts in a conversation or room, and none of theirs in the staff log', () => {
    fc.assert(
      fc.property(anyDraft, fc.constantFrom(...LOGS), (draft, log) => {
        const { kind, body } = written(draft)
        const isStaff = draft.kind.startsWith('staff-')
        const expected = (log === 'staff') === isStaff ? draft : { kind: 'unknown', code: kind }
        expect(decodeBody(kind, body, log)).toEqual(expected)
      }),
      { numRuns: 500 },
    )
  })
})

describe.each(ANY)('a body of kind %s', (name, arbitrary) => {
  it('[BD1] [BD4] reads back as it was written', () => {
    fc.assert(
      fc.property(arbitrary, (draft) => {
        const { kind, body } = written(draft)
        expect(decodeBody(kind, body, logOf(kind))).toEqual(draft)
        expect(body[0]).toBe(1)
      }),
      { numRuns: 300 },
    )
  })

  it('[BD2] of a later version, cut short or followed by anything is unknown', () => {
    fc.assert(
      fc.property(arbitrary, fc.nat(), fc.integer({ min: 2, max: 255 }), (draft, at, version) => {
        const { kind, body } = written(draft)
        const unknown = { kind: 'unknown', code: kind }
        const later = body.slice()
        later[0] = version
        expect(decodeBody(kind, later, logOf(kind))).toEqual(unknown)
        if ('text' in draft && ['text', 'edit', 'reply'].includes(draft.kind)) return
        const short = body.subarray(0, at % body.length)
        expect(decodeBody(kind, short, logOf(kind))).toEqual(unknown)
        const long = concatBytes(body, Uint8Array.of(at % 256))
        expect(decodeBody(kind, long, logOf(kind))).toEqual(unknown)
      }),
      { numRuns: 200 },
    )
  })

  it('[BD1] [BD2] with bytes changed, added or cut is unknown or another body in its one spelling', () => {
    const change = fc.record({
      at: fc.nat(),
      remove: fc.nat(4),
      insert: fc.uint8Array({ maxLength: 4 }),
    })
    const changes = fc.array(change, { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(arbitrary, changes, (draft, edits) => {
        const { kind, body } = written(draft)
        const mutated = edits.reduce((bytes, { at, remove, insert }) => {
          const from = at % (bytes.length + 1)
          return concatBytes(bytes.subarray(0, from), insert, bytes.subarray(from + remove))
        }, body)
        expectOneSpelling(kind, mutated)
      }),
      { numRuns: 500 },
    )
  })

  it('[BD2] of any bytes is unknown or has one spelling', () => {
    const kind = Object.entries(KIND).find(([key]) => key === name)?.[1] ?? 0
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expectOneSpelling(kind, concatBytes(Uint8Array.of(1), bytes))
        expectOneSpelling(kind, bytes)
      }),
      { numRuns: 500 },
    )
  })
})

describe('a kind of a later version', () => {
  it('[BD2] is unknown in every log, whatever its body', () => {
    const known: readonly number[] = Object.values(KIND)
    const later = fc.integer({ min: 0, max: 255 }).filter((kind) => !known.includes(kind))
    fc.assert(
      fc.property(later, fc.uint8Array(), fc.constantFrom(...LOGS), (kind, body, log) => {
        expect(decodeBody(kind, body, log)).toEqual({ kind: 'unknown', code: kind })
      }),
    )
  })
})
