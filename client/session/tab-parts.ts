import type { Storage } from '../storage/ports.ts'
import type { TabsPlatform } from '../tabs/tab-kind.ts'
import type { SessionParts } from './session-parts.ts'
import type { Obstacle } from './snapshots.ts'

/** What a page needs to be one of several tabs. */
export type TabParts = {
  readonly tabs: TabsPlatform
  /** What this browser lacks, found before anything starts. */
  readonly obstacle: Obstacle | null
  /** To look something up before it is known who leads. */
  readonly openStorage: () => Pick<Storage, 'vault' | 'close'>
  /**
   * Everything for one time of leading, with a storage and a connection to the service of its own:
   * what an earlier time has left under way ends with its own storage.
   */
  readonly open: () => SessionParts
}

/** Takes the term of this scope, before anything is read. Ends the parts when it rejects, with `StorageError`. */
export async function takeTerm(
  { obstacle, storage, signaling }: SessionParts,
  scope: string | null,
  onSuperseded: () => void,
): Promise<number> {
  if (obstacle !== null) return 0 // nothing will be written
  try {
    return await storage.lead(scope, onSuperseded)
  } catch (error) {
    signaling.close()
    storage.close()
    throw error
  }
}
