import nacl from 'tweetnacl'
import { isSafeMontgomeryPoint } from './curve25519.ts'
import type { BoxPublicKey, BoxSecretKey } from './identity.ts'

/**
 * The raw X25519 shared secret (RFC 7748 §6.1), 32 bytes, to be fed to a key derivation only;
 * `null` when the foreign key is unsafe or the result is all zero.
 */
export function agree(secretKey: BoxSecretKey, publicKey: BoxPublicKey): Uint8Array | null {
  if (!isSafeMontgomeryPoint(publicKey)) return null
  const shared = nacl.scalarMult(secretKey, publicKey)
  return shared.some((byte) => byte !== 0) ? shared : null
}
