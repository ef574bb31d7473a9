import { toBase64Url, type Certificate } from '@hamsa/crypto'
import type { EpochMember } from '../conversation/epoch-opening.ts'
import type { EpochLoad } from '../conversation/log-contents.ts'
import type { OpenedLog } from '../conversation/open-log.ts'
import { StorageError } from '../storage/ports.ts'

/** So much one Yjs document carries at most; then a device of the shop opens the next epoch. */
export const MAX_EPOCH: EpochLoad = { entries: 5_000, bytes: 2 * 1024 * 1024 }

/** Whether it is time to open the next epoch. */
export function isFull({ entries, bytes }: EpochLoad, limit: EpochLoad = MAX_EPOCH): boolean {
  return entries >= limit.entries || bytes >= limit.bytes
}

/** Opens an epoch for each log that has grown full, once at a time; called after each change of the log. */
export class EpochTurn {
  readonly #log: OpenedLog
  readonly #members: () => readonly EpochMember[]
  #isTurning = false

  /** `members` are all who belong to the log now. */
  constructor(log: OpenedLog, members: () => readonly EpochMember[]) {
    this.#log = log
    this.#members = members
  }

  async turnIfFull(): Promise<void> {
    if (this.#isTurning || !isFull(this.#log.epochLoad())) return
    this.#isTurning = true
    try {
      await this.#log.openEpoch(this.#members())
    } catch (error) {
      // The old epoch goes on; the next message tries again.
      if (!(error instanceof StorageError)) throw error
    } finally {
      this.#isTurning = false
    }
  }
}

/** Devices as members, each once: the newest certificate of a key says its box key. */
export function membersOf(certificates: readonly Certificate[]): EpochMember[] {
  const members = new Map<string, EpochMember>()
  for (const { signing, box } of certificates) {
    members.set(toBase64Url(signing), { key: signing, box })
  }
  return [...members.values()]
}
