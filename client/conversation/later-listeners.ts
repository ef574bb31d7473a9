/** Told in a microtask, so that a listener that throws harms neither who tells nor the other listeners. */
export class LaterListeners {
  readonly #listeners = new Set<() => void>()

  subscribe(listener: () => void): () => void {
    const own = () => listener() // two subscriptions of one function are two
    this.#listeners.add(own)
    return () => void this.#listeners.delete(own)
  }

  tell(): void {
    for (const listener of this.#listeners) {
      queueMicrotask(() => {
        if (this.#listeners.has(listener)) listener()
      })
    }
  }

  clear(): void {
    this.#listeners.clear()
  }
}
