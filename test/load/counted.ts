/** Keeps what was made until it is closed, so that a test can say what was left open. */
export class Counted<T> {
  readonly #isOpen: (one: T) => boolean
  readonly #all = new Set<T>()
  #made = 0

  constructor(isOpen: (one: T) => boolean) {
    this.#isOpen = isOpen
  }

  /** How many there ever were. */
  get made(): number {
    return this.#made
  }

  add(one: T): T {
    this.#made++
    this.#all.add(one)
    return one
  }

  /** Those that are open now; the others are let go. */
  open(): readonly T[] {
    for (const one of this.#all) if (!this.#isOpen(one)) this.#all.delete(one)
    return [...this.#all]
  }
}
