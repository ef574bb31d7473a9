import { toBase64Url } from '@hamsa/crypto'
import { inboxTopic } from '@hamsa/signaling/inbox'
import type { Signaling, SignalingState } from '../../client/link/signaling.ts'

type Subscriber = {
  readonly owner: object
  readonly topic: string
  readonly onData: (data: unknown) => void
}

/** A signalling service in memory, for sessions under test: who publishes reaches the other subscribers. */
export class MemoryHub {
  readonly published: { readonly topic: string; readonly data: unknown }[] = []
  #subscribers: Subscriber[] = []

  connect(): Signaling & { setState(state: SignalingState): void } {
    const owner = {}
    const listeners = new Set<(state: SignalingState) => void>()
    let state: SignalingState = 'online'
    const join = (topic: string, onData: (data: unknown) => void): (() => void) => {
      const subscriber = { owner, topic, onData }
      this.#subscribers.push(subscriber)
      return () => {
        this.#subscribers = this.#subscribers.filter((one) => one !== subscriber)
      }
    }
    return {
      state: () => state,
      setState(next) {
        state = next
        for (const listener of [...listeners]) listener(next)
      },
      subscribe(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      join,
      joinInbox: (key, onData) => join(inboxTopic(key.publicKey), onData),
      publish: (topic, data) => {
        if (state !== 'online') return false
        this.publish(topic, data, owner)
        return true
      },
      wake: () => undefined,
      close: () => {
        this.#subscribers = this.#subscribers.filter((one) => one.owner !== owner)
      },
    }
  }

  /** As a stranger on the service would. */
  publish(topic: string, data: unknown, from: object | null = null): void {
    this.published.push({ topic, data })
    for (const { owner, topic: joined, onData } of [...this.#subscribers]) {
      if (joined === topic && owner !== from) onData(data)
    }
  }

  get subscriptions(): number {
    return this.#subscribers.length
  }

  /** Bytes as the sessions publish them. */
  static frame(prefix: string, bytes: Uint8Array): string {
    return prefix + toBase64Url(bytes)
  }
}
