import type { Brand } from './bytes.ts'
import { randomBytes } from './random.ts'

export const INVITE_ID_BYTES = 16
/** Shortest and longest invite secret. 16 bytes keep a QR code small, and guessing one takes the shop's answer. */
export const MIN_INVITE_SECRET_BYTES = 16
export const MAX_INVITE_SECRET_BYTES = 32

/** 16 bytes that name an invite to the shop. */
export type InviteId = Brand<Uint8Array, 'InviteId'>
/** 16 to 32 bytes that prove one holds the invite. */
export type InviteSecret = Brand<Uint8Array, 'InviteSecret'>

/** What a knock proves it holds. */
export type InviteToken = { readonly id: InviteId; readonly secret: InviteSecret }

export function makeInviteToken(): InviteToken {
  return {
    id: randomBytes(INVITE_ID_BYTES) as Uint8Array as InviteId,
    secret: randomBytes(MAX_INVITE_SECRET_BYTES) as Uint8Array as InviteSecret,
  }
}

/** A foreign invite id, or `null` when it has not 16 bytes. */
export function parseInviteId(bytes: Uint8Array): InviteId | null {
  return bytes.length === INVITE_ID_BYTES ? (bytes as InviteId) : null
}

/** A foreign invite secret, or `null` when it has not 16 to 32 bytes. */
export function parseInviteSecret(bytes: Uint8Array): InviteSecret | null {
  const fits = bytes.length >= MIN_INVITE_SECRET_BYTES && bytes.length <= MAX_INVITE_SECRET_BYTES
  return fits ? (bytes as InviteSecret) : null
}
