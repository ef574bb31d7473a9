import type { ByteReader, ByteWriter } from '@hamsa/crypto'

/*
 * count 1 ‖ each: first day 2, last day 2 (days since 1970-01-01)
 * ‖ spans: count 1, each: opens, minute of the day 2 ‖ lasts, minutes 2
 */

/** A year's feasts, sales and one Ramadan. */
export const MAX_SPECIAL_DAYS = 16
const MAX_SPANS_A_DAY = 4
const MINUTES_PER_DAY = 24 * 60
const DAY_MS = MINUTES_PER_DAY * 60 * 1000
const MAX_DAY = 2 ** 16 - 1

/** One stretch of being open on a special day; may run past midnight. */
export type DaySpan = {
  /** Minutes since 00:00 in the shop's zone, 0 to 1,439. */
  readonly opensAtMinute: number
  /** 1 to 1,440. */
  readonly lastsMinutes: number
}

/** Days on which the weekly hours do not hold: a feast, or all of Ramadan. */
export type SpecialDays = {
  /** `YYYY-MM-DD` in the shop's zone, from 1970 to 2149-06-06. */
  readonly firstDay: string
  /** The last of them; the first one again when it is a single day. */
  readonly lastDay: string
  /** The same on each of the days, in order of opening; none means closed. */
  readonly spans: readonly DaySpan[]
}

/** Whether these can be written and will be read: at most 16, in order of time, none within another. */
export function areSpecialDays(all: readonly SpecialDays[]): boolean {
  let earliest = 0
  for (const { firstDay, lastDay, spans } of all) {
    const first = dayNumber(firstDay)
    const last = dayNumber(lastDay)
    if (first === null || last === null || first < earliest || last < first) return false
    if (!areDaySpans(spans)) return false
    earliest = last + 1
  }
  return all.length <= MAX_SPECIAL_DAYS
}

export function writeSpecialDays(writer: ByteWriter, all: readonly SpecialDays[]): void {
  writer.uint(all.length, 1)
  for (const { firstDay, lastDay, spans } of all) {
    writer.uint(dayNumber(firstDay) ?? 0, 2).uint(dayNumber(lastDay) ?? 0, 2)
    writer.uint(spans.length, 1)
    for (const span of spans) writer.uint(span.opensAtMinute, 2).uint(span.lastsMinutes, 2)
  }
}

/** Fails the reader when they are none. */
export function readSpecialDays(reader: ByteReader): readonly SpecialDays[] {
  const count = Math.min(reader.uint(1), MAX_SPECIAL_DAYS + 1)
  const all = Array.from({ length: count }, () => {
    const firstDay = dayText(reader.uint(2))
    const lastDay = dayText(reader.uint(2))
    const spanCount = Math.min(reader.uint(1), MAX_SPANS_A_DAY + 1)
    const spans = Array.from({ length: spanCount }, () => ({
      opensAtMinute: reader.uint(2),
      lastsMinutes: reader.uint(2),
    }))
    return { firstDay, lastDay, spans }
  })
  if (!areSpecialDays(all)) reader.fail()
  return all
}

function areDaySpans(spans: readonly DaySpan[]): boolean {
  let earliest = 0
  for (const { opensAtMinute, lastsMinutes } of spans) {
    if (opensAtMinute < earliest || opensAtMinute >= MINUTES_PER_DAY) return false
    if (lastsMinutes < 1 || lastsMinutes > MINUTES_PER_DAY) return false
    earliest = opensAtMinute + 1
  }
  return spans.length <= MAX_SPANS_A_DAY
}

/** Days since 1970-01-01, or `null` for what is no day of the calendar or does not fit two bytes. */
function dayNumber(text: string): number | null {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return null
  const day = Date.parse(`${text}T00:00:00Z`) / DAY_MS
  return day >= 0 && day <= MAX_DAY && dayText(day) === text ? day : null
}

function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}
