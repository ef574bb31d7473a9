import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isChatSnapshot } from '../../client/session/chat-shape.ts'
import { isDeskSnapshot } from '../../client/session/desk-shape.ts'
import type { DeskSnapshot } from '../../client/session/snapshots.ts'
import { Mirror } from '../../client/tabs/mirror.ts'
import { patchOf } from '../../client/tabs/patch.ts'
import { hear, wrap, type TabMessage } from '../../client/tabs/tab-message.ts'

const act = { id: 1, name: 'say', args: ['text', null], again: false }
const MESSAGES: readonly TabMessage[] = [
  { type: 'join', from: 'a', slots: [act] },
  { type: 'leave', from: 'a' },
  { type: 'ping', from: 'a' },
  { type: 'act', from: 'a', term: 3, act },
  { type: 'lead', from: 'b', term: 3 },
  { type: 'pong', from: 'b', to: 'a' },
  { type: 'whole', from: 'b', to: 'a', term: 3, version: 1, snapshot: { type: 'loading' } },
  { type: 'change', from: 'b', to: 'a', term: 3, version: 2, patch: { type: 'put', value: 1 } },
  { type: 'done', from: 'b', to: 'a', term: 3, id: 1, failed: false, answer: null },
]

const OPEN: Extract<DeskSnapshot, { readonly type: 'open' }> = {
  type: 'open',
  shopName: 'Yasmin',
  inviteUrl: 'https://shop.example/c#1.x',
  inviteIsLocal: false,
  connection: { type: 'ready' },
  conversations: [],
  thread: {
    conversation: 'c',
    messages: [],
    connection: { type: 'away' },
    storageFailed: false,
    unstored: 0,
    damaged: 0,
    twoHistories: false,
    isOtherWriting: false,
    safetyNumber: null,
  },
  recoverySaved: false,
  durability: 'unknown',
  hasPasscode: false,
  invites: [],
  inviteFailed: false,
  disclosure: { seen: true, typing: true, stored: true },
}

describe('a message between tabs', () => {
  it('[TB2] is heard as it was said', () => {
    for (const message of MESSAGES) {
      const heard = hear('build', structuredClone(wrap('build', message)))
      expect(heard).toEqual({ type: 'message', message })
    }
  })

  it('[TB2] with a field more, less or of another type is none; nothing throws, whatever it is', () => {
    for (const message of MESSAGES) {
      for (const name of Object.keys(message)) {
        const without = Object.fromEntries(
          Object.entries(message).filter(([other]) => other !== name),
        )
        expect(hear('build', { build: 'build', message: without })).toBeNull()
        const wrong = { ...message, [name]: undefined }
        expect(hear('build', { build: 'build', message: wrong })).toBeNull()
      }
      expect(hear('build', { build: 'build', message: { ...message, more: 1 } })).toBeNull()
    }
    const types = fc.constantFrom(...MESSAGES.map(({ type }) => type), 'other')
    const shaped = fc
      .tuple(types, fc.dictionary(fc.string(), fc.anything()))
      .map(([type, fields]) => ({ ...fields, type }))
    const anything = fc.oneof(fc.anything(), shaped)
    fc.assert(
      fc.property(anything, fc.oneof(fc.constant('build'), fc.anything()), (message, build) => {
        hear('build', message)
        hear('build', { build, message })
      }),
      { numRuns: 2_000 },
    )
  })

  it('[TB10] of another build says only whether it leads or asks', () => {
    const partOf = (message: TabMessage): string | null => {
      const heard = hear('build', wrap('another', message))
      expect(heard?.type).not.toBe('message')
      return heard?.type === 'foreign' ? heard.part : null
    }
    expect(MESSAGES.map(partOf)).toEqual([
      'follower',
      null,
      'follower',
      null,
      'leader',
      'leader',
      'leader',
      'leader',
      'leader',
    ])
  })
})

describe('a snapshot from another tab', () => {
  it('[TB21] is taken as the leading tab has it, and in no other form', () => {
    expect(isDeskSnapshot(structuredClone(OPEN))).toBe(true)
    for (const name of Object.keys(OPEN)) {
      expect(isDeskSnapshot({ ...OPEN, [name]: undefined })).toBe(false)
    }
    expect(isDeskSnapshot({ ...OPEN, more: 1 })).toBe(false)
    expect(isDeskSnapshot({ ...OPEN, connection: { type: 'teleported' } })).toBe(false)
    fc.assert(
      fc.property(fc.anything(), (value) => {
        isDeskSnapshot(value)
        isChatSnapshot(value)
        isDeskSnapshot({ ...OPEN, thread: value, conversations: value })
      }),
      { numRuns: 1_000 },
    )
  })

  it('[TB21] [TB31] is the leader’s after any history of changes; one that does not fit is told', () => {
    const states = ['storing', 'waiting', 'sending', 'delivered'] as const
    const message = fc.record({
      key: fc.string(),
      mine: fc.boolean(),
      text: fc.string(),
      wallTimeMs: fc.nat(),
      timeDoubtful: fc.boolean(),
      state: fc.option(fc.constantFrom(...states)),
    })
    const desk = fc
      .tuple(fc.array(message), fc.string(), fc.boolean())
      .map(([messages, shopName, isShown]): DeskSnapshot => ({
        ...OPEN,
        shopName,
        thread: isShown && OPEN.thread !== null ? { ...OPEN.thread, messages } : null,
      }))
    const other = fc.constant<DeskSnapshot>({ type: 'loading' })
    fc.assert(
      fc.property(fc.array(fc.oneof({ arbitrary: desk, weight: 5 }, other)), (history) => {
        const whole = { from: 'b', term: 1, version: 1, snapshot: OPEN }
        const mirror = Mirror.of<DeskSnapshot>(isDeskSnapshot, structuredClone(whole))
        let last: DeskSnapshot = OPEN
        let version = 1
        for (const snapshot of history) {
          const patch = patchOf(last, snapshot)
          last = snapshot
          if (patch !== null) {
            expect(mirror?.change(version + 2, structuredClone(patch))).toBe(false)
            expect(mirror?.change(++version, structuredClone(patch))).toBe(true)
          }
          expect(mirror?.snapshot).toEqual(snapshot)
        }
        expect(mirror?.change(version + 1, { type: 'put', value: { type: 'nothing' } })).toBe(false)
        expect(mirror?.snapshot).toEqual(last)
      }),
      { numRuns: 300 },
    )
  })
})
