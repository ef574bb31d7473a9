import type { ByteReader, ByteWriter } from '@hamsa/crypto'

/* zone (length 1) ‖ count 1 ‖ each: opens, minute of the week 2 ‖ lasts, minutes 2 */

/** Two a day; who opens more often writes it into the profile. */
export const MAX_OPEN_SPANS = 14
const MINUTES_PER_WEEK = 7 * 24 * 60
const MAX_ZONE_BYTES = 32
/** Name of a zone in the IANA database; whether this browser knows it, the view finds out. */
const ZONE = /^[A-Za-z][A-Za-z0-9_+/-]*$/

/** One stretch of being open; may run past midnight and past the week's end. */
export type OpenSpan = {
  /** Minutes since Monday 00:00 in the shop's zone, 0 to 10,079. */
  readonly opensAtMinute: number
  /** 1 to 10,080. */
  readonly lastsMinutes: number
}

export type WeeklyHours = {
  /** IANA name, such as `Africa/Cairo`. */
  readonly zone: string
  /** In order of opening; none means never open. */
  readonly spans: readonly OpenSpan[]
}

/** Whether these hours can be written and will be read. */
export function areWeeklyHours({ zone, spans }: WeeklyHours): boolean {
  if (zone.length > MAX_ZONE_BYTES || !ZONE.test(zone) || spans.length > MAX_OPEN_SPANS)
    return false
  let earliest = 0
  for (const { opensAtMinute, lastsMinutes } of spans) {
    if (opensAtMinute < earliest || opensAtMinute >= MINUTES_PER_WEEK) return false
    if (lastsMinutes < 1 || lastsMinutes > MINUTES_PER_WEEK) return false
    earliest = opensAtMinute + 1
  }
  return true
}

export function writeWeeklyHours(writer: ByteWriter, { zone, spans }: WeeklyHours): void {
  writer.text(zone, 1).uint(spans.length, 1)
  for (const span of spans) writer.uint(span.opensAtMinute, 2).uint(span.lastsMinutes, 2)
}

/** The hours next in line; fails the reader when they are none. */
export function readWeeklyHours(reader: ByteReader): WeeklyHours {
  const zone = reader.text(1, MAX_ZONE_BYTES)
  const count = Math.min(reader.uint(1), MAX_OPEN_SPANS + 1)
  const spans = Array.from({ length: count }, () => ({
    opensAtMinute: reader.uint(2),
    lastsMinutes: reader.uint(2),
  }))
  const hours = { zone, spans }
  if (!areWeeklyHours(hours)) reader.fail()
  return hours
}
