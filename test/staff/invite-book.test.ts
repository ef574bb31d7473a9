import { describe, expect, it } from 'vitest'
import type { StaffBody } from '../../client/conversation/body.ts'
import {
  INTAKE_CLOSED,
  INTAKE_SETTING,
  judgeInvite,
  type InviteJudgement,
} from '../../client/staff/invite-book.ts'
import type { StaffState } from '../../client/staff/staff-state.ts'
import {
  block,
  conversation,
  erase,
  invite,
  inviteId,
  revoked,
  setting,
  shopper,
  staffEntry,
  stateAfter,
  stateOf,
  used,
} from './staff-world.ts'

const NOW_MS = 1_000

/** What invite 1 is to shopper `number`. */
function judged(state: StaffState, number: number, nowMs = NOW_MS): InviteJudgement {
  return judgeInvite(state, inviteId(1), shopper(number), nowMs)
}

const closeDoor = setting(INTAKE_SETTING, INTAKE_CLOSED)
const openDoor = setting(INTAKE_SETTING, null)

describe('an invite of any kind', () => {
  it('[SF33] that the shop has not made is foreign, used or revoked or not', () => {
    const other = invite({ inviteId: inviteId(2) })
    expect(judged(stateAfter(other), 0)).toBe('foreign')
    expect(judged(stateAfter(other, used(1, 0)), 0)).toBe('foreign')
    expect(judged(stateAfter(other, revoked(1)), 0)).toBe('foreign')
  })

  it.each(['shop', 'personal', 'room'] as const)(
    '[SF34] is over for everybody once revoked: %s',
    (kind) => {
      const own = invite({ invite: kind })
      expect(judged(stateAfter(own), 0)).toBe('open')
      for (const state of [
        stateAfter(own, used(1, 0), revoked(1)),
        stateAfter(own, revoked(1), used(1, 0)),
        stateAfter(revoked(1), used(1, 0), own),
        stateAfter(own, used(1, 0), revoked(1), own),
      ]) {
        expect([judged(state, 0), judged(state, 1)]).toEqual(['revoked', 'revoked'])
      }
    },
  )

  it('[SF30] is what its first entry says', () => {
    const state = stateAfter(
      invite({ expiresAtMs: NOW_MS }),
      invite({ expiresAtMs: null, invite: 'shop', maxUses: null }),
    )
    expect(judged(state, 0)).toBe('expired')
    expect(state.invites()).toHaveLength(1)
  })

  it('[SF38] is not judged by a block', () => {
    expect(judged(stateAfter(invite(), block(0)), 0)).toBe('open')
  })
})

describe('a personal invite', () => {
  it('[SF31] [SF36] is for the first who uses it', () => {
    const state = stateAfter(invite(), used(1, 0))
    expect([judged(state, 0), judged(state, 1)]).toEqual(['open', 'used-up'])
  })

  it('[SF31] that two devices gave away is held by the first in log order, however they arrive', () => {
    const told = staffEntry(0, invite())
    const early = staffEntry(1, used(1, 2), { by: 1, lamport: 5 })
    const late = staffEntry(2, used(1, 3), { by: 0, lamport: 6 })
    for (const state of [stateOf([told, early, late]), stateOf([late, early, told])]) {
      expect([judged(state, 2), judged(state, 3)]).toEqual(['open', 'used-up'])
    }
    // Until the earlier one is here, the later one stands.
    expect(judged(stateOf([told, late]), 3)).toBe('open')
  })

  it('[SF36] expires at its time, for whoever does not hold it', () => {
    const state = stateAfter(invite({ expiresAtMs: NOW_MS }))
    expect([judged(state, 0, NOW_MS - 1), judged(state, 0, NOW_MS)]).toEqual(['open', 'expired'])
  })

  it('[SF35] lets its holder return after its expiry', () => {
    const state = stateAfter(invite({ expiresAtMs: NOW_MS }), used(1, 0))
    expect(judged(state, 0, NOW_MS + 1)).toBe('open')
  })

  it('[SF36] says that somebody else has used it, rather than that it has expired', () => {
    const state = stateAfter(invite({ expiresAtMs: NOW_MS }), used(1, 0))
    expect(judged(state, 1, NOW_MS + 1)).toBe('used-up')
  })

  it('[SF14] [SF35] stays its holder’s when the shopper is erased', () => {
    const state = stateAfter(invite(), used(1, 0), conversation(0), erase(0))
    expect([judged(state, 0), judged(state, 1)]).toEqual(['open', 'used-up'])
  })
})

describe('a room invite', () => {
  const own = invite({ invite: 'room', maxUses: 2, expiresAtMs: NOW_MS })

  it('[SF31] [SF35] [SF36] is for as many shoppers as it has uses', () => {
    const one = stateAfter(own, used(1, 0))
    expect(judged(one, 1, 0)).toBe('open')
    const full = stateAfter(own, used(1, 0), used(1, 1), used(1, 2))
    expect([0, 1, 2, 3].map((number) => judged(full, number, 0))).toEqual([
      'open',
      'open',
      'used-up',
      'used-up',
    ])
  })

  it('[SF31] counts a shopper once', () => {
    const state = stateAfter(own, used(1, 0), used(1, 0), used(1, 0))
    expect(judged(state, 1, 0)).toBe('open')
    expect(state.invite(inviteId(1))?.holders).toEqual([shopper(0)])
  })

  it('[SF35] [SF36] expires for newcomers only', () => {
    const state = stateAfter(own, used(1, 0))
    expect([judged(state, 0), judged(state, 1)]).toEqual(['open', 'expired'])
  })
})

describe('the public invite', () => {
  it('[SF31] is never used up', () => {
    const uses = Array.from({ length: 50 }, (_, index): StaffBody => used(1, index % 4))
    const state = stateAfter(invite({ invite: 'shop' }), ...uses)
    expect(judged(state, 3, Number.MAX_SAFE_INTEGER)).toBe('open')
  })
})

describe('a closed door', () => {
  it('[SF37] turns newcomers away, until it opens', () => {
    const own = invite({ invite: 'shop' })
    expect(judged(stateAfter(own, closeDoor), 0)).toBe('closed')
    expect(judged(stateAfter(own, closeDoor, openDoor), 0)).toBe('open')
    expect(judged(stateAfter(own, setting(INTAKE_SETTING, 'anything')), 0)).toBe('open')
  })

  it('[SF37] lets in whom the shop knows, and who holds the invite', () => {
    const own = invite({ invite: 'shop' })
    expect(judged(stateAfter(own, closeDoor, conversation(0)), 0)).toBe('open')
    expect(judged(stateAfter(own, closeDoor, used(1, 0)), 0)).toBe('open')
    expect(judged(stateAfter(own, closeDoor, conversation(0), erase(0)), 0)).toBe('closed')
  })

  it('[SF36] [SF37] hides no better reason', () => {
    expect(judged(stateAfter(invite({ expiresAtMs: 1 }), closeDoor), 0)).toBe('expired')
    expect(judged(stateAfter(invite(), used(1, 0), closeDoor), 1)).toBe('used-up')
    expect(judged(stateAfter(invite(), revoked(1), closeDoor), 1)).toBe('revoked')
  })
})
