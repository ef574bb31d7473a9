/** Who wants to know of a change. A listener may unsubscribe, itself or another, while it is called. */
export class Listeners<Event = void> {
  readonly #listeners = new Set<(event: Event) => void>()

  subscribe(listener: (event: Event) => void): () => void {
    // Wrapped, so that one function subscribed twice has two subscriptions to end.
    const own = (event: Event): void => listener(event)
    this.#listeners.add(own)
    return () => this.#listeners.delete(own)
  }

  notify(event: Event): void {
    for (const listener of [...this.#listeners]) {
      if (this.#listeners.has(listener)) listener(event)
    }
  }

  clear(): void {
    this.#listeners.clear()
  }
}
