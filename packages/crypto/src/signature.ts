import nacl from 'tweetnacl'
import { toBase64Url, type Brand } from './bytes.ts'
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

/** What RFC 8410 §7 puts around a seed: WebCrypto takes a secret key in no other form that is the same everywhere. */
const PKCS8_PREFIX = Uint8Array.from([
  0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
])
const SEED_BYTES = 32

/**
 * A signature as `sign` makes it, without holding the page: by WebCrypto (0.1 ms, on a thread of its
 * own) where it knows Ed25519, else by tweetnacl (3 ms). Most engines give the very same bytes; some
 * mix in randomness of their own, so that two over one message may differ: keep the first.
 */
export async function signSoon(
  label: Label,
  message: Uint8Array,
  secretKey: SigningSecretKey,
): Promise<Signature> {
  const key = await importSecret(secretKey)
  if (key === null) return sign(label, message, secretKey)
  try {
    const signed = await crypto.subtle.sign('Ed25519', key, labelled(label, message))
    return new Uint8Array(signed) as Signature
  } catch {
    return sign(label, message, secretKey) // an engine that has gone since it took the key
  }
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
    return await crypto.subtle.verify('Ed25519', key, copy(signature), signed)
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

/**
 * Keys that WebCrypto has taken, by their text, the least lately used first: a log's thousands of
 * entries have few authors, and importing costs about as much as verifying. Bounded, since a stranger
 * can show any number of keys. A failure is not kept: tomorrow's engine may know better.
 */
const imported = new Map<string, ImportedKey>()
const MAX_IMPORTED_KEYS = 256

/** WebCrypto's handle of a key; `null` where Ed25519 is unknown to it or the bytes are no point to it. */
async function importKey(publicKey: SigningPublicKey): Promise<ImportedKey | null> {
  const name = toBase64Url(publicKey)
  const known = imported.get(name)
  if (known !== undefined) {
    keep(name, known)
    return known
  }
  try {
    const key = await crypto.subtle.importKey('raw', copy(publicKey), 'Ed25519', false, ['verify'])
    keep(name, key)
    return key
  } catch {
    return null // an older browser, an insecure origin, or a y that is not on the curve: tweetnacl decides
  }
}

/** By the very key, so that a handle goes with it. A failure is not kept here either. */
const importedSecrets = new WeakMap<SigningSecretKey, ImportedKey>()

/** WebCrypto's handle of a secret key; `null` where Ed25519 is unknown to it. */
async function importSecret(secretKey: SigningSecretKey): Promise<ImportedKey | null> {
  const known = importedSecrets.get(secretKey)
  if (known !== undefined) return known
  const pkcs8 = new Uint8Array(PKCS8_PREFIX.length + SEED_BYTES)
  pkcs8.set(PKCS8_PREFIX)
  pkcs8.set(secretKey.subarray(0, SEED_BYTES), PKCS8_PREFIX.length) // tweetnacl's: seed 32 ‖ public key 32
  try {
    const key = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign'])
    importedSecrets.set(secretKey, key)
    return key
  } catch {
    return null // an older browser or an insecure origin: tweetnacl signs
  } finally {
    pkcs8.fill(0)
  }
}

/** Puts a key at the end of the line, and drops the one at its head when the line is too long. */
function keep(name: string, key: ImportedKey): void {
  imported.delete(name)
  imported.set(name, key)
  const [oldest] = imported.keys()
  if (imported.size > MAX_IMPORTED_KEYS && oldest !== undefined) imported.delete(oldest)
}

/** WebCrypto's types want a view on a plain ArrayBuffer. */
function copy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}
