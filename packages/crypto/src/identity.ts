import nacl from 'tweetnacl'
import type { Brand } from './bytes.ts'
import { assertLength } from './crypto-error.ts'
import { isSafeEdwardsPoint, isSafeMontgomeryPoint } from './curve25519.ts'
import { hash } from './hash.ts'
import { randomBytes } from './random.ts'

export const SEED_BYTES = 32
export const KEY_BYTES = 32

/** 32 secret bytes from which one identity grows. */
export type Seed = Brand<Uint8Array, 'Seed'>
/** Ed25519 public key, 32 bytes, canonical and not of small order. Names whoever speaks. */
export type SigningPublicKey = Brand<Uint8Array, 'SigningPublicKey'>
/** Ed25519 secret key as tweetnacl keeps it: seed ‖ public key, 64 bytes. */
export type SigningSecretKey = Brand<Uint8Array, 'SigningSecretKey'>
/** X25519 public key, 32 bytes, canonical and not of small order. */
export type BoxPublicKey = Brand<Uint8Array, 'BoxPublicKey'>
/** X25519 secret key, 32 bytes. */
export type BoxSecretKey = Brand<Uint8Array, 'BoxSecretKey'>

export type SigningPair = {
  readonly publicKey: SigningPublicKey
  readonly secretKey: SigningSecretKey
}
export type BoxPair = { readonly publicKey: BoxPublicKey; readonly secretKey: BoxSecretKey }
export type Identity = { readonly signing: SigningPair; readonly box: BoxPair }

export function makeSeed(): Seed {
  return randomBytes(SEED_BYTES) as Uint8Array as Seed
}

/** A stored seed, or `null` when it has not 32 bytes. */
export function parseSeed(bytes: Uint8Array): Seed | null {
  return bytes.length === SEED_BYTES ? (bytes as Seed) : null
}

/** The signing and the box pair of a seed; each grows from its own hash, so that neither tells the other. */
export function identityFromSeed(seed: Seed): Identity {
  assertLength(seed, SEED_BYTES, 'seed')
  const signing = nacl.sign.keyPair.fromSeed(hash('hamsa/identity/signing/1', seed))
  return {
    signing: {
      publicKey: signing.publicKey as SigningPublicKey,
      secretKey: signing.secretKey as SigningSecretKey,
    },
    box: boxPairFromSecret(hash('hamsa/identity/box/1', seed)),
  }
}

/** A fresh X25519 pair, for one handshake. */
export function makeBoxPair(): BoxPair {
  return boxPairFromSecret(randomBytes(KEY_BYTES))
}

function boxPairFromSecret(secret: Uint8Array): BoxPair {
  const pair = nacl.box.keyPair.fromSecretKey(secret)
  return { publicKey: pair.publicKey as BoxPublicKey, secretKey: pair.secretKey as BoxSecretKey }
}

/** A foreign Ed25519 key, or `null` when it is non-canonical or of small order. */
export function parseSigningPublicKey(bytes: Uint8Array): SigningPublicKey | null {
  return isSafeEdwardsPoint(bytes) ? (bytes as SigningPublicKey) : null
}

/** A foreign X25519 key, or `null` when it is non-canonical or of small order. */
export function parseBoxPublicKey(bytes: Uint8Array): BoxPublicKey | null {
  return isSafeMontgomeryPoint(bytes) ? (bytes as BoxPublicKey) : null
}
