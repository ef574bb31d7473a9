import { describe, expect, it } from 'vitest'
import type { StaffBody } from '../../client/conversation/body.ts'
import {
  block,
  conversation,
  device,
  entryId,
  erase,
  invite,
  labels,
  note,
  setting,
  shopper,
  staffEntry,
  stateAfter,
  stateOf,
  used,
} from './staff-world.ts'

const read = (number: number): StaffBody => ({
  kind: 'staff-read',
  shopper: shopper(0),
  entry: entryId(number),
})
const snooze: StaffBody = {
  kind: 'staff-status',
  shopper: shopper(0),
  status: 'snoozed',
  untilMs: 5,
}
const canned = (name: string, text: string | null): StaffBody => ({
  kind: 'staff-canned-reply',
  name,
  text,
})
const profile = (...bytes: readonly number[]): StaffBody => ({
  kind: 'staff-profile',
  profile: Uint8Array.from(bytes),
})

describe('a shopper', () => {
  it('[SF10] is nobody until something is said of them, and then open, without label or block', () => {
    expect(stateAfter().shopper(shopper(0))).toBeNull()
    expect(stateAfter(conversation(0)).shopper(shopper(0))).toEqual({
      shopper: shopper(0),
      conversation: conversation(0),
      notes: [],
      labels: [],
      status: 'open',
      untilMs: null,
      readMarks: [],
      blocked: false,
    })
  })

  it('[SF10] has the last labels, status and block, and all notes', () => {
    const state = stateAfter(
      labels(0, 'vip', 'late'),
      note(0, 'first'),
      snooze,
      block(0),
      labels(0, 'late'),
      note(0, 'second'),
      labels(1, 'other'),
    )
    expect(state.shopper(shopper(0))).toMatchObject({
      labels: ['late'],
      status: 'snoozed',
      untilMs: 5,
      blocked: true,
      notes: [
        { entry: entryId(1), author: device(0), text: 'first' },
        { entry: entryId(5), author: device(0), text: 'second' },
      ],
    })
    expect(stateAfter(block(0), block(0, false)).shopper(shopper(0))?.blocked).toBe(false)
  })

  it('[SF11] has one conversation, the first', () => {
    const state = stateAfter(conversation(0, 1), conversation(0, 2), note(1, 'no conversation'))
    expect(state.shopper(shopper(0))?.conversation?.createdMs).toBe(1)
    expect(state.conversations().map((one) => one.shopper)).toEqual([shopper(0)])
  })

  it('[SF12] keeps one read mark of each device', () => {
    const state = stateOf([
      staffEntry(0, read(70), { by: 0 }),
      staffEntry(1, read(71), { by: 0 }),
      staffEntry(2, read(50), { by: 1 }),
    ])
    expect(state.shopper(shopper(0))?.readMarks).toEqual([entryId(71), entryId(50)])
  })
})

describe('an erasure', () => {
  const everything = [conversation(0), note(0, 'x'), labels(0, 'x'), snooze, read(1)]
  const nothing = {
    conversation: null,
    notes: [],
    labels: [],
    status: 'open',
    untilMs: null,
    readMarks: [],
  }

  it('[SF13] takes away all that is known of a shopper, and of no other', () => {
    const state = stateAfter(...everything, conversation(1), erase(0))
    expect(state.shopper(shopper(0))).toMatchObject(nothing)
    expect(state.conversations().map((one) => one.shopper)).toEqual([shopper(1)])
  })

  it('[SF13] takes away what a device adds that has not seen it', () => {
    const late = everything.slice(1)
    expect(stateAfter(conversation(0), erase(0), ...late).shopper(shopper(0))).toMatchObject(
      nothing,
    )
  })

  it('[SF13] lets a later conversation begin anew', () => {
    const state = stateAfter(
      ...everything,
      erase(0),
      note(0, 'lost'),
      conversation(0, 9),
      conversation(0, 10),
      note(0, 'new'),
    )
    expect(state.shopper(shopper(0))).toMatchObject({
      ...nothing,
      conversation: { createdMs: 9 },
      notes: [{ text: 'new' }],
    })
  })

  it('[SF14] leaves the block and the use of invites', () => {
    const state = stateAfter(invite(), block(0), used(1, 0), conversation(0), erase(0))
    expect(state.shopper(shopper(0))?.blocked).toBe(true)
    expect(state.invites().map(({ holders }) => holders)).toEqual([[shopper(0)]])
  })
})

describe('the desk', () => {
  it('[SF20] has the last canned reply of each name', () => {
    const state = stateAfter(
      canned('thanks', 'Thank you'),
      canned('hello', 'Hello'),
      canned('bye', 'Bye'),
      canned('hello', 'Welcome'),
      canned('bye', null),
    )
    expect(state.cannedReplies()).toEqual([
      { name: 'hello', text: 'Welcome' },
      { name: 'thanks', text: 'Thank you' },
    ])
  })

  it('[SF20] has the last setting of each name', () => {
    const state = stateAfter(setting('a', '1'), setting('b', '2'), setting('a', '3'))
    expect([state.setting('a'), state.setting('b'), state.setting('c')]).toEqual(['3', '2', null])
    expect(stateAfter(setting('a', '1'), setting('a', null)).setting('a')).toBeNull()
  })

  it('[SF21] has the profile with the highest number, and of equal ones the last', () => {
    const state = stateAfter(profile(1, 1), profile(2, 1), profile(2, 2), profile(1, 9), profile(0))
    expect(state.profile()).toEqual(Uint8Array.of(2, 2))
    expect(stateAfter(profile(0)).profile()).toBeNull()
  })

  it('[SF2] does not mind what is no body of the staff log', () => {
    const state = stateOf([
      staffEntry(0, { kind: 'text', text: 'x' }),
      staffEntry(1, { kind: 'unknown', code: 99 }),
      staffEntry(2, { kind: 'deleted', code: 65 }),
      staffEntry(3, conversation(0)),
    ])
    expect(state.conversations()).toHaveLength(1)
  })
})

describe('a shopper of whom more is said', () => {
  it('[SF1] is another object then, and the same one until then', () => {
    const state = stateAfter(conversation(0), conversation(1))
    const before = [state.shopper(shopper(0)), state.shopper(shopper(1))]
    state.add(staffEntry(2, note(0, 'x')))
    expect(state.shopper(shopper(0))?.notes).toHaveLength(1)
    expect(before[0]?.notes).toHaveLength(0)
    expect(state.shopper(shopper(1))).toBe(before[1])
  })
})
