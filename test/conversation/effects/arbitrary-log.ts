import fc from 'fast-check'
import type { EntryBody } from '../../../client/conversation/body.ts'
import type { PlacedEntry } from '../../../client/conversation/effects/placed-entry.ts'
import { KIND } from '../../../client/conversation/kind.ts'
import type { LogKind } from '../../../client/conversation/log.ts'
import { entryOf, idOf, keyOfPerson, PEOPLE } from './effects-world.ts'

/** So few that entries often point at each other; the last two are never written. */
export const ENTRIES = 14
const NAMED = ENTRIES + 2

export const anyId = fc.nat(NAMED - 1).map(idOf)
export const anyPerson = fc.constantFrom(...PEOPLE)
const anyMember = anyPerson.map(keyOfPerson)
const anyWord = fc.constantFrom('one', 'two', 'three', 'four')
const kind = <Kind extends string>(name: Kind): fc.Arbitrary<Kind> => fc.constant(name)
const orNone = <Value>(values: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> => fc.option(values)

const anyBody: fc.Arbitrary<EntryBody> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: kind('text'), text: anyWord }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('reply'), target: anyId, text: anyWord }) },
  { weight: 6, arbitrary: fc.record({ kind: kind('edit'), target: anyId, text: anyWord }) },
  { weight: 4, arbitrary: fc.record({ kind: kind('delete'), target: anyId }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: kind('reaction'),
      target: anyId,
      emoji: orNone(fc.constantFrom('👍', '❤️')),
    }),
  },
  fc.record({ kind: kind('acceptance'), policy: anyId }),
  fc.record({ kind: kind('policy'), version: fc.integer({ min: 1, max: 3 }), text: anyWord }),
  fc.record({
    kind: kind('warning'),
    member: anyMember,
    about: orNone(anyId),
    rule: anyWord,
    text: anyWord,
  }),
  fc.record({
    kind: kind('sanction'),
    member: anyMember,
    sanction: fc.constantFrom('slow-mode' as const, 'mute' as const, 'removal' as const),
    untilMs: orNone(fc.nat(10)),
    about: orNone(anyId),
    rule: anyWord,
    reason: anyWord,
  }),
  fc.record({ kind: kind('appeal'), about: anyId, text: anyWord }),
  fc.record({
    kind: kind('membership'),
    member: anyMember,
    change: fc.constantFrom('joined' as const, 'left' as const, 'removed' as const),
  }),
  fc.record({ kind: kind('system'), event: kind('resolved') }),
  fc.record({ kind: kind('unknown'), code: fc.constantFrom(KIND.text, KIND.edit, 16, 63) }),
  fc.record({ kind: kind('deleted'), code: fc.constantFrom(...Object.values(KIND)) }),
)

/** Entries that point at each other in every way, written by anybody, many at the same Lamport time. */
export const anyLog: fc.Arbitrary<readonly PlacedEntry[]> = fc
  .array(fc.tuple(anyPerson, anyBody, fc.integer({ min: 1, max: 5 })), {
    minLength: 1,
    maxLength: ENTRIES,
  })
  .map((all) =>
    all.map(([person, body, lamport], number) => entryOf(number, person, body, lamport)),
  )

export const anyLogKind = fc.constantFrom<LogKind>('conversation', 'room')

/** The same items in any order. */
export function shuffled<Item>(items: readonly Item[]): fc.Arbitrary<readonly Item[]> {
  return fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length })
}

/** A log and another order of its arrival, with repeats. */
export const anyArrival = anyLog.chain((log) =>
  fc.record({
    log: fc.constant(log),
    arrival: shuffled([...log, ...log.slice(0, Math.ceil(log.length / 2))]),
  }),
)

/** A log cut in two parts. */
export const anyPart = anyLog.chain((log) =>
  fc.record({ log: fc.constant(log), part: fc.subarray([...log]) }),
)

export const everyId = Array.from({ length: NAMED }, (_, number) => idOf(number))
