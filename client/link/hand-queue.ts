/** One handshake: hello, identity, accepted. */
const MAX_WAITING = 3

/** The peer's handshake messages, on their way to who shakes hands. */
export class HandQueue {
  readonly #waiting: Uint8Array[] = []
  #resolve: ((message: Uint8Array | null) => void) | null = null
  #hasEnded = false

  /** `false` for a message that no handshake has: after its end, or one too many. */
  put(message: Uint8Array): boolean {
    if (this.#hasEnded || this.#waiting.length >= MAX_WAITING) return false
    if (this.#resolve === null) this.#waiting.push(message)
    else this.#resolve(message)
    this.#resolve = null
    return true
  }

  /** The next message; `null` once the handshake is over. */
  next(): Promise<Uint8Array | null> {
    const message = this.#waiting.shift()
    if (message !== undefined) return Promise.resolve(message)
    if (this.#hasEnded) return Promise.resolve(null)
    return new Promise((resolve) => (this.#resolve = resolve))
  }

  end(): void {
    this.#hasEnded = true
    this.#resolve?.(null)
    this.#resolve = null
  }
}
