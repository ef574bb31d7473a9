import type { Bus } from './bus.ts'

type Listener = { readonly owner: Bus; readonly onText: (text: string) => void }

/** A bus within one process: for a service of one process, which is alone on it, and for tests. */
export class MemoryBusLine {
  readonly #listeners = new Map<string, Set<Listener>>()

  connect(): Bus {
    const ends = new Set<() => void>()
    const bus: Bus = {
      publish: (topic, text) => {
        for (const { owner, onText } of [...(this.#listeners.get(topic) ?? [])]) {
          if (owner !== bus) onText(text)
        }
      },
      subscribe: (topic, onText) => {
        const end = this.#add(topic, { owner: bus, onText })
        ends.add(end)
        return () => {
          ends.delete(end)
          end()
        }
      },
      isUp: () => true,
      close: () => {
        for (const end of ends) end()
        ends.clear()
        return Promise.resolve()
      },
    }
    return bus
  }

  #add(topic: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set()
    this.#listeners.set(topic, listeners.add(listener))
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0 && this.#listeners.get(topic) === listeners) {
        this.#listeners.delete(topic)
      }
    }
  }
}
