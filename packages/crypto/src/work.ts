import type { Brand } from './bytes.ts'
import { CryptoError } from './crypto-error.ts'
import { hash } from './hash.ts'
import type { SigningPublicKey } from './identity.ts'
import { randomBytes } from './random.ts'
import type { VisitNonce } from './visit.ts'

export const WORK_NONCE_BYTES = 8
/** Most work a shop may ask for: about a million hashes, some seven seconds of a laptop, half a minute of a cheap phone. */
export const MAX_WORK_BITS = 20

/** 8 bytes that give a knock its leading zero bits. */
export type WorkNonce = Brand<Uint8Array, 'WorkNonce'>

/** What work is bound to: it serves one shopper, one inbox and one visit. */
export type WorkSubject = {
  readonly inboxSigning: SigningPublicKey
  readonly shopperSigning: SigningPublicKey
  readonly visitNonce: VisitNonce
}

/** A received work nonce, or `null` when it has not 8 bytes. */
export function parseWorkNonce(bytes: Uint8Array): WorkNonce | null {
  return bytes.length === WORK_NONCE_BYTES ? (bytes as WorkNonce) : null
}

/** How much work a nonce shows: leading zero bits (0–256) of the hash over subject and nonce. */
export function workBitsOf(subject: WorkSubject, nonce: WorkNonce): number {
  const digest = hash(
    'hamsa/work/1',
    subject.inboxSigning,
    subject.shopperSigning,
    subject.visitNonce,
    nonce,
  )
  let bits = 0
  for (const byte of digest) {
    if (byte !== 0) return bits + Math.clz32(byte) - 24
    bits += 8
  }
  return bits
}

/**
 * Looks for a nonce of at least `bits` leading zero bits, in at most `tries` hashes from a random
 * start; `null` when none was met. It keeps the thread for that long. A search has no memory, so a
 * page calls it again and again with a few thousand tries, and stays alive in between.
 *
 * @param bits 0 to `MAX_WORK_BITS`; more is our own mistake and throws `bad-number`
 */
export function findWork(
  subject: WorkSubject,
  bits: number,
  tries: number = triesFor(bits),
): WorkNonce | null {
  if (!Number.isInteger(bits) || bits < 0 || bits > MAX_WORK_BITS) {
    throw new CryptoError('bad-number', `${bits} bits of work`)
  }
  const nonce = randomBytes(WORK_NONCE_BYTES) as Uint8Array as WorkNonce
  const counter = new DataView(nonce.buffer, nonce.byteOffset + WORK_NONCE_BYTES - 4)
  for (let attempt = 0; attempt < tries; attempt++) {
    if (workBitsOf(subject, nonce) >= bits) return nonce
    counter.setUint32(0, counter.getUint32(0) + 1)
  }
  return null
}

/** Tries after which one search in eight thousand million million (e³⁶) has still met nothing. */
function triesFor(bits: number): number {
  return 36 * 2 ** bits
}
