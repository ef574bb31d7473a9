import { assertLength } from './crypto-error.ts'
import { deriveKey, type Label } from './hash.ts'
import { open, seal, SECRET_KEY_BYTES } from './secretbox.ts'

/* nonce 24, random ‖ tag 16 ‖ ciphertext, under HKDF(key, no salt, label) */

const NO_SALT = new Uint8Array()

/**
 * Seals a secret that rests under another one, such as a seed under a stretched passphrase. What one
 * key wraps under two labels opens under its own label only; with `seal` it could be swapped.
 */
export function wrapSecret(key: Uint8Array, label: Label, secret: Uint8Array): Uint8Array {
  return seal(wrappingKey(key, label), secret)
}

/** The secret, or `null` when key, label or bytes are wrong. */
export function unwrapSecret(
  key: Uint8Array,
  label: Label,
  wrapped: Uint8Array,
): Uint8Array | null {
  return open(wrappingKey(key, label), wrapped)
}

function wrappingKey(key: Uint8Array, label: Label): Uint8Array {
  assertLength(key, SECRET_KEY_BYTES, 'key')
  return deriveKey(key, NO_SALT, label, SECRET_KEY_BYTES)
}
