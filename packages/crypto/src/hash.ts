import { hkdf } from '@noble/hashes/hkdf.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { concatBytes, toUtf8 } from './bytes.ts'
import { CryptoError } from './crypto-error.ts'

export const HASH_BYTES = 32

/** A domain: says what a hash, key or signature is for, so that none can be taken for another. */
export type Label = `hamsa/${string}`

/** Labels are constants of the code, some dozens; should somebody make them up, they are not all kept. */
const MAX_KEPT_LABELS = 256
const prefixes = new Map<Label, Uint8Array>()

/** The label's UTF-8 behind its length (1 byte); made once. */
function prefixOf(label: Label): Uint8Array {
  const known = prefixes.get(label)
  if (known !== undefined) return known
  const text = toUtf8(label)
  if (text.length > 255) throw new CryptoError('bad-label', label)
  const prefix = concatBytes(Uint8Array.of(text.length), text)
  if (prefixes.size < MAX_KEPT_LABELS) prefixes.set(label, prefix)
  return prefix
}

/** The label behind its length (1 byte), ahead of what it labels. */
export function labelled(label: Label, message: Uint8Array): Uint8Array<ArrayBuffer> {
  return concatBytes(prefixOf(label), message)
}

/** H of the protocol: the first 32 bytes of SHA-512 (FIPS 180-4) over the labelled parts. Parts have fixed lengths or carry their own. */
export function hash(label: Label, ...parts: readonly Uint8Array[]): Uint8Array {
  const state = sha512.create().update(prefixOf(label))
  for (const part of parts) state.update(part)
  return state.digest().slice(0, HASH_BYTES)
}

/** HKDF-SHA-512 (RFC 5869); `length` in bytes. */
export function deriveKey(
  secret: Uint8Array,
  salt: Uint8Array,
  label: Label,
  length: number,
): Uint8Array {
  return hkdf(sha512, secret, salt, prefixOf(label).subarray(1), length)
}

/** HMAC-SHA-512 (RFC 2104), cut to 32 bytes as RFC 2104 §5 allows. */
export function authenticate(key: Uint8Array, label: Label, message: Uint8Array): Uint8Array {
  const state = hmac.create(sha512, key).update(prefixOf(label)).update(message)
  return state.digest().slice(0, HASH_BYTES)
}
