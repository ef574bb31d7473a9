import type { StretchPassphrase } from '@hamsa/crypto'
import type { Clock } from '../clock.ts'
import type { Unsealed, UnsealEntries } from '../conversation/entry-verifier.ts'
import { cutBatches } from './batches.ts'
import { makeSlicedUnseal } from './slices.ts'
import { WorkerLine, type WorkerLike } from './worker-line.ts'

/** Fewer than this are opened on the page. */
const FEWEST_FOR_WORKER = 8
/** Batches of one call that are with the worker: it always has the next one, and never a copy of all. */
const MAX_IN_FLIGHT = 2

export type WorkerCryptoParts = {
  /** Starts a worker that runs `crypto-worker.ts`; may throw. */
  readonly spawn: () => WorkerLike
  readonly clock: Clock
  /** Resolves once the page has had a turn. */
  readonly pause: () => Promise<void>
}

export type WorkerCrypto = {
  readonly unseal: UnsealEntries
  /** `stretchPassphrase` in a worker of its own; rejects where that throws. */
  readonly stretch: StretchPassphrase
  /** Ends the workers. What is asked for now or later is done on the page. */
  close(): void
}

/**
 * The costly part of the cryptography, in a worker. Where there is none (an old browser, a strict
 * policy, a crash), the page does the same work in slices: the verdicts are the same, no promise hangs.
 */
export function openWorkerCrypto({ spawn, clock, pause }: WorkerCryptoParts): WorkerCrypto {
  const line = new WorkerLine({ spawn, clock })
  const stretchLines = new Set<WorkerLine>()
  const unsealOnPage = makeSlicedUnseal({ now: () => clock.now(), pause })
  let isClosed = false

  async function unsealBatch(
    sealed: readonly Uint8Array[],
    context: Parameters<UnsealEntries>[1],
  ): Promise<readonly Unsealed[]> {
    const result = await line.ask({ type: 'unseal', sealed, ...context })
    const isWhole = result?.type === 'unsealed' && result.unsealed.length === sealed.length
    return isWhole ? result.unsealed : unsealOnPage(sealed, context)
  }

  return {
    async unseal(sealed, context) {
      if (sealed.length < FEWEST_FOR_WORKER) return unsealOnPage(sealed, context)
      const unsealed: (readonly Unsealed[])[] = []
      const batches = cutBatches(sealed).entries()
      const takeBatches = async (): Promise<void> => {
        for (const [index, batch] of batches) unsealed[index] = await unsealBatch(batch, context)
      }
      await Promise.all(Array.from({ length: MAX_IN_FLIGHT }, takeBatches))
      return unsealed.flat()
    },

    async stretch(passphrase, salt) {
      // Its own worker: no message waits behind it, and its 128 MiB go when it ends.
      const own = new WorkerLine({ spawn, clock })
      if (isClosed) own.close()
      stretchLines.add(own)
      const result = await own.ask({ type: 'stretch', passphrase, salt })
      own.close()
      stretchLines.delete(own)
      if (result?.type === 'stretched') return result.key
      await pause() // this holds the page up: what it says meanwhile is drawn first
      const { stretchPassphrase } = await import('../stretch.ts')
      return stretchPassphrase(passphrase, salt)
    },

    close() {
      isClosed = true
      line.close()
      for (const own of stretchLines) own.close()
    },
  }
}
