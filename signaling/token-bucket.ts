import type { Rate } from './limits.ts'

/** Counts what one socket or one address does: full at first, refilled with time, never above its burst. */
export class TokenBucket {
  #tokens: number
  #filledAt: number
  #rate: Rate
  readonly #now: () => number

  /** `now` gives milliseconds and never goes back. */
  constructor(rate: Rate, now: () => number) {
    this.#rate = rate
    this.#now = now
    this.#tokens = rate.burst
    this.#filledAt = now()
  }

  /** Takes one token; `false` when there is none. */
  take(): boolean {
    if (!this.has()) return false
    this.#tokens -= 1
    return true
  }

  /** Whether there is a token to take. */
  has(): boolean {
    const now = this.#now()
    const gained = (Math.max(0, now - this.#filledAt) / 1000) * this.#rate.perSecond
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + gained)
    this.#filledAt = now
    return this.#tokens >= 1
  }

  /** Puts one back that was taken for nothing. */
  give(): void {
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + 1)
  }

  /** A socket that has proven itself gets a wider bucket, full from the start. */
  widen(rate: Rate): void {
    this.#tokens += Math.max(0, rate.burst - this.#rate.burst)
    this.#rate = rate
  }
}
