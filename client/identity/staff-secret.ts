import { deriveKey, HASH_BYTES, randomBytes, type Brand, type Identity } from '@hamsa/crypto'
import { staffLogId } from './shopper-identity.ts'

export const STAFF_SECRET_BYTES = 32

/** 32 bytes that the shop's devices share, and nobody else: the staff log begins with a key made of it. */
export type StaffSecret = Brand<Uint8Array, 'StaffSecret'>

export function makeStaffSecret(): StaffSecret {
  return randomBytes(STAFF_SECRET_BYTES) as Uint8Array as StaffSecret
}

/** A stored staff secret, or `null` when it has not 32 bytes. */
export function parseStaffSecret(bytes: Uint8Array): StaffSecret | null {
  return bytes.length === STAFF_SECRET_BYTES ? (bytes as StaffSecret) : null
}

/**
 * The key of the staff log's epoch 0, 32 bytes: HKDF-SHA-512(staff secret, salt = staff log id). A
 * device that was revoked still knows it; what comes after is sealed in epochs with keys of their own.
 */
export function staffEpochKey(shop: {
  readonly root: Identity
  readonly staffSecret: StaffSecret
}): Uint8Array {
  const log = staffLogId(shop.root.signing.publicKey)
  return deriveKey(shop.staffSecret, log, 'hamsa/staff/epoch/0/1', HASH_BYTES)
}
