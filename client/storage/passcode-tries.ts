import { ByteReader, ByteWriter } from '@hamsa/crypto'

const TRIES_VERSION = 1
/** Wrong tries that cost no waiting: people mistype. */
const FREE_TRIES = 3
const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 15 * 60_000
const MAX_COUNT = 2 ** 32 - 1

/** Wrong tries since the last right one. */
export type PasscodeTries = {
  readonly count: number
  /** When the wait after the last one began; Unix milliseconds. */
  readonly sinceMs: number
}

export const NO_TRIES: PasscodeTries = { count: 0, sinceMs: 0 }

/** From when on the next try is taken: at once until the third wrong one, then after 1 s that doubles to 15 min. */
export function retryAtOf({ count, sinceMs }: PasscodeTries): number {
  if (count < FREE_TRIES) return sinceMs
  return sinceMs + Math.min(FIRST_WAIT_MS * 2 ** (count - FREE_TRIES), LONGEST_WAIT_MS)
}

/**
 * The tries as they are to be judged now. A clock that stands before the wait began was set back:
 * then the whole wait begins anew, so that it is never shorter and nobody waits for a year that a
 * wrong clock had made up.
 */
export function settleTries(tries: PasscodeTries, nowMs: number): PasscodeTries {
  return nowMs < tries.sinceMs ? { ...tries, sinceMs: nowMs } : tries
}

/** One more; it counts from its beginning, or closing the page in its middle would make it free. */
export function addTry({ count }: PasscodeTries, nowMs: number): PasscodeTries {
  return { count: Math.min(count + 1, MAX_COUNT), sinceMs: nowMs }
}

/** version 1 ‖ count u32 ‖ since u48. */
export function encodeTries({ count, sinceMs }: PasscodeTries): Uint8Array {
  return new ByteWriter().uint(TRIES_VERSION, 1).uint(count, 4).uint(sinceMs, 6).finish()
}

/** What cannot be read counts as none: who could damage the record could take it away too. */
export function parseTries(value: unknown): PasscodeTries {
  if (!(value instanceof Uint8Array)) return NO_TRIES
  const reader = new ByteReader(value)
  reader.version(TRIES_VERSION)
  const tries = { count: reader.uint(4), sinceMs: reader.uint(6) }
  return reader.end() ? tries : NO_TRIES
}
