import type { Random } from '../clock.ts'

const FLOOR_MS = 500
/** So that all is there again within 30 s of the service's return: the wait, and then the connection. */
const CEILING_MS = 20_000

/**
 * How long to wait before try number `attempt` (0 for the first): anywhere between half a second
 * and a ceiling that doubles from one second to twenty, so that many clients never come back at
 * the same moment ("full jitter").
 */
export function backOffMs(attempt: number, random: Random): number {
  const ceiling = Math.min(CEILING_MS, 2 * FLOOR_MS * 2 ** Math.min(attempt, 10))
  return FLOOR_MS + random() * (ceiling - FLOOR_MS)
}

const WAKE_JITTER_MS = 250

/** From waking to the first word to others: those whose network came back in the same moment do not speak all at once. */
export function wakeDelayMs(random: Random): number {
  return random() * WAKE_JITTER_MS
}
