import type { OpenTabChannel, TabChannel } from '../../client/tabs/tab-channel.ts'

type Member = { readonly name: string; readonly listeners: Set<(message: unknown) => void> }

/** The channels of one browser, in memory: what one tab posts reaches the others in a later task, as a clone. */
export class MemoryTabs {
  readonly #members = new Set<Member>()
  /** Everything that was posted. */
  readonly posted: unknown[] = []

  readonly open = (name: string): TabChannel => this.openFor(() => true, name)

  /** For a tab that hears nothing and says nothing while it is not awake; what it missed is gone. */
  forTab(isAwake: () => boolean): OpenTabChannel {
    return (name) => this.openFor(isAwake, name)
  }

  private openFor(isAwake: () => boolean, name: string): TabChannel {
    const own: Member = { name, listeners: new Set() }
    this.#members.add(own)
    return {
      post: (message) => {
        if (!this.#members.has(own) || !isAwake()) return
        this.posted.push(message)
        for (const other of this.#members) {
          if (other === own || other.name !== name) continue
          const clone: unknown = structuredClone(message)
          setImmediate(() => {
            if (!this.#members.has(other)) return
            for (const listener of [...other.listeners]) listener(clone)
          })
        }
      },
      listen: (listener) => {
        const heard = (message: unknown): void => {
          if (isAwake()) listener(message)
        }
        own.listeners.add(heard)
        return () => own.listeners.delete(heard)
      },
      close: () => {
        this.#members.delete(own)
        own.listeners.clear()
      },
    }
  }
}
