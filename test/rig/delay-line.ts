/** Hands things on after a while, those due first going first, of equals the one that came first. */
export class DelayLine<T> {
  readonly #deliver: (one: T) => void
  readonly #now: () => number
  #waiting: { readonly one: T; readonly dueMs: number }[] = []
  #lastDueMs = 0
  #timer: NodeJS.Timeout | null = null

  constructor(deliver: (one: T) => void, now = () => performance.now()) {
    this.#deliver = deliver
    this.#now = now
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /** `inTurn`: not before what was pushed in turn before it. */
  push(one: T, delayMs: number, inTurn: boolean): void {
    const wantedMs = this.#now() + delayMs
    const dueMs = inTurn ? Math.max(wantedMs, this.#lastDueMs) : wantedMs
    if (inTurn) this.#lastDueMs = dueMs
    const after = this.#waiting.findLastIndex((other) => other.dueMs <= dueMs)
    this.#waiting.splice(after + 1, 0, { one, dueMs })
    this.#run()
  }

  /** What waits is forgotten. */
  clear(): void {
    this.#waiting = []
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  #run(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    for (;;) {
      const next = this.#waiting[0]
      if (next === undefined) return
      const restMs = next.dueMs - this.#now()
      if (restMs > 0) {
        this.#timer = setTimeout(() => this.#run(), restMs)
        return
      }
      this.#waiting.shift()
      this.#deliver(next.one)
    }
  }
}
