import type { Bus } from './bus/bus.ts'

/** One end of the hub: a socket that takes texts, as they are or in UTF-8. */
export interface Subscriber {
  send(text: string | Buffer): void
}

type Topic = { readonly subscribers: Set<Subscriber>; readonly leaveBus: () => void }

/**
 * Who listens to which topic, at this process; the bus reaches those at others. Knows neither sockets
 * nor frames, and keeps no topic without listeners.
 */
export class Topics {
  readonly #topics = new Map<string, Topic>()
  readonly #mostPerTopic: number
  readonly #bus: Bus

  constructor(mostPerTopic: number, bus: Bus) {
    this.#mostPerTopic = mostPerTopic
    this.#bus = bus
  }

  /** `false` when the topic is full. */
  join(topic: string, subscriber: Subscriber): boolean {
    const { subscribers } = this.#topics.get(topic) ?? this.#open(topic)
    if (!subscribers.has(subscriber) && subscribers.size >= this.#mostPerTopic) return false
    subscribers.add(subscriber)
    return true
  }

  leave(topic: string, subscriber: Subscriber): void {
    const found = this.#topics.get(topic)
    if (found === undefined) return
    found.subscribers.delete(subscriber)
    if (found.subscribers.size > 0) return
    this.#topics.delete(topic)
    found.leaveBus()
  }

  /**
   * Gives the text, as it is, to everyone on the topic except `from`; says to how many of this process.
   * `bytes` are the text in UTF-8 as it came, so that it is not encoded once more for each of them.
   */
  publish(topic: string, text: string, bytes: Buffer, from: Subscriber): number {
    this.#bus.publish(topic, text)
    return this.#give(topic, bytes, from)
  }

  /** Topics that someone listens to. */
  get size(): number {
    return this.#topics.size
  }

  #open(topic: string): Topic {
    const leaveBus = this.#bus.subscribe(topic, (text) => void this.#give(topic, text, null))
    const opened = { subscribers: new Set<Subscriber>(), leaveBus }
    this.#topics.set(topic, opened)
    return opened
  }

  #give(topic: string, text: string | Buffer, from: Subscriber | null): number {
    let given = 0
    for (const subscriber of this.#topics.get(topic)?.subscribers ?? []) {
      if (subscriber === from) continue
      subscriber.send(text)
      given++
    }
    return given
  }
}
