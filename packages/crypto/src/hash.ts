import { hkdf } from '@noble/hashes/hkdf.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { ByteWriter } from './byte-codec.ts'
import { concatBytes, toUtf8 } from './bytes.ts'
import { CryptoError } from './crypto-error.ts'

export const HASH_BYTES = 32

/** A domain: says what a hash, key or signature is for, so that none can be taken for another. */
export type Label = `hamsa/${string}`

/** The label behind its length (1 byte), ahead of what it labels. */
export function labelled(label: Label, message: Uint8Array): Uint8Array {
  const text = toUtf8(label)
  if (text.length > 255) throw new CryptoError('bad-label', label)
  return new ByteWriter().bytes(text, 1).raw(message).finish()
}

/** H of the protocol: the first 32 bytes of SHA-512 (FIPS 180-4) over the labelled parts. Parts have fixed lengths or carry their own. */
export function hash(label: Label, ...parts: readonly Uint8Array[]): Uint8Array {
  return sha512(labelled(label, concatBytes(...parts))).slice(0, HASH_BYTES)
}

/** HKDF-SHA-512 (RFC 5869); `length` in bytes. */
export function deriveKey(
  secret: Uint8Array,
  salt: Uint8Array,
  label: Label,
  length: number,
): Uint8Array {
  return hkdf(sha512, secret, salt, toUtf8(label), length)
}

/** HMAC-SHA-512 (RFC 2104), cut to 32 bytes as RFC 2104 §5 allows. */
export function authenticate(key: Uint8Array, label: Label, message: Uint8Array): Uint8Array {
  return hmac(sha512, key, labelled(label, message)).slice(0, HASH_BYTES)
}
