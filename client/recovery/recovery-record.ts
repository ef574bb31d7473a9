import type {
  BoxPublicKey,
  Certificate,
  ConversationSecret,
  InviteId,
  SigningPublicKey,
} from '@hamsa/crypto'
import type { LogRef } from '../conversation/log.ts'
import type { SignedEntry } from '../conversation/signed-entry.ts'
import type { ShopKeys } from '../identity/shop-identity.ts'
import type { ShopperKeys } from '../identity/shopper-identity.ts'

/** Everything of a shop; the first record of a shop's file. */
export type ShopRecord = { readonly type: 'shop'; readonly keys: ShopKeys }

/** Everything of a shopper in one shop; the first record of a shopper's file. */
export type ShopperRecord = {
  readonly type: 'shopper'
  /** Names the shop. */
  readonly root: SigningPublicKey
  readonly keys: ShopperKeys
  /** What stood after `#` in the link that the shopper came by. */
  readonly invite: string
}

/** What the desk keeps of one shopper beside the log. */
export type ConversationRecord = {
  readonly type: 'conversation'
  readonly shopper: SigningPublicKey
  readonly shopperBox: BoxPublicKey
  readonly secret: ConversationSecret
  readonly inviteId: InviteId
  /** Unix milliseconds. */
  readonly createdMs: number
  /** How many of the shopper's messages the merchant has looked at. */
  readonly read: number
}

/** Device certificates under which entries were written; without them the entries verify nowhere. At most 512 a record. */
export type CertificatesRecord = {
  readonly type: 'certificates'
  readonly certificates: readonly Certificate[]
}

/** A small record of the vault as it is, under its own name; see `BACKED_UP_PREFIXES`. */
export type VaultRecord = {
  readonly type: 'vault'
  readonly name: string
  readonly bytes: Uint8Array
}

/** A part of a log, in the writers' order, so that a broken file still gives whole beginnings. */
export type EntriesRecord = {
  readonly type: 'entries'
  readonly log: LogRef
  /** 1 to 256, together at most 512 KiB. */
  readonly entries: readonly SignedEntry[]
}

/** How much of each kind there is. */
export type RecoveryCounts = {
  readonly conversations: number
  readonly certificates: number
  readonly vault: number
  readonly entries: number
}

/** The last record: tells a whole file from a partial one. */
export type EndRecord = { readonly type: 'end'; readonly counts: RecoveryCounts }

/** One item of a recovery file. RECOVERY.md has the order and the byte maps. */
export type RecoveryRecord =
  | ShopRecord
  | ShopperRecord
  | ConversationRecord
  | CertificatesRecord
  | VaultRecord
  | EntriesRecord
  | EndRecord

/** What a file holds before its end. */
export type RecoveryContent = Exclude<RecoveryRecord, EndRecord>

export const NO_COUNTS: RecoveryCounts = { conversations: 0, certificates: 0, vault: 0, entries: 0 }

/** The counts with one more record. */
export function countRecord(counts: RecoveryCounts, record: RecoveryContent): RecoveryCounts {
  switch (record.type) {
    case 'shop':
    case 'shopper':
      return counts
    case 'conversation':
      return { ...counts, conversations: counts.conversations + 1 }
    case 'certificates':
      return { ...counts, certificates: counts.certificates + record.certificates.length }
    case 'vault':
      return { ...counts, vault: counts.vault + 1 }
    case 'entries':
      return { ...counts, entries: counts.entries + record.entries.length }
  }
}
