import type { Epoch } from './entry-seal.ts'
import type { LogId } from './log.ts'
import type { SignedEntry } from './signed-entry.ts'

/** What became of one sealed entry. */
export type Unsealed =
  /** Opens, has its one spelling and its one sealed form, and the author's signature holds. */
  | { readonly type: 'entry'; readonly entry: SignedEntry }
  /** Sealed for another epoch than the given one, or for a rival of it. */
  | { readonly type: 'other-epoch' }
  | { readonly type: 'bad'; readonly reason: 'seal' | 'other-log' | 'signature' }

/**
 * Opens and verifies sealed entries, in the order given. Costs about 0.1 ms an entry, so the browser
 * does it in a worker, in batches: twenty thousand never hold up the screen.
 */
export type UnsealEntries = (
  sealed: readonly Uint8Array[],
  context: { readonly log: LogId; readonly epoch: Epoch },
) => Promise<readonly Unsealed[]>
