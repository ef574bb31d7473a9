import { ByteReader, ByteWriter, toBase64Url } from '@hamsa/crypto'
import { parseWriterId } from '../conversation/ids.ts'
import type { Entry, Head, WriterId } from '../conversation/log.ts'

const RECEIPTS_VERSION = 1
const WRITER_BYTES = 16
const SEQUENCE_BYTES = 4
const MAX_WRITERS = 1_024

type Reached = { readonly writer: WriterId; readonly sequence: number }

/**
 * How far the other side's signed heads have come, for each of our own writers. Only ever grows: a
 * peer that lost its storage did hold what it once signed for.
 */
export class Receipts {
  readonly #reached = new Map<string, Reached>()

  /** Takes in verified heads; true when something new is covered. */
  merge(heads: readonly Head[]): boolean {
    let grew = false
    for (const { writer, sequence } of heads) {
      const key = toBase64Url(writer)
      const known = this.#reached.get(key)
      if (known !== undefined && known.sequence >= sequence) continue
      if (known === undefined && this.#reached.size >= MAX_WRITERS) continue
      this.#reached.set(key, { writer, sequence })
      grew = true
    }
    return grew
  }

  covers(entry: Entry): boolean {
    const known = this.#reached.get(toBase64Url(entry.writer))
    return known !== undefined && known.sequence >= entry.sequence
  }

  /** version 1 ‖ count u16 ‖ (writer 16 ‖ sequence u32) each. */
  encode(): Uint8Array {
    const bytes = new ByteWriter().uint(RECEIPTS_VERSION, 1).uint(this.#reached.size, 2)
    for (const { writer, sequence } of this.#reached.values()) {
      bytes.raw(writer).uint(sequence, SEQUENCE_BYTES)
    }
    return bytes.finish()
  }

  /** `null` for damaged bytes: receipts then come again with the peer's next heads. */
  static decode(bytes: Uint8Array): Receipts | null {
    const reader = new ByteReader(bytes)
    if (reader.uint(1) !== RECEIPTS_VERSION) return null
    const receipts = new Receipts()
    const count = reader.uint(2)
    if (count > MAX_WRITERS) return null
    for (let index = 0; index < count; index++) {
      const writer = parseWriterId(reader.raw(WRITER_BYTES))
      const sequence = reader.uint(SEQUENCE_BYTES)
      if (writer === null) return null
      receipts.#reached.set(toBase64Url(writer), { writer, sequence })
    }
    return reader.end() ? receipts : null
  }
}
