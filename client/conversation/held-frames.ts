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
  #frames: readonly Held[] = []
  readonly #proven = new Map<string, ReadUpdate[number]>()

  /** What became of this very item before; `null` when it is to be opened. */
  recall(item: UpdateItem): Unsealed | null {
    const known = this.#proven.get(placeOf(item))
    return known !== undefined && equalBytes(known.item.sealed, item.sealed) ? known.unsealed : null
  }

  /** Keeps a frame, and lets go of the oldest that are too much then. */
  keep(read: ReadUpdate): void {
    const isNew = read.some(({ item }) => this.recall(item) === null)
    if (!isNew) return // it was sent again
    const bytes = read.reduce((sum, { item }) => sum + item.sealed.length, 0)
    this.#set([...this.#frames, { read, bytes }])
  }

  /** All that are kept, which are kept no more. */
  takeAll(): readonly ReadUpdate[] {
    const frames = this.#frames.map(({ read }) => read)
    this.#set([])
    return frames
  }

  #set(frames: readonly Held[]): void {
    let bytes = frames.reduce((sum, frame) => sum + frame.bytes, 0)
    this.#frames = frames.filter((frame) => {
      const fits = bytes <= MAX_HELD_BYTES
      if (!fits) bytes -= frame.bytes
      return fits
    })
    this.#proven.clear()
    for (const { read } of this.#frames) {
      for (const one of read) this.#proven.set(placeOf(one.item), one)
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
