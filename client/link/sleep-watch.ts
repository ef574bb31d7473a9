import type { Clock } from '../clock.ts'

const TICK_MS = 2_000
/** A tick that comes later than this says that the page was stopped, or the machine asleep. A busy page is late too, but not by so much. */
const LATE_MS = 5_000

/**
 * Tells, from the clock alone, that the page did not run for a while: no browser says so after the
 * lid was closed, or after its process was stopped. Returns what ends the watch. Hidden pages whose
 * timers the browser slows down to one a minute look the same, and may be woken that often.
 */
export function watchSleep(clock: Clock, onWake: () => void): () => void {
  let cancel = (): void => undefined
  const tick = (): void => {
    const beforeMs = clock.now()
    cancel = clock.after(TICK_MS, () => {
      tick()
      if (clock.now() - beforeMs > TICK_MS + LATE_MS) onWake()
    })
  }
  tick()
  return () => cancel()
}
