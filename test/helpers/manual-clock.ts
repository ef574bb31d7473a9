import type { Clock } from '../../client/clock.ts'

/** A clock that stands still until the test moves it. */
export class ManualClock implements Clock {
  #nowMs: number
  #timers: { readonly dueMs: number; readonly run: () => void }[] = []

  constructor(startMs = 1_790_000_000_000) {
    this.#nowMs = startMs
  }

  now(): number {
    return this.#nowMs
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { dueMs: this.#nowMs + delayMs, run }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer)
    }
  }

  /** Moves on by `byMs`, running what falls due, in order. */
  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs
    for (;;) {
      const [next] = this.#timers
        .filter(({ dueMs }) => dueMs <= untilMs)
        .sort((left, right) => left.dueMs - right.dueMs)
      if (next === undefined) break
      this.#timers = this.#timers.filter((one) => one !== next)
      this.#nowMs = Math.max(this.#nowMs, next.dueMs)
      next.run()
    }
    this.#nowMs = untilMs
  }

  /** Timers that would still run. */
  get waiting(): number {
    return this.#timers.length
  }
}
