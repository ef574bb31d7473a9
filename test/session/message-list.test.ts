import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { strip } from '../../client/conversation/entry.ts'
import { parseEntryId } from '../../client/conversation/ids.ts'
import { KIND } from '../../client/conversation/kind.ts'
import { LogEntry } from '../../client/conversation/log-entry.ts'
import type { Entry, LogSnapshot } from '../../client/conversation/log.ts'
import { DrawnMessages, type MessageListInput } from '../../client/session/message-list.ts'
import { Receipts } from '../../client/session/receipts.ts'
import { makeSpeaker, makeEntry } from '../storage/entry-fixtures.ts'

const NOW_MS = 1_790_000_000_000
const MINUTE_MS = 60_000
const speakers = [makeSpeaker(), makeSpeaker()] as const

/** Each place in the log has one entry, of either side, some of them no text and some by a wrong clock. */
const ENTRIES: readonly Entry[] = Array.from({ length: 40 }, (_, place) => {
  const id = parseEntryId(new Uint8Array(32).fill(place + 1))
  if (id === null) throw new Error('32 bytes')
  const body = new TextEncoder().encode(`\u0001message ${place}`)
  const fields = {
    id,
    sequence: place,
    kind: place % 7 === 3 ? KIND.reaction : KIND.text,
    wallTimeMs: NOW_MS + (place - 40) * MINUTE_MS + (place % 11 === 5 ? 55 * MINUTE_MS : 0),
    content: { type: 'whole' as const, salt: new Uint8Array(16), body },
  }
  return new LogEntry(makeEntry(speakers[place % 2 === 0 ? 0 : 1], fields), 'conversation')
})

/** The same, deleted. */
const STRIPPED = ENTRIES.map((entry) => new LogEntry(strip(entry), 'conversation'))

function snapshotOf(entries: readonly Entry[]): LogSnapshot {
  return { entries, heads: [], equivocators: [], damaged: 0, unstored: 0 }
}

const draws = fc.array(
  fc.record({
    /** Which entries are there: a few are missing in the middle, as when they come late. */
    length: fc.nat(ENTRIES.length),
    missing: fc.array(fc.nat(ENTRIES.length - 1), { maxLength: 2 }),
    deleted: fc.nat(ENTRIES.length),
    linkOpen: fc.boolean(),
    covered: fc.nat(ENTRIES.length),
    seen: fc.nat(ENTRIES.length),
    named: fc.nat(3),
    nowMs: fc.constantFrom(NOW_MS, NOW_MS - 20 * MINUTE_MS),
  }),
  { minLength: 1, maxLength: 12 },
)

describe('messages drawn again and again', () => {
  it('are what one drawing of the last state would be, whatever was drawn before', () => {
    fc.assert(
      fc.property(draws, (steps) => {
        const drawn = new DrawnMessages()
        const keys = new Map<string, string>()
        let receipts = new Receipts()
        const forms = [...ENTRIES]
        for (const { length, missing, deleted, linkOpen, covered, seen, named, nowMs } of steps) {
          forms.splice(deleted, 1, ...STRIPPED.slice(deleted, deleted + 1))
          const entries = forms.slice(0, length).filter((_, place) => !missing.includes(place))
          for (const { key } of ENTRIES.slice(0, named)) keys.set(key, `pending-${key}`)
          const head = ENTRIES[covered]
          if (head !== undefined) receipts = receipts.merged([head])
          const input: MessageListInput = {
            ...{ log: snapshotOf(entries), self: (author) => author === speakers[0].author },
            ...{ receipts, seen: ENTRIES[seen] ?? null, linkOpen, nowMs, keys },
          }
          expect(drawn.draw(input)).toEqual(new DrawnMessages().draw(input))
        }
      }),
      { numRuns: 300 },
    )
  })

  it('are the same objects as long as they say the same', () => {
    const drawn = new DrawnMessages()
    const input = {
      ...{ self: () => false, receipts: new Receipts(), seen: null, linkOpen: true, nowMs: NOW_MS },
      keys: new Map<string, string>(),
    }
    const before = drawn.draw({ ...input, log: snapshotOf(ENTRIES.slice(1, 20)) })
    const after = drawn.draw({ ...input, log: snapshotOf(ENTRIES.slice(0, 30)) })
    expect(after.slice(1, before.length + 1).every((one, index) => one === before[index])).toBe(
      true,
    )
    expect(after.length).toBeGreaterThan(before.length)
  })
})
