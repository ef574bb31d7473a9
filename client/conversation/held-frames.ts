import { equalBytes } from '@hamsa/crypto'
import type { Unsealed } from './entry-verifier.ts'
import type { ReadUpdate } from './gate.ts'
import type { Verdict } from './log.ts'
import type { UpdateItem } from './update-item.ts'

/** What is kept in all, sealed: twice what a desk lets an epoch grow to, so that its one long frame always fits. */
export const MAX_HELD_BYTES = 4 * 1024 * 1024

type Held = {
  readonly read: ReadUpdate
  readonly bytes: number
}

/**
 * Frames of the open epoch that name what is not here yet, opened and proven. A newcomer's peer sends
 * the whole open epoch long before the closed ones have come: it is to be opened once, and not again
 * with each part of them.
 */
export class HeldFrames {
  /** In the order in which they came. */
  readonly #frames = new Set<Held>()
  readonly #proven = new Map<string, ReadUpdate[number]>()
  #bytes = 0

  /** What became of this very item before; `null` when it is to be opened. */
  recall(item: UpdateItem): Unsealed | null {
    const known = this.#proven.get(placeOf(item))
    return known !== undefined && equalBytes(known.item.sealed, item.sealed) ? known.unsealed : null
  }

  /** Keeps a frame, and lets go of the oldest that are too much then. What it costs hangs on these alone. */
  keep(read: ReadUpdate): void {
    const isNew = read.some(({ item }) => this.recall(item) === null)
    if (!isNew) return // it was sent again
    const bytes = read.reduce((sum, { item }) => sum + item.sealed.length, 0)
    if (bytes > MAX_HELD_BYTES) return // it would drive out all others, and itself
    this.#frames.add({ read, bytes })
    this.#bytes += bytes
    for (const one of read) this.#proven.set(placeOf(one.item), one)
    for (const oldest of this.#frames) {
      if (this.#bytes <= MAX_HELD_BYTES) return
      this.#drop(oldest)
    }
  }

  /** All that are kept, which are kept no more. */
  takeAll(): readonly ReadUpdate[] {
    const frames = Array.from(this.#frames, ({ read }) => read)
    this.#frames.clear()
    this.#proven.clear()
    this.#bytes = 0
    return frames
  }

  #drop(frame: Held): void {
    this.#frames.delete(frame)
    this.#bytes -= frame.bytes
    for (const one of frame.read) {
      const place = placeOf(one.item)
      if (this.#proven.get(place) === one) this.#proven.delete(place) // a later frame may have it, too
    }
  }
}

function placeOf({ key, client, clock }: UpdateItem): string {
  return `${key}.${client}.${clock}`
}

/** Whether a frame names what has not come yet, and may be right once it has. */
export function isBeforeItsTime(verdict: Verdict): boolean {
  if (verdict.type !== 'hold') return false
  return verdict.reason === 'missing-parents' || verdict.reason === 'gap'
}
