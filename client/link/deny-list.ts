import type { Clock } from '../clock.ts'

const FIRST_MS = 5_000
const LONGEST_MS = 5 * 60_000
const MAX_NAMES = 512

/**
 * Peers that were refused, each for a time that doubles with every refusal. Without it two ends
 * that can't agree would announce to each other for ever.
 */
export class DenyList {
  readonly #clock: Clock
  readonly #denied = new Map<string, { readonly untilMs: number; readonly lastedMs: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  deny(name: string): void {
    const before = this.#denied.get(name)
    const lastedMs = before === undefined ? FIRST_MS : Math.min(LONGEST_MS, before.lastedMs * 2)
    this.#denied.delete(name) // to the end: the oldest go first
    this.#denied.set(name, { untilMs: this.#clock.now() + lastedMs, lastedMs })
    const oldest = this.#denied.keys().next()
    if (this.#denied.size > MAX_NAMES && oldest.done !== true) this.#denied.delete(oldest.value)
  }

  isDenied(name: string): boolean {
    const entry = this.#denied.get(name)
    return entry !== undefined && this.#clock.now() < entry.untilMs
  }

  /** The peer behaved: the next refusal is its first again. */
  forgive(name: string): void {
    this.#denied.delete(name)
  }
}
