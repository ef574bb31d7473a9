import { CryptoError, makeInviteToken, type InviteToken } from '@hamsa/crypto'
import type { LogId } from '../conversation/log.ts'
import { isInviteExpiry, isUseCount, type Invite, type ShopInvite } from './invite-kinds.ts'

/** What a shop keeps of an invite that it made: all that the link says besides the shop itself, and for whom it is. */
type AnyGrant = {
  readonly token: InviteToken
  /** For whom or what, in the shop's own words; never part of the link. */
  readonly name: string
}
/** A second public link, such as for one campaign, that can be taken back alone. */
export type ShopGrant = AnyGrant & { readonly kind: 'shop' }
/** One use, which is bound to the first shopper who writes. */
export type PersonalGrant = AnyGrant & {
  readonly kind: 'personal'
  /** Unix milliseconds. */
  readonly expiresAtMs: number
}
export type RoomGrant = AnyGrant & {
  readonly kind: 'room'
  readonly room: LogId
  /** 1 to 65,535. */
  readonly maxUses: number
  /** Unix milliseconds. */
  readonly expiresAtMs: number
}
export type InviteGrant = ShopGrant | PersonalGrant | RoomGrant

/** A fresh invite for one person. Throws `bad-number` for an expiry that no link can hold. */
export function makePersonalInvite(request: {
  readonly name: string
  readonly expiresAtMs: number
}): PersonalGrant {
  const { name, expiresAtMs } = request
  if (!isInviteExpiry(expiresAtMs)) throw new CryptoError('bad-number', 'expiry')
  return { kind: 'personal', token: makeInviteToken(), name, expiresAtMs }
}

/** A fresh invite into a room. Throws `bad-number` for uses or an expiry that no link can hold. */
export function makeRoomInvite(request: {
  readonly name: string
  readonly room: LogId
  readonly maxUses: number
  readonly expiresAtMs: number
}): RoomGrant {
  const { name, room, maxUses, expiresAtMs } = request
  if (!isUseCount(maxUses)) throw new CryptoError('bad-number', 'uses')
  if (!isInviteExpiry(expiresAtMs)) throw new CryptoError('bad-number', 'expiry')
  return { kind: 'room', token: makeInviteToken(), name, room, maxUses, expiresAtMs }
}

/** What the link says, beside what the shop's public one does: the same each time until the shop changes its card or its inbox. */
export function inviteOf(publicOne: ShopInvite, grant: InviteGrant): Invite {
  const { token } = grant
  const invite = { ...publicOne, token }
  switch (grant.kind) {
    case 'shop':
      return invite
    case 'personal':
      return { ...invite, kind: grant.kind, expiresAtMs: grant.expiresAtMs }
    case 'room': {
      const { kind, room, maxUses, expiresAtMs } = grant
      return { ...invite, kind, room, maxUses, expiresAtMs }
    }
  }
}
