/** Who wants to be told. One function may be added twice and is then told twice. */
export class Listeners<Args extends readonly unknown[]> {
  readonly #all = new Set<(...args: Args) => void>()

  /** Returns what takes this listener away again. */
  add(listener: (...args: Args) => void): () => void {
    const own = (...args: Args): void => listener(...args)
    this.#all.add(own)
    return () => void this.#all.delete(own)
  }

  tell(...args: Args): void {
    for (const listener of [...this.#all]) listener(...args)
  }

  clear(): void {
    this.#all.clear()
  }
}
