/** One end of the hub: a socket that takes texts. */
export interface Subscriber {
  send(text: string): void
}

/** Who listens to which topic. Knows neither sockets nor frames, and keeps no topic without listeners. */
export class Topics {
  readonly #subscribers = new Map<string, Set<Subscriber>>()
  readonly #mostPerTopic: number

  constructor(mostPerTopic: number) {
    this.#mostPerTopic = mostPerTopic
  }

  /** `false` when the topic is full. */
  join(topic: string, subscriber: Subscriber): boolean {
    const subscribers = this.#subscribers.get(topic) ?? new Set()
    if (!subscribers.has(subscriber) && subscribers.size >= this.#mostPerTopic) return false
    this.#subscribers.set(topic, subscribers.add(subscriber))
    return true
  }

  leave(topic: string, subscriber: Subscriber): void {
    const subscribers = this.#subscribers.get(topic)
    if (subscribers === undefined) return
    subscribers.delete(subscriber)
    if (subscribers.size === 0) this.#subscribers.delete(topic)
  }

  /** Gives the text, as it is, to everyone on the topic except `from`; says to how many. */
  publish(topic: string, text: string, from: Subscriber | null): number {
    let given = 0
    for (const subscriber of this.#subscribers.get(topic) ?? []) {
      if (subscriber === from) continue
      subscriber.send(text)
      given++
    }
    return given
  }

  /** Topics that someone listens to. */
  get size(): number {
    return this.#subscribers.size
  }
}
