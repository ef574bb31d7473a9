/** All that an iterable gives, in order. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** The same bytes in chunks of these lengths, over and over; 0 gives an empty chunk. */
export function* cutInto(
  bytes: Uint8Array,
  lengths: readonly number[],
): Generator<Uint8Array, void, void> {
  const steps = lengths.some((length) => length > 0) ? lengths : [bytes.length || 1]
  let offset = 0
  for (let turn = 0; offset < bytes.length; turn++) {
    const next = offset + (steps[turn % steps.length] ?? 1)
    yield bytes.subarray(offset, next)
    offset = next
  }
}

/** A source that says how much was asked of it, and whether it was let go. */
export class CountedSource<T> {
  given = 0
  ended = false
  readonly #items: Iterable<T>

  constructor(items: Iterable<T>) {
    this.#items = items
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    try {
      for (const item of this.#items) {
        this.given++
        yield await Promise.resolve(item)
      }
    } finally {
      this.ended = true
    }
  }
}
