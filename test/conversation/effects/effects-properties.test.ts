import { toHex } from '@hamsa/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ConversationEffects,
  effectsOf,
} from '../../../client/conversation/effects/conversation-effects.ts'
import type { PlacedEntry } from '../../../client/conversation/effects/placed-entry.ts'
import { codeOf } from '../../../client/conversation/kind.ts'
import { anyArrival, anyLog, anyLogKind, anyPart, everyId } from './arbitrary-log.ts'
import { rightsIn } from './effects-world.ts'
import { deletedIn, pictureOf } from './picture-of.ts'
import { StatedRules } from './stated-rules.ts'

const RUNS = { numRuns: process.env.HAMSA_LONG === '1' ? 10_000 : 500 }

function without(entry: PlacedEntry): PlacedEntry {
  return { ...entry, body: { kind: 'deleted', code: codeOf(entry.body) } }
}

describe('the effects of any log', () => {
  it('[EF1] are the same in any order of arrival, with repeats, whatever was asked meanwhile', () => {
    fc.assert(
      fc.property(anyArrival, anyLogKind, ({ log, arrival }, kind) => {
        const rights = rightsIn(kind)
        const effects = new ConversationEffects(rights)
        for (const entry of arrival) {
          effects.add(entry)
          pictureOf(effects)
        }
        const expected = effectsOf(log, rights)
        expect(pictureOf(effects)).toEqual(pictureOf(expected))
        expect(deletedIn(effects)).toEqual(deletedIn(expected))
      }),
      RUNS,
    )
  })

  it('[EF10] [EF11] [EF12] [EF13] [EF14] [EF15] [EF20] [EF21] [EF22] [EF23] [EF24] are what the rules say', () => {
    fc.assert(
      fc.property(anyLog, anyLogKind, (log, kind) => {
        const rights = rightsIn(kind)
        const effects = effectsOf(log, rights)
        const rules = new StatedRules(log, rights)
        const deleted = log.filter((entry) => rules.deleted(entry)).map(({ id }) => toHex(id))
        expect(deletedIn(effects)).toEqual(deleted.sort())
        for (const id of everyId) expect(effects.message(id)).toEqual(rules.message(id))
      }),
      RUNS,
    )
  })

  it('[EF15] name no entry for deletion that more entries would save, and none twice', () => {
    fc.assert(
      fc.property(anyPart, anyLogKind, ({ log, part }, kind) => {
        const effects = new ConversationEffects(rightsIn(kind))
        const told = part.flatMap((entry) => effects.add(entry))
        const early = deletedIn(effects)
        expect(told.map(toHex).sort()).toEqual(early)
        told.push(...log.flatMap((entry) => effects.add(entry)))
        expect(deletedIn(effects)).toEqual(expect.arrayContaining(early))
        expect(told.map(toHex).sort()).toEqual(deletedIn(effects))
        expect(new Set(told.map(toHex)).size).toBe(told.length)
      }),
      RUNS,
    )
  })

  it('[EF16] stay when bodies that must go are gone, all or some', () => {
    fc.assert(
      fc.property(anyLog, anyLogKind, fc.nat(), (log, kind, choice) => {
        const rights = rightsIn(kind)
        const whole = effectsOf(log, rights)
        const must = new Set(deletedIn(whole))
        const some = log.map((entry, index) =>
          must.has(toHex(entry.id)) && ((choice >> index) & 1) === 0 ? without(entry) : entry,
        )
        const gone = new Set(
          some.filter(({ body }) => body.kind === 'deleted').map(({ id }) => toHex(id)),
        )
        const dropped = effectsOf(some, rights)
        expect(pictureOf(dropped)).toEqual(pictureOf(whole))
        // Only an edit that went with its message is no longer known for it.
        for (const id of deletedIn(dropped)) expect(must).toContain(id)
        for (const id of must) expect(gone.has(id) || deletedIn(dropped).includes(id)).toBe(true)
      }),
      RUNS,
    )
  })

  it('[EF17] are those of the whole entries once they have come, whatever came without its body', () => {
    fc.assert(
      fc.property(anyArrival, anyLogKind, fc.nat(), ({ log, arrival }, kind, choice) => {
        const rights = rightsIn(kind)
        const effects = new ConversationEffects(rights)
        arrival.forEach((entry, index) => {
          effects.add(((choice >> index) & 1) === 0 ? entry : without(entry))
          pictureOf(effects)
        })
        for (const entry of log) effects.add(entry)
        const expected = effectsOf(log, rights)
        expect(pictureOf(effects)).toEqual(pictureOf(expected))
        expect(deletedIn(effects)).toEqual(deletedIn(expected))
      }),
      RUNS,
    )
  })
})
