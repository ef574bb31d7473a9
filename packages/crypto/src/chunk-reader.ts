const NOTHING = new Uint8Array()

/** Reads given lengths from bytes that come in chunks cut anywhere; holds one chunk and what was asked for. */
export class ChunkReader {
  readonly #chunks: AsyncGenerator<Uint8Array, void, void>
  #rest: Uint8Array = NOTHING

  constructor(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
    this.#chunks = eachOf(chunks)
  }

  /** The next `length` bytes, or `null` when fewer are left. What the source throws comes through. */
  async take(length: number): Promise<Uint8Array | null> {
    const taken = new Uint8Array(length)
    let filled = 0
    while (filled < length) {
      if (this.#rest.length === 0) {
        const next = await this.#chunks.next()
        if (next.done === true) return null
        this.#rest = next.value
      }
      const part = this.#rest.subarray(0, length - filled)
      taken.set(part, filled)
      filled += part.length
      this.#rest = this.#rest.subarray(part.length)
    }
    return taken
  }

  /** Lets go of the source, read to its end or not. */
  async close(): Promise<void> {
    this.#rest = NOTHING
    await this.#chunks.return()
  }
}

async function* eachOf(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  yield* chunks
}
