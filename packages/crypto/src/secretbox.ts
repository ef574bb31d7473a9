import nacl from 'tweetnacl'
import { concatBytes } from './bytes.ts'
import { assertLength } from './crypto-error.ts'
import { hash, type Label } from './hash.ts'
import { randomBytes } from './random.ts'

export const SECRET_KEY_BYTES = 32
const NONCE_BYTES = 24
const TAG_BYTES = 16
export const SEAL_OVERHEAD_BYTES = NONCE_BYTES + TAG_BYTES

/** Seals under a 32-byte key (XSalsa20-Poly1305); gives nonce (24, random) ‖ ciphertext. */
export function seal(key: Uint8Array, plaintext: Uint8Array): Uint8Array {
  return sealWithNonce(key, randomBytes(NONCE_BYTES), plaintext)
}

/**
 * Seals with a nonce that hangs on `context` alone. The caller promises that one context never
 * comes with two plaintexts under one key (an entry's id is a hash of all that is in it): so one
 * entry has one sealed form, and nobody can put a second one into circulation.
 */
export function sealOnce(
  key: Uint8Array,
  label: Label,
  context: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  return sealWithNonce(key, nonceFor(key, label, context), plaintext)
}

/** The plaintext, or `null` when key or bytes are wrong. */
export function open(key: Uint8Array, sealed: Uint8Array): Uint8Array | null {
  assertLength(key, SECRET_KEY_BYTES, 'key')
  if (sealed.length < SEAL_OVERHEAD_BYTES) return null
  return nacl.secretbox.open(sealed.subarray(NONCE_BYTES), sealed.subarray(0, NONCE_BYTES), key)
}

function nonceFor(key: Uint8Array, label: Label, context: Uint8Array): Uint8Array {
  return hash(label, key, context).slice(0, NONCE_BYTES)
}

function sealWithNonce(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array): Uint8Array {
  assertLength(key, SECRET_KEY_BYTES, 'key')
  return concatBytes(nonce, nacl.secretbox(plaintext, nonce, key))
}
