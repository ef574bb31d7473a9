import { ByteWriter } from '@hamsa/crypto'

/** Builds a segment field by field. The pair of `SegmentReader`. */
export class SegmentWriter {
  readonly #bytes = new ByteWriter()

  byte(value: number): this {
    this.#bytes.uint(value, 1)
    return this
  }

  /** An unsigned number below 2^49 in groups of 7 bits, the lowest first. */
  number(value: number): this {
    let rest = value
    while (rest >= 128) {
      this.#bytes.uint((rest % 128) + 128, 1)
      rest = Math.floor(rest / 128)
    }
    this.#bytes.uint(rest, 1)
    return this
  }

  difference(value: number): this {
    return this.number(value >= 0 ? 2 * value : -2 * value - 1)
  }

  raw(bytes: Uint8Array): this {
    this.#bytes.raw(bytes)
    return this
  }

  finish(): Uint8Array {
    return this.#bytes.finish()
  }
}
