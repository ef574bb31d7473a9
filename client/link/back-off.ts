import type { Random } from '../clock.ts'

const FLOOR_MS = 500
const CEILING_MS = 30_000

/**
 * How long to wait before try number `attempt` (0 for the first): anywhere between half a second
 * and a ceiling that doubles from one second to thirty, so that many clients never come back at
 * the same moment ("full jitter").
 */
export function backOffMs(attempt: number, random: Random): number {
  const ceiling = Math.min(CEILING_MS, 2 * FLOOR_MS * 2 ** Math.min(attempt, 10))
  return FLOOR_MS + random() * (ceiling - FLOOR_MS)
}
