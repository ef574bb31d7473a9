/** Longest number: 7 groups of 7 bits, enough for 48 bits and a sign. */
const LARGEST_SCALE = 2 ** 42
const NOTHING = new Uint8Array()

/**
 * Reads a segment front to back without copying: what it gives are views on the segment's buffer.
 * After the first field that is not there it has failed, and all later reads give nothing.
 */
export class SegmentReader {
  readonly #bytes: Uint8Array
  #offset = 0
  #failed = false

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get ok(): boolean {
    return !this.#failed
  }

  /** True when every field was there and nothing is left over. */
  end(): boolean {
    return !this.#failed && this.#offset === this.#bytes.length
  }

  fail(): void {
    this.#failed = true
    this.#offset = this.#bytes.length
  }

  byte(): number {
    const byte = this.#bytes[this.#offset]
    if (byte === undefined) {
      this.fail()
      return 0
    }
    this.#offset += 1
    return byte
  }

  /** An unsigned number in groups of 7 bits, the lowest first, in its shortest form. */
  number(): number {
    let value = 0
    for (let scale = 1; scale <= LARGEST_SCALE; scale *= 128) {
      const byte = this.byte()
      value += (byte & 127) * scale
      if (byte < 128) {
        if (byte === 0 && scale > 1) this.fail()
        return value
      }
    }
    this.fail()
    return 0
  }

  /** A number with a sign: even ones stand for 0, 1, 2…, odd ones for −1, −2… */
  difference(): number {
    const value = this.number()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  /** The next `length` bytes; none after a failure. */
  view(length: number): Uint8Array {
    const end = this.#offset + length
    if (end > this.#bytes.length) this.fail()
    if (this.#failed) return NOTHING
    const part = this.#bytes.subarray(this.#offset, end)
    this.#offset = end
    return part
  }
}
