import type { Clock, Random } from '../clock.ts'
import { backOffMs } from './back-off.ts'

/** A first answer to our `step1` that takes longer than this is asked for again. */
const STALLED_SYNC_MS = 6_000
/** From a part of history to asking again for what was held: the next part follows sooner. */
const AFTER_HISTORY_MS = 500

export type SyncAskerSettings = {
  readonly clock: Clock
  readonly random: Random
  /** Sends a `step1`. */
  readonly ask: () => void
}

/** Asks a peer for what is missing after a while, and again, later each time, until it has come. */
export class SyncAsker {
  readonly #settings: SyncAskerSettings
  #asks = 0
  #next: { readonly atMs: number; readonly cancel: () => void } | null = null
  /** The last answer to `step1` could not be taken yet. */
  #isHolding = false
  #hasEnded = false

  constructor(settings: SyncAskerSettings) {
    this.#settings = settings
  }

  /** The first `step1` is on its way. */
  begin(): void {
    this.#askAfter(STALLED_SYNC_MS)
  }

  /** Something came that could not be taken yet. */
  askAgain(): void {
    this.#isHolding = true
    this.#askAfter(backOffMs(this.#asks++, this.#settings.random))
  }

  /** All that was missing has come. */
  answered(): void {
    this.#isHolding = false
    this.#asks = 0
    this.#callOff()
  }

  /** What was held stands on history that is coming now: asked for before that has come, it would be held again. */
  historyCame(): void {
    if (!this.#isHolding) return
    this.#asks = 0
    this.#callOff()
    this.#askAfter(AFTER_HISTORY_MS)
  }

  end(): void {
    this.#hasEnded = true
    this.#callOff()
  }

  /** An earlier asking stands. */
  #askAfter(delayMs: number): void {
    const { clock, random, ask } = this.#settings
    const atMs = clock.now() + delayMs
    if (this.#hasEnded || (this.#next !== null && this.#next.atMs <= atMs)) return
    this.#callOff()
    const cancel = clock.after(delayMs, () => {
      this.#next = null
      ask()
      this.#askAfter(STALLED_SYNC_MS + backOffMs(this.#asks++, random))
    })
    this.#next = { atMs, cancel }
  }

  #callOff(): void {
    this.#next?.cancel()
    this.#next = null
  }
}
