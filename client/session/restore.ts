import type { StretchPassphrase } from '@hamsa/crypto'
import { OpenedFile } from '../recovery/opened-file.ts'
import { restorePlan } from '../recovery/restore-plan.ts'
import { StorageError, type Storage } from '../storage/ports.ts'
import { RestoredShop } from './restored-shop.ts'
import { eraseLeftovers } from './shop-record.ts'
import type { RestoreProblem } from './snapshots.ts'

export type RestoreParts = {
  readonly storage: Pick<Storage, 'vault' | 'entries' | 'eraseAll'>
  readonly stretch: StretchPassphrase
  /** Unix milliseconds. */
  readonly now: () => number
  /** Called with how many records were taken in so far, after each. */
  readonly onProgress: (records: number) => void
}

export type RestoreResult =
  /** The shop is in the vault, as if it had been made here. */
  | { readonly type: 'restored' }
  /** The storage is as empty as before. */
  | { readonly type: 'failed'; readonly problem: RestoreProblem }
  /** The storage has a shop. It was not touched, and is to be opened. */
  | { readonly type: 'occupied' }

/**
 * Takes a recovery file into the storage of a desk without a shop, in one pass. The shop itself is
 * written last: whatever happens before that leaves no shop, and nothing behind that the next start
 * or another try would meet. Nothing else may write to the storage meanwhile. What is no fault of
 * the file or the storage (`stretch` failed) rejects, and leaves the storage empty too.
 */
export async function restore(
  parts: RestoreParts,
  file: AsyncIterable<Uint8Array>,
  passphrase: string,
): Promise<RestoreResult> {
  const { storage } = parts
  let problem: RestoreProblem | null = 'storage'
  try {
    if (!(await eraseLeftovers(storage))) return { type: 'occupied' }
    problem = await takeIn(parts, file, passphrase)
  } catch (error) {
    if (!(error instanceof StorageError)) {
      await clear(storage)
      throw error
    }
  }
  if (problem === null) return { type: 'restored' }
  return (await clear(storage)) ? { type: 'failed', problem } : { type: 'occupied' }
}

/** What was wrong, or `null` once the shop is stored. */
async function takeIn(
  { storage, stretch, now, onProgress }: RestoreParts,
  file: AsyncIterable<Uint8Array>,
  passphrase: string,
): Promise<RestoreProblem | null> {
  const opened = new OpenedFile(file, { passphrase, stretch })
  const shop = new RestoredShop(storage)
  let records = 0
  for await (const step of restorePlan(opened.records())) {
    if (step.type === 'write') {
      if (!(await shop.take(step.record))) return 'unfit'
      onProgress(++records)
      continue
    }
    const { end, hasLater } = opened
    if (end?.type === 'fault') return end.fault
    if (hasLater) return 'newer-version'
    return step.type === 'end' && step.whole && (await shop.finish(now())) ? null : 'unfit'
  }
  return 'unfit'
}

/** Whether no shop is there now. A storage that does not even empty itself is emptied before the next try. */
async function clear(storage: RestoreParts['storage']): Promise<boolean> {
  try {
    return await eraseLeftovers(storage)
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    return true
  }
}
