/**
 * Keeps what was made until it is closed, so that a test can say what was left open. No longer than
 * that: Chromium makes no more than 500 peer connections that something still holds.
 */
export class Counted<T> {
  readonly #isOpen: (one: T) => boolean
  readonly #all = new Set<T>()
  #made = 0
  #waiting: (() => void)[] = []

  constructor(isOpen: (one: T) => boolean) {
    this.#isOpen = isOpen
  }

  /** How many there ever were. */
  get made(): number {
    return this.#made
  }

  add(one: T): T {
    this.#made++
    this.#letGo()
    this.#all.add(one)
    for (const resolve of this.#waiting.splice(0)) resolve()
    return one
  }

  /** Resolves when another is made. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Those that are open now; the others are let go. */
  open(): readonly T[] {
    this.#letGo()
    return [...this.#all]
  }

  #letGo(): void {
    for (const one of this.#all) if (!this.#isOpen(one)) this.#all.delete(one)
  }
}
