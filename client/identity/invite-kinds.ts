import type { InboxCertificate, InviteToken, SigningPublicKey } from '@hamsa/crypto'
import type { LogId } from '../conversation/log.ts'
import type { ShopCard } from './card.ts'
import type { SignedCard } from './signed-card.ts'

type AnyInvite = {
  /** Names the shop. */
  readonly root: SigningPublicKey
  /** Where to knock; certified by `root`. */
  readonly inbox: InboxCertificate
  readonly token: InviteToken
  /** Whom the shopper joins; signed by `root`. */
  readonly card: ShopCard
  readonly signedCard: SignedCard
}

/** Public: each visitor gets a private conversation. */
export type ShopInvite = AnyInvite & { readonly kind: 'shop' }
/** For one person. The expiry is told to the shopper; it is the shop that enforces it. */
export type PersonalInvite = AnyInvite & {
  readonly kind: 'personal'
  /** Unix milliseconds. */
  readonly expiresAtMs: number
}
/** Into a community room. Uses and expiry are told to the shopper; it is the shop that enforces them. */
export type RoomInvite = AnyInvite & {
  readonly kind: 'room'
  readonly room: LogId
  /** 1 to 65,535. */
  readonly maxUses: number
  /** Unix milliseconds. */
  readonly expiresAtMs: number
}
export type Invite = ShopInvite | PersonalInvite | RoomInvite

/** The last millisecond that six bytes hold, in the year 10889: an invite without an end. */
export const LAST_EXPIRY_MS = 2 ** 48 - 1

export function isInviteExpiry(expiresAtMs: number): boolean {
  return Number.isInteger(expiresAtMs) && expiresAtMs >= 0 && expiresAtMs <= LAST_EXPIRY_MS
}

export function isUseCount(uses: number): boolean {
  return Number.isInteger(uses) && uses >= 1 && uses < 2 ** 16
}

/** For the page that shows an invite before it is used. Only the shop's own clock decides. */
export function hasExpired(invite: Invite, nowMs: number): boolean {
  return invite.kind !== 'shop' && nowMs >= invite.expiresAtMs
}
