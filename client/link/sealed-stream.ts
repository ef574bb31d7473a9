import { ByteReader, ByteWriter, open, seal } from '@hamsa/crypto'

const COUNTER_BYTES = 6

/**
 * One end of a stream of sealed messages over an ordered, reliable channel. Each direction has its
 * own key and counts its messages; what does not carry the very next number is refused, so nothing
 * can be replayed, reordered, reflected or left out.
 */
export class SealedStream {
  #sent = 0
  #received = 0
  readonly #sendKey: Uint8Array
  readonly #receiveKey: Uint8Array

  /** Two 32-byte keys; the other end has them the other way round. */
  constructor(sendKey: Uint8Array, receiveKey: Uint8Array) {
    this.#sendKey = sendKey
    this.#receiveKey = receiveKey
  }

  seal(message: Uint8Array): Uint8Array {
    const plaintext = new ByteWriter().uint(this.#sent++, COUNTER_BYTES).raw(message).finish()
    return seal(this.#sendKey, plaintext)
  }

  /** The message, or `null` when it is not the peer's next one. */
  open(sealed: Uint8Array): Uint8Array | null {
    const plaintext = open(this.#receiveKey, sealed)
    if (plaintext === null) return null
    const reader = new ByteReader(plaintext)
    const counter = reader.uint(COUNTER_BYTES)
    const message = reader.rest()
    if (!reader.end() || counter !== this.#received) return null
    this.#received++
    return message
  }
}
