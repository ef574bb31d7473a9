import type {
  BoxPublicKey,
  ConversationSecret,
  InviteId,
  InviteSecret,
  SigningPublicKey,
} from '@hamsa/crypto'
import type { EntryId, LogId } from './ids.ts'

/*
 * What an entry can say. Entries of one log: `MessageBody` in conversations and rooms, `StaffBody`
 * in the staff log, which no shopper ever gets a byte of. Codes stand in kind.ts; what of the
 * entries has an effect (whose edit counts, what is deleted) is a pure function of all of them.
 */

/** An amount as it was typed, with its ISO 4217 code: `{ amount: '99.50', currency: 'SAR' }`. */
export type Price = { readonly amount: string; readonly currency: string }

/** Reports a fault of the shop, or rates the help. */
export type FormAnswer =
  | {
      readonly form: 'fault'
      readonly category: 'order' | 'payment' | 'delivery' | 'product' | 'page' | 'other'
      readonly text: string
      /** Where it happened; `null` when the shopper does not say. */
      readonly page: string | null
      readonly product: string | null
      readonly device: string | null
    }
  /** `stars` 1 to 5. */
  | { readonly form: 'rating'; readonly stars: number; readonly text: string }

export type SanctionKind = 'slow-mode' | 'mute' | 'removal'

export type MessageBody =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'reply'; readonly target: EntryId; readonly text: string }
  /** Counts when it is by the target's author. */
  | { readonly kind: 'edit'; readonly target: EntryId; readonly text: string }
  | { readonly kind: 'delete'; readonly target: EntryId }
  /** One emoji; `null` takes the author's earlier one back. */
  | { readonly kind: 'reaction'; readonly target: EntryId; readonly emoji: string | null }
  | {
      readonly kind: 'product-card'
      readonly name: string
      readonly price: Price | null
      /** `https:` only. */
      readonly url: string | null
      /** The shop's own number of the product. */
      readonly reference: string | null
      /** A small picture, jpeg, png or webp, at most 48 KiB; always redrawn before it is shown. */
      readonly picture: Uint8Array | null
    }
  | {
      readonly kind: 'file-offer'
      readonly name: string
      readonly mediaType: string
      /** Bytes. */
      readonly size: number
      /** SHA-256 of the whole file, 32 bytes. */
      readonly digest: Uint8Array
      /** Key that seals its chunks, 32 bytes. */
      readonly key: Uint8Array
    }
  | { readonly kind: 'form'; readonly answer: FormAnswer }
  | { readonly kind: 'policy'; readonly version: number; readonly text: string }
  | { readonly kind: 'acceptance'; readonly policy: EntryId }
  | {
      readonly kind: 'warning'
      readonly member: SigningPublicKey
      /** The message that broke a rule. */
      readonly about: EntryId | null
      readonly rule: string
      readonly text: string
    }
  | {
      readonly kind: 'sanction'
      readonly member: SigningPublicKey
      readonly sanction: SanctionKind
      /** Unix milliseconds; `null` until it is lifted. */
      readonly untilMs: number | null
      readonly about: EntryId | null
      readonly rule: string
      readonly reason: string
    }
  | { readonly kind: 'appeal'; readonly about: EntryId; readonly text: string }
  | {
      readonly kind: 'membership'
      readonly member: SigningPublicKey
      readonly change: 'joined' | 'left' | 'removed'
    }
  | {
      readonly kind: 'system'
      readonly event: 'resolved' | 'reopened' | 'lock-down' | 'lock-lifted'
    }

export type ConversationStatus = 'open' | 'waiting' | 'resolved' | 'snoozed'

export type StaffBody =
  /** A shopper whom the shop has come to know; the other devices find the log by it. */
  | {
      readonly kind: 'staff-conversation'
      readonly shopper: SigningPublicKey
      readonly shopperBox: BoxPublicKey
      readonly secret: ConversationSecret
      readonly inviteId: InviteId
      readonly createdMs: number
    }
  | { readonly kind: 'staff-note'; readonly shopper: SigningPublicKey; readonly text: string }
  /** All labels of a conversation, in place of the earlier ones. */
  | {
      readonly kind: 'staff-labels'
      readonly shopper: SigningPublicKey
      readonly labels: readonly string[]
    }
  | {
      readonly kind: 'staff-status'
      readonly shopper: SigningPublicKey
      readonly status: ConversationStatus
      /** For `snoozed`; Unix milliseconds. */
      readonly untilMs: number | null
    }
  /** Everything up to this entry has been looked at. */
  | { readonly kind: 'staff-read'; readonly shopper: SigningPublicKey; readonly entry: EntryId }
  | { readonly kind: 'staff-block'; readonly shopper: SigningPublicKey; readonly blocked: boolean }
  /** Takes a shopper's conversation off every device. */
  | { readonly kind: 'staff-erase'; readonly shopper: SigningPublicKey }
  | {
      readonly kind: 'staff-invite'
      readonly invite: 'shop' | 'personal' | 'room'
      readonly inviteId: InviteId
      readonly secret: InviteSecret
      /** For whom or where; the shop's own words, never part of the link. */
      readonly name: string
      /** Unix milliseconds; `null` never. */
      readonly expiresAtMs: number | null
      /** `null` without limit. */
      readonly maxUses: number | null
      readonly room: LogId | null
    }
  | { readonly kind: 'staff-invite-revoked'; readonly inviteId: InviteId }
  /** A shopper has used an invite: their first message is stored. */
  | {
      readonly kind: 'staff-invite-used'
      readonly inviteId: InviteId
      readonly shopper: SigningPublicKey
    }
  /** `text: null` takes it away. */
  | { readonly kind: 'staff-canned-reply'; readonly name: string; readonly text: string | null }
  /** An encoded shop profile; the highest number counts. */
  | { readonly kind: 'staff-profile'; readonly profile: Uint8Array }
  /** A setting of the desk that all devices share, such as quotas; `null` takes it away. */
  | { readonly kind: 'staff-setting'; readonly name: string; readonly value: string | null }

/** What may be written. */
export type Draft = MessageBody | StaffBody

/** What an entry says to this version. */
export type EntryBody =
  | Draft
  /** A later kind or version, or one that breaks its format; kept and passed on. */
  | { readonly kind: 'unknown'; readonly code: number }
  /** Its author took it back: the body is gone, the header still verifies. */
  | { readonly kind: 'deleted'; readonly code: number }
