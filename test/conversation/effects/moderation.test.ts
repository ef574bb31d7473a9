import { describe, expect, it } from 'vitest'
import type { EntryBody, SanctionKind } from '../../../client/conversation/body.ts'
import { effectsOf } from '../../../client/conversation/effects/conversation-effects.ts'
import { entryOf, idOf, keyOfPerson, rightsIn, type Person } from './effects-world.ts'

const SHOP: readonly Person[] = ['owner', 'agent', 'moderator', 'keeper']
const OTHERS: readonly Person[] = ['sara', 'omar', 'stranger']
const sara = keyOfPerson('sara')

const policy = (version: number, text: string): EntryBody => ({ kind: 'policy', version, text })
const accept = (number: number): EntryBody => ({ kind: 'acceptance', policy: idOf(number) })
const warn = (rule: string): EntryBody => ({
  ...{ kind: 'warning', member: sara, about: idOf(9), rule, text: 'Please do not.' },
})
const sanction = (kind: SanctionKind, untilMs: number | null): EntryBody => ({
  ...{ kind: 'sanction', member: sara, sanction: kind, untilMs, about: null },
  ...{ rule: 'spam', reason: 'again' },
})

const inRoom = (...lines: readonly (readonly [Person, EntryBody])[]) =>
  effectsOf(
    lines.map(([person, body], number) => entryOf(number, person, body)),
    rightsIn('room'),
  )

describe('what the shop alone may say', () => {
  const system: EntryBody = { kind: 'system', event: 'lock-down' }
  const removed: EntryBody = { kind: 'membership', member: sara, change: 'removed' }
  const all = [policy(1, 'x'), warn('spam'), sanction('mute', null), system, removed]

  it.each(OTHERS)('[EF4] stands in no list and changes nothing by %s', (person) => {
    for (const body of all) expect(inRoom([person, body]).message(idOf(0))).toBeNull()
    const effects = inRoom(...all.map((body) => [person, body] as const))
    expect(effects.policy()).toBeNull()
    expect(effects.warningsTo(sara)).toEqual([])
    expect(effects.activeSanctions(sara, 0)).toEqual([])
  })

  it.each(SHOP)('[EF4] counts by its %s', (person) => {
    for (const body of all) expect(inRoom([person, body]).message(idOf(0))).not.toBeNull()
    const effects = inRoom(...all.map((body) => [person, body] as const))
    expect(effects.policy()?.entry).toEqual(idOf(0))
    expect(effects.warningsTo(sara)).toHaveLength(1)
    expect(effects.activeSanctions(sara, 0)).toHaveLength(1)
  })

  it('[EF4] is not who joined and left: members say that of themselves', () => {
    const joined: EntryBody = { kind: 'membership', member: sara, change: 'joined' }
    const counts = (person: Person) => inRoom([person, joined]).message(idOf(0)) !== null
    expect([counts('sara'), counts('owner'), counts('omar')]).toEqual([true, true, false])
  })
})

describe('a policy', () => {
  it('[EF30] is in force by its version, and then by its place', () => {
    const effects = inRoom(
      ['owner', policy(2, 'second')],
      ['owner', policy(1, 'first')],
      ['moderator', policy(2, 'second again')],
      ['sara', policy(9, 'mine')],
    )
    expect(effects.policy()).toEqual({ entry: idOf(2), version: 2, text: 'second again' })
  })

  it('[EF31] is accepted by who says so, and only that one', () => {
    const effects = inRoom(
      ['owner', policy(1, 'x')],
      ['owner', policy(1, 'x')],
      ['sara', accept(0)],
    )
    expect(effects.hasAccepted(sara, idOf(0))).toBe(true)
    expect(effects.hasAccepted(sara, idOf(1))).toBe(false)
    expect(effects.hasAccepted(keyOfPerson('omar'), idOf(0))).toBe(false)
  })
})

describe('a warning', () => {
  it('[EF31] is acknowledged by the member it is for', () => {
    const effects = inRoom(
      ['moderator', warn('spam')],
      ['agent', warn('insults')],
      ['omar', accept(0)],
      ['sara', accept(1)],
    )
    const told = { about: idOf(9), text: 'Please do not.' }
    expect(effects.warningsTo(sara)).toEqual([
      { entry: idOf(0), rule: 'spam', acknowledged: false, ...told },
      { entry: idOf(1), rule: 'insults', acknowledged: true, ...told },
    ])
    expect(effects.warningsTo(keyOfPerson('omar'))).toEqual([])
  })
})

describe('a sanction', () => {
  const active = (atMs: number, ...sanctions: readonly EntryBody[]) =>
    inRoom(...sanctions.map((body) => ['moderator', body] as const))
      .activeSanctions(sara, atMs)
      .map((one) => one.sanction)

  it('[EF32] lasts until its end, or for ever without one', () => {
    expect(active(99, sanction('mute', 100))).toEqual(['mute'])
    expect(active(100, sanction('mute', 100))).toEqual([])
    expect(active(2 ** 48, sanction('removal', null))).toEqual(['removal'])
  })

  it('[EF32] gives way to a later one of its kind, which may lift it, and to no other', () => {
    expect(active(50, sanction('mute', null), sanction('mute', 0))).toEqual([])
    expect(active(50, sanction('mute', 0), sanction('mute', null))).toEqual(['mute'])
    expect(active(50, sanction('mute', 10), sanction('mute', 100))).toEqual(['mute'])
    expect(active(50, sanction('mute', 100), sanction('slow-mode', 0))).toEqual(['mute'])
    expect(active(50, sanction('removal', 100), sanction('mute', 60))).toEqual(['removal', 'mute'])
  })

  it('[EF32] is for one member', () => {
    const effects = inRoom(['owner', sanction('mute', null)])
    expect(effects.activeSanctions(keyOfPerson('omar'), 0)).toEqual([])
  })
})
