import nacl from 'tweetnacl'
import { isSafeMontgomeryPoint } from './curve25519.ts'
import {
  KEY_BYTES,
  makeBoxPair,
  type BoxPair,
  type BoxPublicKey,
  type BoxSecretKey,
} from './identity.ts'
import { randomBytes } from './random.ts'

/**
 * The raw X25519 shared secret (RFC 7748 §6.1), 32 bytes, to be fed to a key derivation only;
 * `null` when the foreign key is unsafe or the result is all zero.
 */
export function agree(secretKey: BoxSecretKey, publicKey: BoxPublicKey): Uint8Array | null {
  if (!isSafeMontgomeryPoint(publicKey)) return null
  const shared = nacl.scalarMult(secretKey, publicKey)
  return shared.some((byte) => byte !== 0) ? shared : null
}

/**
 * The very same without holding the page: by WebCrypto where it knows X25519 (0.1 ms, on a thread of
 * its own), else by tweetnacl, which takes ten times as long and at first a hundred times.
 */
export async function agreeSoon(
  secretKey: BoxSecretKey,
  publicKey: BoxPublicKey,
): Promise<Uint8Array | null> {
  if (!isSafeMontgomeryPoint(publicKey)) return null
  const shared = await multiply(secretKey, publicKey)
  if (shared === null) return agree(secretKey, publicKey)
  return shared.some((byte) => byte !== 0) ? shared : null
}

/** `makeBoxPair` without holding the page. */
export async function makeBoxPairSoon(): Promise<BoxPair> {
  const secretKey = randomBytes(KEY_BYTES) as Uint8Array as BoxSecretKey
  const publicKey = await multiply(secretKey, BASE_POINT)
  return publicKey === null ? makeBoxPair() : { publicKey: publicKey as BoxPublicKey, secretKey }
}

/** u = 9 (RFC 7748 §4.1): times a secret key it is the public one. */
const BASE_POINT = Uint8Array.from({ length: KEY_BYTES }, (_, index) => (index === 0 ? 9 : 0))

/** What RFC 8410 §7 puts around a secret key. */
const PKCS8_PREFIX = Uint8Array.from([
  0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x04, 0x22, 0x04, 0x20,
])

/** By WebCrypto; `null` where X25519 is unknown to it, or it refuses the result. */
async function multiply(secret: Uint8Array, point: Uint8Array): Promise<Uint8Array | null> {
  const pkcs8 = new Uint8Array(PKCS8_PREFIX.length + KEY_BYTES)
  pkcs8.set(PKCS8_PREFIX)
  pkcs8.set(secret, PKCS8_PREFIX.length)
  try {
    const [key, foreign] = await Promise.all([
      crypto.subtle.importKey('pkcs8', pkcs8, 'X25519', false, ['deriveBits']),
      crypto.subtle.importKey('raw', new Uint8Array(point), 'X25519', false, []),
    ])
    const bits = await crypto.subtle.deriveBits({ name: 'X25519', public: foreign }, key, 256)
    return new Uint8Array(bits)
  } catch {
    return null // an older browser, an insecure origin, or an all-zero result: tweetnacl decides
  } finally {
    pkcs8.fill(0)
  }
}
