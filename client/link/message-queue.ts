import type { Message } from './frame-codec.ts'

/** Messages that come while our own end is not open yet: the peer may be a moment ahead. */
const MAX_EARLY_BYTES = 1024 * 1024
/** Messages that wait for the gate. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024

/** What a peer has sent and nobody has taken yet: handed on from `open` on, one after another. */
export class MessageQueue {
  readonly #handle: (message: Message) => Promise<void>
  #phase: 'early' | 'open' | 'ended' = 'early'
  #waiting: Message[] = []
  /** Of what waits and of what is being handled. */
  #bytes = 0
  #handing = false

  /** `handle` is called when the message before is done with: an update may need the one before it. */
  constructor(handle: (message: Message) => Promise<void>) {
    this.#handle = handle
  }

  /** `false` when the peer sends more than is held for it. */
  put(message: Message): boolean {
    this.#bytes += message.bytes.length
    if (this.#bytes > (this.#phase === 'open' ? MAX_WAITING_BYTES : MAX_EARLY_BYTES)) return false
    this.#waiting.push(message)
    void this.#handOn()
    return true
  }

  /** Nothing happens when it has ended. */
  open(): void {
    if (this.#phase === 'early') this.#phase = 'open'
    void this.#handOn()
  }

  /** Nothing is handed on from now on. */
  end(): void {
    this.#phase = 'ended'
    this.#waiting = []
  }

  /** Stands still for good when `handle` rejects. */
  async #handOn(): Promise<void> {
    if (this.#handing) return
    this.#handing = true
    while (this.#phase === 'open') {
      const message = this.#waiting.shift()
      if (message === undefined) break
      await this.#handle(message)
      this.#bytes -= message.bytes.length
    }
    this.#handing = false
  }
}
