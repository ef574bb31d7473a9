import { sha512 } from '@noble/hashes/sha2.js'
import { ByteWriter } from './byte-codec.ts'
import { concatBytes, toUtf8 } from './bytes.ts'
import type { SigningPublicKey } from './identity.ts'

/*
 * Signal's numeric fingerprint (libsignal, rust/protocol/src/fingerprint.rs). A made-up key that
 * gives the same 30 digits must be found through 5,200 hashes a try.
 */

const ITERATIONS = 5200
/** Signal's fingerprint version, 0 to this day. */
const FINGERPRINT_VERSION = 0
const GROUPS_PER_HALF = 6
const BYTES_PER_GROUP = 5
const DIGITS_PER_GROUP = 5

/** One side of a comparison. `identifier` goes into the digits, so that a key cannot stand on the wrong side. */
export type SafetyNumberSide = { readonly identifier: Uint8Array; readonly key: Uint8Array }

/**
 * 60 digits that are the same whichever side asks; about 60 ms on a laptop. `version` goes into the
 * digits as two bytes; throws `bad-number` for one that does not fit.
 */
export function numericFingerprint(
  version: number,
  one: SafetyNumberSide,
  other: SafetyNumberSide,
): string {
  const halves = [halfOf(version, one), halfOf(version, other)]
  return halves.sort().join('')
}

/** What shopper and shop compare over another channel: 12 groups of 5 digits over the shop's root key and the shopper's key. */
export function safetyNumber(root: SigningPublicKey, shopper: SigningPublicKey): readonly string[] {
  const digits = numericFingerprint(
    FINGERPRINT_VERSION,
    { identifier: toUtf8('hamsa/safety-number/shop/1'), key: root },
    { identifier: toUtf8('hamsa/safety-number/shopper/1'), key: shopper },
  )
  return Array.from({ length: 2 * GROUPS_PER_HALF }, (_, group) =>
    digits.slice(group * DIGITS_PER_GROUP, (group + 1) * DIGITS_PER_GROUP),
  )
}

/** The 30 digits of one side. */
function halfOf(version: number, { identifier, key }: SafetyNumberSide): string {
  const start = new ByteWriter().uint(version, 2).raw(key).raw(identifier).raw(key).finish()
  let digest = sha512(start)
  for (let round = 1; round < ITERATIONS; round++) digest = sha512(concatBytes(digest, key))
  let digits = ''
  for (let group = 0; group < GROUPS_PER_HALF; group++) {
    const offset = group * BYTES_PER_GROUP
    const number = digest
      .subarray(offset, offset + BYTES_PER_GROUP)
      .reduce((value, byte) => value * 256 + byte, 0)
    digits += String(number % 10 ** DIGITS_PER_GROUP).padStart(DIGITS_PER_GROUP, '0')
  }
  return digits
}
