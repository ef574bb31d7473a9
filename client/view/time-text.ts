import { INTL_LOCALE, language, t } from './i18n.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const formats = new Map<string, Intl.DateTimeFormat>()

/** Hours and minutes, in the reader's language and zone. */
export function clockText(timeMs: number): string {
  return format('clock', { hour: 'numeric', minute: '2-digit' }, timeMs)
}

/** "Today", "Yesterday", a weekday within the week, a date before that. */
export function dayText(timeMs: number, nowMs: number): string {
  const days = daysBetween(timeMs, nowMs)
  if (days === 0) return t('today')
  if (days === 1) return t('yesterday')
  if (days > 1 && days < 7) return format('weekday', { weekday: 'long' }, timeMs)
  const sameYear = new Date(timeMs).getFullYear() === new Date(nowMs).getFullYear()
  return sameYear
    ? format('date', { day: 'numeric', month: 'long' }, timeMs)
    : format('full', { day: 'numeric', month: 'long', year: 'numeric' }, timeMs)
}

/** The shortest that still tells: the hour today, the day before that. */
export function briefTimeText(timeMs: number, nowMs: number): string {
  return daysBetween(timeMs, nowMs) === 0 ? clockText(timeMs) : dayText(timeMs, nowMs)
}

/** A day and its hour, for what is not near: when something ends. */
export function momentText(timeMs: number, nowMs: number): string {
  const day = { day: 'numeric', month: 'long', hour: 'numeric', minute: '2-digit' } as const
  const sameYear = new Date(timeMs).getFullYear() === new Date(nowMs).getFullYear()
  return sameYear
    ? format('moment', day, timeMs)
    : format('far moment', { ...day, year: 'numeric' }, timeMs)
}

/** Same number for the same day of the reader's calendar. */
export function dayNumber(timeMs: number): number {
  const date = new Date(timeMs)
  return Math.floor(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY_MS)
}

/** For `<time datetime>`; empty for a time that no calendar has. */
export function machineTime(timeMs: number): string {
  const date = new Date(timeMs)
  return Number.isNaN(date.getTime()) ? '' : date.toISOString()
}

function daysBetween(timeMs: number, nowMs: number): number {
  return dayNumber(nowMs) - dayNumber(timeMs)
}

function format(name: string, options: Intl.DateTimeFormatOptions, timeMs: number): string {
  if (Number.isNaN(new Date(timeMs).getTime())) return ''
  const key = `${language()} ${name}`
  const known = formats.get(key) ?? new Intl.DateTimeFormat(INTL_LOCALE[language()], options)
  formats.set(key, known)
  return known.format(timeMs)
}
