import type { BoxPair, SigningPair } from '@hamsa/crypto'
import type { EntryStore } from '../storage/ports.ts'
import type { UnsealEntries } from './entry-verifier.ts'
import type { EpochStore } from './epoch-store.ts'
import type { CertificateId, LogRef, WriterId } from './log.ts'
import type { Membership } from './membership.ts'

/** What a log is opened with. */
export type LogParts = {
  readonly ref: LogRef
  /** 32 bytes: seals the entries of epoch 0. */
  readonly firstKey: Uint8Array
  readonly self: {
    readonly signing: SigningPair
    /** Opens the keys of later epochs. */
    readonly box: BoxPair
    readonly certificate: CertificateId
  }
  readonly writer: WriterId
  readonly membership: Membership
  readonly store: EntryStore
  readonly epochs: EpochStore
  readonly unseal: UnsealEntries
  /** Unix milliseconds. */
  readonly now: () => number
  /**
   * Makes a new writer id and keeps it for the next opening; called when entries of the own writer
   * turn up that this storage has not got, before anything more is written. Without it, or when it
   * rejects, a new id serves this opening only.
   */
  readonly renewWriter?: () => Promise<WriterId>
}
