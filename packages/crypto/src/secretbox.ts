import nacl from 'tweetnacl'
import { concatBytes, equalBytes } from './bytes.ts'
import { assertLength } from './crypto-error.ts'
import { hash, type Label } from './hash.ts'
import { randomBytes } from './random.ts'

export const SECRET_KEY_BYTES = 32
const NONCE_BYTES = 24
/** Poly1305 tag. */
export const TAG_BYTES = 16
const ZERO_NONCE = new Uint8Array(NONCE_BYTES)
export const SEAL_OVERHEAD_BYTES = NONCE_BYTES + TAG_BYTES

/** Seals under a 32-byte key (XSalsa20-Poly1305); gives nonce (24, random) ‖ ciphertext. */
export function seal(key: Uint8Array, plaintext: Uint8Array): Uint8Array {
  return sealWithNonce(key, randomBytes(NONCE_BYTES), plaintext)
}

/**
 * Seals with a nonce that hangs on `context` alone. The caller promises that one context never
 * comes with two plaintexts under one key (an entry's id is a hash of all that is in it): so one
 * entry has one right sealed form. `open` takes any nonce, so a reader who must refuse a second form
 * asks `isSealedOnce`.
 */
export function sealOnce(
  key: Uint8Array,
  label: Label,
  context: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  return sealWithNonce(key, nonceFor(key, label, context), plaintext)
}

/**
 * Whether `sealed`, *which has opened* under this key, is the one form that `sealOnce` gives its
 * plaintext in this context: whether it carries that very nonce. Nothing more need be compared:
 * given key, nonce and plaintext there is one ciphertext (a stream cipher) and one tag (a function
 * of key, nonce and ciphertext), and opening has checked all of the tag. So a reader need not seal
 * again. Of bytes that have not opened it says nothing.
 */
export function isSealedOnce(
  key: Uint8Array,
  label: Label,
  context: Uint8Array,
  sealed: Uint8Array,
): boolean {
  assertLength(key, SECRET_KEY_BYTES, 'key')
  return equalBytes(sealed.subarray(0, NONCE_BYTES), nonceFor(key, label, context))
}

/** The plaintext, or `null` when key or bytes are wrong. */
export function open(key: Uint8Array, sealed: Uint8Array): Uint8Array | null {
  assertLength(key, SECRET_KEY_BYTES, 'key')
  if (sealed.length < SEAL_OVERHEAD_BYTES) return null
  return nacl.secretbox.open(sealed.subarray(NONCE_BYTES), sealed.subarray(0, NONCE_BYTES), key)
}

/**
 * Seals the one and only plaintext of a key that was derived for it from a fresh ephemeral; gives
 * the ciphertext alone. The nonce is all zero, which is right for a key that seals once and wrong
 * for any other: use `seal` there.
 */
export function sealUnderFreshKey(key: Uint8Array, plaintext: Uint8Array): Uint8Array {
  assertLength(key, SECRET_KEY_BYTES, 'key')
  return nacl.secretbox(plaintext, ZERO_NONCE, key)
}

/** The plaintext of `sealUnderFreshKey`, or `null` when key or bytes are wrong. */
export function openUnderFreshKey(key: Uint8Array, ciphertext: Uint8Array): Uint8Array | null {
  assertLength(key, SECRET_KEY_BYTES, 'key')
  return nacl.secretbox.open(ciphertext, ZERO_NONCE, key)
}

function nonceFor(key: Uint8Array, label: Label, context: Uint8Array): Uint8Array {
  return hash(label, key, context).slice(0, NONCE_BYTES)
}

function sealWithNonce(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array): Uint8Array {
  assertLength(key, SECRET_KEY_BYTES, 'key')
  return concatBytes(nonce, nacl.secretbox(plaintext, nonce, key))
}
