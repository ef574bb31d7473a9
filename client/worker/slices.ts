import type { Unsealed, UnsealEntries } from '../conversation/entry-verifier.ts'
import { unsealHere } from '../conversation/unseal.ts'

/** Half a frame: scrolling and typing stay smooth. */
const SLICE_MS = 8

export type SliceParts = {
  /** Unix milliseconds. */
  readonly now: () => number
  /** Resolves once the page has had a turn. */
  readonly pause: () => Promise<void>
}

/** `UnsealEntries` on the page's own thread, one entry after another, with a pause after every slice of time. */
export function makeSlicedUnseal({ now, pause }: SliceParts): UnsealEntries {
  return async (sealed, context) => {
    const unsealed: Unsealed[] = []
    let startMs = now()
    for (const one of sealed) {
      if (now() - startMs >= SLICE_MS) {
        await pause()
        startMs = now()
      }
      unsealed.push(...(await unsealHere([one], context)))
    }
    return unsealed
  }
}
