import { ByteReader, ByteWriter, toBase64Url } from '@hamsa/crypto'
import { parseWriterId } from '../conversation/ids.ts'
import type { Entry, Head, WriterId } from '../conversation/log.ts'
import { keyTextOf } from '../conversation/writer-key.ts'

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
  readonly #reached: ReadonlyMap<string, Reached>

  constructor(reached: ReadonlyMap<string, Reached> = new Map()) {
    this.#reached = reached
  }

  /** These receipts and what verified heads add; the very same object when they add nothing. */
  merged(heads: readonly Head[]): Receipts {
    const reached = new Map(this.#reached)
    let grew = false
    for (const { writer, sequence } of heads) {
      const key = toBase64Url(writer)
      const known = reached.get(key)
      if (known !== undefined && known.sequence >= sequence) continue
      if (known === undefined && reached.size >= MAX_WRITERS) continue
      reached.set(key, { writer, sequence })
      grew = true
    }
    return grew ? new Receipts(reached) : this
  }

  covers(entry: Entry): boolean {
    const known = this.#reached.get(keyTextOf(entry.writer))
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
    const reached = new Map<string, Reached>()
    const count = reader.uint(2)
    if (count > MAX_WRITERS) return null
    for (let index = 0; index < count; index++) {
      const writer = parseWriterId(reader.raw(WRITER_BYTES))
      const sequence = reader.uint(SEQUENCE_BYTES)
      if (writer === null) return null
      reached.set(toBase64Url(writer), { writer, sequence })
    }
    return reader.end() ? new Receipts(reached) : null
  }
}
