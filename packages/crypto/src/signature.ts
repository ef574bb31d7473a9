import nacl from 'tweetnacl'
import type { Brand } from './bytes.ts'
import { isCanonicalSignature, isSafeEdwardsPoint } from './curve25519.ts'
import { labelled, type Label } from './hash.ts'
import type { SigningPublicKey, SigningSecretKey } from './identity.ts'

export const SIGNATURE_BYTES = 64

/** Ed25519 signature, 64 bytes, S below the group order. */
export type Signature = Brand<Uint8Array, 'Signature'>

/** Signs label ‖ message (Ed25519, RFC 8032 §5.1.6). */
export function sign(label: Label, message: Uint8Array, secretKey: SigningSecretKey): Signature {
  return nacl.sign.detached(labelled(label, message), secretKey) as Signature
}

/** A foreign signature, or `null` when its S or R is not canonical. */
export function parseSignature(bytes: Uint8Array): Signature | null {
  return isCanonicalSignature(bytes) ? (bytes as Signature) : null
}

/**
 * Whether the signature over label ‖ message is by this key (RFC 8032 §5.1.7). The same verdict on
 * every platform: canonical points and S are checked first by our own rule, then WebCrypto verifies
 * (0.1 ms) where it knows Ed25519, else tweetnacl (6 ms).
 */
export async function verify(
  label: Label,
  message: Uint8Array,
  signature: Uint8Array,
  publicKey: SigningPublicKey,
): Promise<boolean> {
  if (!isCanonicalSignature(signature) || !isSafeEdwardsPoint(publicKey)) return false
  const signed = labelled(label, message)
  const key = await importKey(publicKey)
  if (key === null) return nacl.sign.detached.verify(signed, signature, publicKey)
  try {
    return await crypto.subtle.verify('Ed25519', key, copy(signature), copy(signed))
  } catch {
    return nacl.sign.detached.verify(signed, signature, publicKey) // some engines throw where others say false
  }
}

/** `verify` by tweetnacl alone: for callers that cannot wait, and as the oracle of tests. */
export function verifyNow(
  label: Label,
  message: Uint8Array,
  signature: Uint8Array,
  publicKey: SigningPublicKey,
): boolean {
  if (!isCanonicalSignature(signature) || !isSafeEdwardsPoint(publicKey)) return false
  return nacl.sign.detached.verify(labelled(label, message), signature, publicKey)
}

/** `CryptoKey`, which is no global name to the service's types. */
type ImportedKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>

/** WebCrypto's handle of a key; `null` where Ed25519 is unknown to it or the bytes are no point to it. */
async function importKey(publicKey: SigningPublicKey): Promise<ImportedKey | null> {
  try {
    return await crypto.subtle.importKey('raw', copy(publicKey), 'Ed25519', false, ['verify'])
  } catch {
    return null // an older browser, an insecure origin, or a y that is not on the curve: tweetnacl decides
  }
}

/** WebCrypto's types want a view on a plain ArrayBuffer. */
function copy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}
