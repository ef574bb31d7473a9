import { equalBytes, randomBytes } from '@hamsa/crypto'
import type { EntryId } from './ids.ts'

const FEWEST_SLOTS = 16
const WORD_BITS = 32

/**
 * Values by entry id, a few times faster than ids as text: a log of ten thousand entries asks fifty
 * thousand times while it opens. Ids are hashes, but whoever writes entries can look for ids that
 * begin alike; so each table scatters them by two random factors of its own.
 */
export class ById<T> {
  readonly #ids: EntryId[] = []
  readonly #values: T[] = []
  readonly #firstFactor = randomOdd()
  readonly #secondFactor = randomOdd()
  /** Place of an entry plus 1; 0 is free. At least half of them are. */
  #slots = new Int32Array(FEWEST_SLOTS)
  #shift = WORD_BITS - Math.log2(FEWEST_SLOTS)

  has(id: EntryId): boolean {
    return this.#slots[this.#slotOf(id)] !== 0
  }

  get(id: EntryId): T | undefined {
    const place = this.#slots[this.#slotOf(id)] ?? 0
    return place === 0 ? undefined : this.#values[place - 1]
  }

  set(id: EntryId, value: T): void {
    const slot = this.#slotOf(id)
    const place = this.#slots[slot] ?? 0
    if (place > 0) {
      this.#values[place - 1] = value
      return
    }
    this.#ids.push(id)
    this.#values.push(value)
    this.#slots[slot] = this.#ids.length
    if (2 * this.#ids.length > this.#slots.length) this.#grow()
  }

  /** In the order in which their ids came first. */
  values(): readonly T[] {
    return this.#values
  }

  /** Makes room for so many at once: growing step by step puts each in its slot several times. */
  reserve(count: number): void {
    while (2 * count > this.#slots.length) this.#grow()
  }

  #grow(): void {
    this.#slots = new Int32Array(4 * this.#slots.length)
    this.#shift -= 2
    for (const [index, id] of this.#ids.entries()) this.#slots[this.#slotOf(id)] = index + 1
  }

  /** The slot of this id, or the free one where it belongs: the next when another id fell there. */
  #slotOf(id: EntryId): number {
    const slots = this.#slots
    let slot =
      (Math.imul(wordAt(id, 0), this.#firstFactor) +
        Math.imul(wordAt(id, 4), this.#secondFactor)) >>>
      this.#shift
    for (;;) {
      const place = slots[slot] ?? 0
      if (place === 0) return slot
      const known = this.#ids[place - 1]
      if (known === id || (known !== undefined && equalBytes(known, id))) return slot
      slot = (slot + 1) & (slots.length - 1)
    }
  }
}

/** Four bytes as a number. */
function wordAt(id: EntryId, at: number): number {
  return (
    (id[at] ?? 0) | ((id[at + 1] ?? 0) << 8) | ((id[at + 2] ?? 0) << 16) | ((id[at + 3] ?? 0) << 24)
  )
}

function randomOdd(): number {
  const [factor = 0] = new Uint32Array(randomBytes(4).buffer)
  return factor | 1
}
