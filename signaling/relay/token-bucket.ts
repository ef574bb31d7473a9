/** A cap on amount over time: what does not fit is dropped, as a full link drops it. Times in milliseconds. */
export class TokenBucket {
  readonly #perMs: number
  readonly #burst: number
  #tokens: number
  #filledAt: number

  constructor(of: { readonly perSecond: number; readonly burst: number; readonly now: number }) {
    this.#perMs = of.perSecond / 1000
    this.#burst = of.burst
    this.#tokens = of.burst
    this.#filledAt = of.now
  }

  /** True, and counted, when `amount` may pass now. */
  take(amount: number, now: number): boolean {
    if (now > this.#filledAt) {
      this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#filledAt) * this.#perMs)
      this.#filledAt = now
    }
    if (amount > this.#tokens) return false
    this.#tokens -= amount
    return true
  }
}
