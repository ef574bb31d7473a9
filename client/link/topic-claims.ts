import type { Topic } from './link.ts'

/**
 * y-webrtc knows one room of a name at a time and forgets a closed one only after a while; so a
 * link that reopens a topic waits for the one before it.
 */
export class TopicClaims {
  readonly #last = new Map<Topic, Promise<void>>()

  /** Resolves with the release once every earlier claim of the topic was released. */
  async claim(topic: Topic): Promise<() => void> {
    const before = this.#last.get(topic) ?? Promise.resolve()
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    const mine = before.then(() => held)
    this.#last.set(topic, mine)
    await before
    return () => {
      release()
      if (this.#last.get(topic) === mine) this.#last.delete(topic)
    }
  }
}
