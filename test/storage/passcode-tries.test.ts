import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addTry,
  encodeTries,
  NO_TRIES,
  parseTries,
  retryAtOf,
  settleTries,
} from '../../client/storage/passcode-tries.ts'

const times = fc.integer({ min: 0, max: 2 ** 47 })
const tries = fc.record({ count: fc.integer({ min: 0, max: 2 ** 32 - 1 }), sinceMs: times })

describe('wrong tries', () => {
  it('[ST53] come back as they were stored, and what cannot be read counts as none', () => {
    fc.assert(
      fc.property(tries, (one) => {
        expect(parseTries(encodeTries(one))).toEqual(one)
      }),
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 14 }), (bytes) => {
        const parsed = parseTries(bytes)
        if (parsed !== NO_TRIES) expect(encodeTries(parsed)).toEqual(bytes)
      }),
    )
    for (const value of [undefined, null, 'text', 3, {}]) expect(parseTries(value)).toBe(NO_TRIES)
  })

  it('[ST54] never let the next try through before the whole wait has passed by the clock, whatever it did before', () => {
    fc.assert(
      fc.property(
        tries,
        fc.array(times, { maxLength: 10 }),
        fc.nat(10_000_000),
        (one, seen, ms) => {
          const waitMs = retryAtOf(one) - one.sinceMs
          let settled = one
          let lowest = one.sinceMs
          for (const nowMs of seen) {
            settled = settleTries(settled, nowMs)
            lowest = Math.min(lowest, nowMs)
          }
          const isEarly = lowest + ms < retryAtOf(settled)
          expect(isEarly).toBe(ms < waitMs)
        },
      ),
    )
  })

  it('[ST53] wait at most 15 minutes, however many there were', () => {
    fc.assert(
      fc.property(tries, times, (one, nowMs) => {
        const more = addTry(one, nowMs)
        expect(more.count).toBeGreaterThanOrEqual(one.count)
        expect(encodeTries(more)).toHaveLength(11)
        expect(retryAtOf(more) - nowMs).toBeLessThanOrEqual(900_000)
      }),
    )
  })
})
