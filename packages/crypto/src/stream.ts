import nacl from 'tweetnacl'
import { ByteWriter } from './byte-codec.ts'
import { assertLength } from './crypto-error.ts'
import { SECRET_KEY_BYTES } from './secretbox.ts'

/** Random for each stream. */
export const STREAM_PREFIX_BYTES = 16
const COUNTER_BYTES = 7

/**
 * One end of a sequence of sealed blocks: STREAM of Hoang, Reyhanitabar, Rogaway and Vizár, "Online
 * Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance" (CRYPTO 2015), with XSalsa20-Poly1305.
 * The nonce of a block is prefix 16 ‖ number 7 ‖ whether it is the last 1; so a block opens in its
 * place alone, and the last one as the last alone. A key serves one stream.
 */
export class Stream {
  readonly #key: Uint8Array
  readonly #prefix: Uint8Array
  #next = 0

  constructor(key: Uint8Array, prefix: Uint8Array) {
    assertLength(key, SECRET_KEY_BYTES, 'key')
    assertLength(prefix, STREAM_PREFIX_BYTES, 'nonce prefix')
    this.#key = key
    this.#prefix = prefix
  }

  /** Seals the next block, tag 16 ‖ ciphertext. */
  seal(block: Uint8Array, place: 'inner' | 'last'): Uint8Array {
    const sealed = nacl.secretbox(block, this.#nonce(place), this.#key)
    this.#next++
    return sealed
  }

  /** The next block, or `null` when the bytes are not the one that belongs here; another may be tried then. */
  open(sealed: Uint8Array, place: 'inner' | 'last'): Uint8Array | null {
    const block = nacl.secretbox.open(sealed, this.#nonce(place), this.#key)
    if (block !== null) this.#next++
    return block
  }

  #nonce(place: 'inner' | 'last'): Uint8Array {
    return new ByteWriter()
      .raw(this.#prefix)
      .uint(this.#next, COUNTER_BYTES)
      .uint(place === 'last' ? 1 : 0, 1)
      .finish()
  }
}
