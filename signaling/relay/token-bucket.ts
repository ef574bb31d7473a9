/** A cap on bytes over time: what does not fit is dropped, as a full link drops it. Times in milliseconds. */
export class TokenBucket {
  readonly #bytesPerMs: number
  readonly #burstBytes: number
  #tokens: number
  #filledAt: number

  constructor(of: {
    readonly bytesPerSecond: number
    readonly burstBytes: number
    readonly now: number
  }) {
    this.#bytesPerMs = of.bytesPerSecond / 1000
    this.#burstBytes = of.burstBytes
    this.#tokens = of.burstBytes
    this.#filledAt = of.now
  }

  /** True, and counted, when `bytes` may pass now. */
  take(bytes: number, now: number): boolean {
    if (now > this.#filledAt) {
      const gained = (now - this.#filledAt) * this.#bytesPerMs
      this.#tokens = Math.min(this.#burstBytes, this.#tokens + gained)
      this.#filledAt = now
    }
    if (bytes > this.#tokens) return false
    this.#tokens -= bytes
    return true
  }
}
