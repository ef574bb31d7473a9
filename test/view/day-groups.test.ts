import { describe, expect, it } from 'vitest'
import { groupByDay } from '../../client/view/day-groups.ts'
import { fingerprint, keyBytes } from '../../client/view/key-bytes.ts'
import { pseudonym, pseudonyms } from '../../client/desk/pseudonym.ts'
import { loadLanguage, setLanguage } from '../../client/view/i18n.ts'
import { message, NOON_MS } from './fixtures/threads.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

describe('days and runs of a thread', () => {
  it('cuts at days and keeps the order of the log', () => {
    const days = groupByDay([
      message('a', { wallTimeMs: NOON_MS - DAY_MS }),
      message('b', { wallTimeMs: NOON_MS }),
      message('c', { wallTimeMs: NOON_MS - MINUTE_MS }),
    ])
    expect(days.map((day) => day.messages.map((placed) => placed.message.text))).toEqual([
      ['a'],
      ['b', 'c'],
    ])
  })

  it('a doubtful time opens no day', () => {
    const days = groupByDay([
      message('a'),
      message('b', { wallTimeMs: NOON_MS + 400 * DAY_MS, timeDoubtful: true }),
      message('c'),
    ])
    expect(days).toHaveLength(1)
  })

  it('messages of one author within five minutes are one run; states that differ are told', () => {
    const [day] = groupByDay([
      message('a', { mine: true, state: 'seen' }),
      message('b', { mine: true, state: 'delivered', wallTimeMs: NOON_MS + MINUTE_MS }),
      message('c', { mine: true, state: 'delivered', wallTimeMs: NOON_MS + 2 * MINUTE_MS }),
      message('d', { wallTimeMs: NOON_MS + 3 * MINUTE_MS }),
    ])
    expect(day?.messages.map(({ first, last, tells }) => [first, last, tells])).toEqual([
      [true, false, true],
      [false, false, false],
      [false, true, true],
      [true, true, true],
    ])
  })

  it('times that no calendar has do not break a thread', () => {
    expect(
      groupByDay([message('a', { wallTimeMs: Number.NaN }), message('b', { wallTimeMs: 9e15 })]),
    ).not.toEqual([])
  })
})

describe('names and prints of keys', () => {
  it('the same key has the same name, and the words mean the same in both languages', async () => {
    await loadLanguage('en')
    setLanguage('en')
    expect(pseudonym('AAEC').replace(/[\u2068\u2069]/g, '')).toBe('Calm Lantern')
    setLanguage('ar')
    expect(pseudonym('AAEC').replace(/[\u2068\u2069]/g, '')).toBe('فانوس هادئ')
  })

  it('two shoppers of one name are told apart by the start of their keys', () => {
    const names = [...pseudonyms(['AAAA', 'AAAB', 'BBBB']).values()]
    expect(new Set(names).size).toBe(3)
    expect(names.map((name) => name.includes('·'))).toEqual([true, true, false])
  })

  it('a fingerprint is sixteen digits in fours; what is no key draws as zeros', () => {
    expect(fingerprint('_-8AAQIDBAUGBwg')).toBe('FFEF 0001 0203 0405')
    expect(keyBytes('not base64!')).toEqual(new Uint8Array(32))
  })
})
