import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StaffBody } from '../../client/conversation/body.ts'
import { type PlacedEntry } from '../../client/conversation/effects/placed-entry.ts'
import { compareEntries } from '../../client/conversation/order.ts'
import { INTAKE_CLOSED, INTAKE_SETTING, judgeInvite } from '../../client/staff/invite-book.ts'
import type { StaffState } from '../../client/staff/staff-state.ts'
import {
  block,
  conversation,
  entryId,
  erase,
  invite,
  inviteId,
  labels,
  note,
  revoked,
  setting,
  shopper,
  staffEntry,
  stateOf,
  used,
} from './staff-world.ts'

const SHOPPERS = [0, 1, 2]
const INVITES = [1, 2]
const anyShopper = fc.constantFrom(...SHOPPERS)
const anyInvite = fc.constantFrom(...INVITES)
const anyTime = fc.option(fc.nat(3))
const anyWord = fc.constantFrom('one', 'two')

const anyBody: fc.Arbitrary<StaffBody> = fc.oneof(
  fc.tuple(anyShopper, fc.nat(9)).map(([number, ms]) => conversation(number, ms)),
  fc.tuple(anyShopper, anyWord).map(([number, text]) => note(number, text)),
  fc.tuple(anyShopper, anyWord).map(([number, name]) => labels(number, name)),
  fc.tuple(anyShopper, fc.boolean()).map(([number, blocked]) => block(number, blocked)),
  anyShopper.map(erase),
  fc.tuple(anyShopper, fc.nat(9)).map(([number, at]): StaffBody => {
    return { kind: 'staff-read', shopper: shopper(number), entry: entryId(at) }
  }),
  fc.tuple(anyShopper, anyTime).map(([number, untilMs]): StaffBody => {
    return { kind: 'staff-status', shopper: shopper(number), status: 'snoozed', untilMs }
  }),
  fc.tuple(anyInvite, anyTime).map(([number, expiresAtMs]) => {
    return invite({ inviteId: inviteId(number), expiresAtMs })
  }),
  fc
    .tuple(anyInvite, anyTime, fc.integer({ min: 1, max: 2 }))
    .map(([number, expiresAtMs, uses]) => {
      return invite({ inviteId: inviteId(number), invite: 'room', expiresAtMs, maxUses: uses })
    }),
  anyInvite.map(revoked),
  fc.tuple(anyInvite, anyShopper).map(([number, by]) => used(number, by)),
  fc.tuple(anyWord, fc.option(anyWord)).map(([name, text]): StaffBody => {
    return { kind: 'staff-canned-reply', name, text }
  }),
  fc
    .tuple(fc.constantFrom(INTAKE_SETTING, 'other'), fc.option(fc.constantFrom(INTAKE_CLOSED, 'x')))
    .map(([name, value]) => setting(name, value)),
  fc.uint8Array({ minLength: 2, maxLength: 2, max: 3 }).map((profile): StaffBody => {
    return { kind: 'staff-profile', profile }
  }),
)

/** Entries of two devices, many at the same Lamport time, and another order of their arrival, with repeats. */
const anyArrival = fc
  .array(fc.tuple(anyBody, fc.nat(1), fc.integer({ min: 1, max: 6 })), { maxLength: 25 })
  .map((all) => all.map(([body, by, lamport], number) => staffEntry(number, body, { by, lamport })))
  .chain((log) => {
    const twice = [...log, ...log]
    const arrival = fc.shuffledSubarray(twice, {
      minLength: twice.length,
      maxLength: twice.length,
    })
    return fc.record({ log: fc.constant(log), arrival })
  })

/** All that a session could ask, comparable. */
function pictureOf(state: StaffState): unknown {
  return {
    shoppers: SHOPPERS.map((number) => state.shopper(shopper(number))),
    conversations: new Set(state.conversations()),
    invites: state.invites(),
    cannedReplies: state.cannedReplies(),
    settings: [state.setting(INTAKE_SETTING), state.setting('other')],
    profile: state.profile(),
    judged: INVITES.flatMap((number) =>
      SHOPPERS.flatMap((by) =>
        [0, 2, 4].map((nowMs) => judgeInvite(state, inviteId(number), shopper(by), nowMs)),
      ),
    ),
  }
}

function inLogOrder(log: readonly PlacedEntry[]): PlacedEntry[] {
  return [...log].sort(compareEntries)
}

describe('the state of the staff', () => {
  it('[SF1] is that of log order, however the entries of two devices come, whatever was asked meanwhile', () => {
    fc.assert(
      fc.property(anyArrival, ({ log, arrival }) => {
        const state = stateOf([])
        for (const entry of arrival) {
          state.add(entry)
          pictureOf(state)
        }
        expect(pictureOf(state)).toEqual(pictureOf(stateOf(inLogOrder(log))))
      }),
      { numRuns: process.env.HAMSA_LONG === '1' ? 10_000 : 500 },
    )
  })

  it('[SF31] [SF34] [SF36] never has more holders than uses, and lets nobody else into a personal invite', () => {
    fc.assert(
      fc.property(anyArrival, ({ arrival }) => {
        const state = stateOf(arrival)
        for (const { invite: own, holders, revoked: isRevoked } of state.invites()) {
          if (own.maxUses !== null) expect(holders.length).toBeLessThanOrEqual(own.maxUses)
          const open = SHOPPERS.map(shopper).filter(
            (key) => judgeInvite(state, own.inviteId, key, 0) === 'open',
          )
          if (isRevoked) expect(open).toEqual([])
          else if (holders.length === own.maxUses) expect(new Set(open)).toEqual(new Set(holders))
        }
      }),
      { numRuns: 500 },
    )
  })
})
