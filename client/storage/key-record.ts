import { ByteReader, ByteWriter, concatBytes, labelled } from '@hamsa/crypto'
import { decrypt, encrypt } from './aes-gcm.ts'

/*
 * version 1 ‖ id of the content key 16 ‖ guard 1 ‖ passcode salt 16 (guard 1 only) ‖ nonce 12 ‖
 * ciphertext under the wrapping key. What was encrypted is the content key, 32 bytes (guard 0), or
 * the same sealed under the stretched passcode (guard 1). All before the nonce is authenticated.
 */

export const KEY_RECORD_VERSION = 1
export const KEY_ID_BYTES = 16
export const PASSCODE_SALT_BYTES = 16
const UNGUARDED = 0
const GUARDED = 1

/** The content key as it rests. */
export type KeyRecord = {
  readonly id: Uint8Array
  /** Salt of the passcode that guards it; `null` when the browser alone can open it. */
  readonly salt: Uint8Array | null
  /** Nonce and ciphertext. */
  readonly wrapped: Uint8Array
}

/** `null` when this is no record of the version that is known here. */
export function parseKeyRecord(value: unknown): KeyRecord | null {
  if (!(value instanceof Uint8Array)) return null
  const reader = new ByteReader(value)
  reader.version(KEY_RECORD_VERSION)
  const id = reader.raw(KEY_ID_BYTES)
  const guard = reader.uint(1)
  if (guard > GUARDED) return null
  const salt = guard === GUARDED ? reader.raw(PASSCODE_SALT_BYTES) : null
  const wrapped = reader.rest()
  return reader.end() ? { id, salt, wrapped } : null
}

/** The bytes of a record; `secret` is the content key, sealed under the passcode when there is a salt. */
export async function wrapKeyRecord(
  subtle: SubtleCrypto,
  wrappingKey: CryptoKey,
  { id, salt }: Pick<KeyRecord, 'id' | 'salt'>,
  secret: Uint8Array,
): Promise<Uint8Array> {
  const header = encodeHeader(id, salt)
  return concatBytes(header, await encrypt(subtle, wrappingKey, contextOf(header), secret))
}

/** The `secret` that was wrapped, or `null` when the record was damaged or is of another wrapping key. */
export function unwrapKeyRecord(
  subtle: SubtleCrypto,
  wrappingKey: CryptoKey,
  { id, salt, wrapped }: KeyRecord,
): Promise<Uint8Array | null> {
  return decrypt(subtle, wrappingKey, contextOf(encodeHeader(id, salt)), wrapped)
}

function encodeHeader(id: Uint8Array, salt: Uint8Array | null): Uint8Array {
  const writer = new ByteWriter().uint(KEY_RECORD_VERSION, 1).raw(id)
  return salt === null
    ? writer.uint(UNGUARDED, 1).finish()
    : writer.uint(GUARDED, 1).raw(salt).finish()
}

function contextOf(header: Uint8Array): Uint8Array {
  return labelled('hamsa/storage/content-key/1', header)
}
