import { agree } from './agreement.ts'
import { concatBytes } from './bytes.ts'
import { CryptoError } from './crypto-error.ts'
import { deriveKey, hash, type Label } from './hash.ts'
import {
  KEY_BYTES,
  makeBoxPair,
  parseBoxPublicKey,
  type BoxPair,
  type BoxPublicKey,
} from './identity.ts'
import { openUnderFreshKey, SECRET_KEY_BYTES, sealUnderFreshKey, TAG_BYTES } from './secretbox.ts'

/* ephemeral X25519 key 32 ‖ tag 16 ‖ ciphertext */

/** How much longer than its plaintext a box is. */
export const SEAL_TO_OVERHEAD_BYTES = KEY_BYTES + TAG_BYTES

/**
 * Seals for one recipient, so that an epoch's key can be given to each member by itself. It opens
 * with the same label and context only: put into the context what the plaintext is for (log, epoch).
 *
 * It says nothing about who sealed it: whoever must know that signs what carries it.
 */
export function sealTo(
  recipient: BoxPublicKey,
  label: Label,
  context: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  const ephemeral = makeBoxPair()
  const shared = agree(ephemeral.secretKey, recipient)
  if (shared === null) throw new CryptoError('weak-key', 'recipient') // a parsed key cannot get here
  const key = boxKey(shared, ephemeral.publicKey, recipient, label, context)
  return concatBytes(ephemeral.publicKey, sealUnderFreshKey(key, plaintext))
}

/** The plaintext, or `null` when the bytes are not sealed to this pair under this label and context. Takes any bytes. */
export function openFrom(
  self: BoxPair,
  label: Label,
  context: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | null {
  if (sealed.length < SEAL_TO_OVERHEAD_BYTES) return null
  const ephemeral = parseBoxPublicKey(sealed.slice(0, KEY_BYTES))
  const shared = ephemeral === null ? null : agree(self.secretKey, ephemeral)
  if (ephemeral === null || shared === null) return null
  const key = boxKey(shared, ephemeral, self.publicKey, label, context)
  return openUnderFreshKey(key, sealed.subarray(KEY_BYTES))
}

/** The context goes into the salt behind a hash, since it may have any length; the two keys before it have 32 bytes each. */
function boxKey(
  shared: Uint8Array,
  ephemeral: BoxPublicKey,
  recipient: BoxPublicKey,
  label: Label,
  context: Uint8Array,
): Uint8Array {
  const salt = hash('hamsa/box/1', ephemeral, recipient, context)
  return deriveKey(shared, salt, label, SECRET_KEY_BYTES)
}
