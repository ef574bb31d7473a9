import { staffEpochKey } from '../identity/staff-secret.ts'
import { staffLogId } from '../identity/shopper-identity.ts'
import { parseProfile } from '../identity/signed-profile.ts'
import type { Draft } from '../conversation/body.ts'
import { openLog, type OpenedLog } from '../conversation/open-log.ts'
import type { Entry } from '../conversation/log.ts'
import type { Membership } from '../conversation/membership.ts'
import { StaffState } from '../staff/staff-state.ts'
import { StorageError } from '../storage/ports.ts'
import { epochRecords } from './epoch-records.ts'
import { EpochTurn } from './epoch-turn.ts'
import type { OpenShop } from './open-shop.ts'
import type { SessionParts } from './session-parts.ts'
import { loadWriter, renewWriter } from './writer.ts'

/** What the shop's devices tell each other; nothing of it ever enters a conversation. */
export class StaffLog {
  readonly state = new StaffState((bytes) => parseProfile(bytes)?.profile.number ?? null)
  readonly #log: OpenedLog
  readonly #read = new WeakSet<Entry>()

  private constructor(log: OpenedLog) {
    this.#log = log
    this.#catchUp()
    log.subscribe(() => this.#catchUp())
  }

  /** Throws `StorageError`. */
  static async open(parts: SessionParts, shop: OpenShop): Promise<StaffLog> {
    const { vault, entries } = parts.storage
    const logId = staffLogId(shop.root)
    const log = await openLog({
      ref: { kind: 'staff', id: logId },
      firstKey: staffEpochKey(shop.keys),
      self: shop.author,
      writer: await loadWriter(vault, logId),
      renewWriter: () => renewWriter(vault, logId),
      membership: staffOf(shop),
      store: entries,
      epochs: epochRecords(vault, logId),
      unseal: parts.unseal,
      now: () => parts.clock.now(),
    })
    const turn = new EpochTurn(log, () => shop.members())
    log.subscribe(() => void turn.turnIfFull())
    return new StaffLog(log)
  }

  /** Stores what this device says; throws `StorageError` when it could not be stored. */
  async say(draft: Draft): Promise<void> {
    const result = await this.#log.append(draft)
    if (result.type === 'appended') return
    switch (result.reason) {
      case 'storage-full':
        throw new StorageError('full')
      case 'storage-failed':
      case 'closed':
      case 'removed':
        throw new StorageError('unavailable')
      case 'empty':
      case 'too-large':
      case 'malformed':
        throw new Error(`the staff log takes no such ${draft.kind}: ${result.reason}`)
    }
  }

  /** Called after each change; returns the unsubscriber. */
  subscribe(listener: () => void): () => void {
    return this.#log.subscribe(listener)
  }

  close(): void {
    this.#log.close()
  }

  #catchUp(): void {
    for (const entry of this.#log.snapshot().entries) {
      if (this.#read.has(entry)) continue
      this.#read.add(entry)
      this.state.add(entry)
    }
  }
}

/** The shop's devices alone. */
function staffOf({ devices }: OpenShop): Membership {
  return {
    roleOf: (author, certificate) => devices.roleOf(author, certificate),
    isRevoked: (author) => devices.isRevoked(author),
  }
}
