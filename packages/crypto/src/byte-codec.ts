import { concatBytes, fromUtf8, toUtf8 } from './bytes.ts'
import { CryptoError } from './crypto-error.ts'

/** Longest stand-in for a field that is not there: above every fixed field, below what a hostile length could make us allocate. */
const MAX_ZEROS_BYTES = 1024

/** Builds a byte string field by field, numbers big-endian. The pair of `ByteReader`. */
export class ByteWriter {
  readonly #parts: Uint8Array[] = []
  #length = 0

  /** Unsigned integer of `size` bytes, big-endian; at most 2⁵³ − 1, as numbers go. */
  uint(value: number, size: number): this {
    if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** (8 * size)) {
      throw new CryptoError('bad-number', `${value} does not fit ${size} bytes`)
    }
    const bytes = new Uint8Array(size)
    let rest = value
    for (let index = size - 1; index >= 0; index--) {
      bytes[index] = rest % 256
      rest = Math.floor(rest / 256)
    }
    return this.raw(bytes)
  }

  /** Bytes whose length the format fixes. */
  raw(bytes: Uint8Array): this {
    this.#parts.push(bytes)
    this.#length += bytes.length
    return this
  }

  /** Bytes behind their own length, a number of `size` bytes. */
  bytes(bytes: Uint8Array, size: number): this {
    return this.uint(bytes.length, size).raw(bytes)
  }

  /** UTF-8 text behind its length in bytes. */
  text(text: string, size: number): this {
    return this.bytes(toUtf8(text), size)
  }

  /** Zeros up to `length` bytes in all, so that sizes tell nothing. `ByteReader.padding` checks them. */
  padTo(length: number): this {
    if (this.#length > length) {
      throw new CryptoError('bad-length', `${this.#length} bytes do not fit ${length}`)
    }
    return this.raw(new Uint8Array(length - this.#length))
  }

  finish(): Uint8Array {
    return concatBytes(...this.#parts)
  }
}

/**
 * Reads what `ByteWriter` wrote, from a sender who may be hostile. After the first field that is
 * not there it has *failed*: nothing remains, every later read gives zeros, and `end()` is false.
 * So a parser reads straight on and asks once, at the end; a loop over `remaining` ends too. A loop
 * over a count must bound the count itself.
 */
export class ByteReader {
  readonly #bytes: Uint8Array
  #offset = 0
  #failed = false

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset
  }

  /** Marks the input as malformed. */
  fail(): void {
    this.#failed = true
    this.#offset = this.#bytes.length
  }

  /** Fails unless the next byte is the one version this parser knows. */
  version(known: number): void {
    if (this.uint(1) !== known) this.fail()
  }

  uint(size: number): number {
    const start = this.#take(size)
    if (start === null) return 0
    let value = 0
    for (let index = start; index < this.#offset; index++) {
      value = value * 256 + (this.#bytes[index] ?? 0)
    }
    if (Number.isSafeInteger(value)) return value
    this.fail()
    return 0
  }

  /** The next `length` bytes, copied; zeros after a failure. */
  raw(length: number): Uint8Array {
    const start = this.#take(length)
    if (start === null) return new Uint8Array(Math.min(length, MAX_ZEROS_BYTES))
    return this.#bytes.slice(start, this.#offset)
  }

  /** As `raw`, without a copy: for bytes that are looked at and not kept, or whose buffer nobody writes to. */
  view(length: number): Uint8Array {
    const start = this.#take(length)
    if (start === null) return new Uint8Array(Math.min(length, MAX_ZEROS_BYTES))
    return this.#bytes.subarray(start, this.#offset)
  }

  /** Bytes behind a length of `size` bytes, at most `limit` of them. */
  bytes(size: number, limit: number): Uint8Array {
    const length = this.uint(size)
    if (length > limit || length > this.remaining) this.fail()
    return this.raw(this.#failed ? 0 : length)
  }

  /** UTF-8 text behind its length, at most `limit` bytes. */
  text(size: number, limit: number): string {
    const text = fromUtf8(this.bytes(size, limit))
    if (text === null) this.fail()
    return text ?? ''
  }

  /** Everything that is left. */
  rest(): Uint8Array {
    return this.raw(this.remaining)
  }

  /** Everything that is left, which must be zeros. */
  padding(): void {
    if (this.view(this.remaining).some((byte) => byte !== 0)) this.fail()
  }

  /** True when every field was there and nothing is left over. */
  end(): boolean {
    return !this.#failed && this.remaining === 0
  }

  /** True when every field so far was there. */
  get ok(): boolean {
    return !this.#failed
  }

  /** Steps over `length` bytes and says where they start; `null`, failed, when they are not there. */
  #take(length: number): number | null {
    if (this.#failed || length > this.remaining) {
      this.fail()
      return null
    }
    const start = this.#offset
    this.#offset += length
    return start
  }
}
