/**
 * Who wants to be told. One function may subscribe twice and is then told twice; a listener may
 * unsubscribe, itself or another, while it is called.
 */
export class Listeners<Args extends readonly unknown[] = []> {
  readonly #all = new Set<(...args: Args) => void>()

  get size(): number {
    return this.#all.size
  }

  /** Returns what takes this listener away again. */
  subscribe(listener: (...args: Args) => void): () => void {
    const own = (...args: Args): void => listener(...args)
    this.#all.add(own)
    return () => void this.#all.delete(own)
  }

  notify(...args: Args): void {
    for (const listener of [...this.#all]) {
      if (this.#all.has(listener)) listener(...args)
    }
  }

  clear(): void {
    this.#all.clear()
  }
}
