/*
 * What a public key or signature must satisfy before any maths sees it. tweetnacl, WebCrypto and
 * OpenSSL disagree on these inputs, and devices must never disagree about which entries exist;
 * so the rule is ours, one for every path.
 *
 * Numbers are 32 bytes, little-endian, as they travel, and are compared as such: this runs for every
 * entry. Nothing here is secret, so nothing here takes constant time.
 */

const NUMBER_BYTES = 32

/** p = 2²⁵⁵ − 19. */
const FIELD_PRIME = number('edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f')
/** Order of the prime subgroup, 2²⁵² + 27742317777372353535851937790883648493 (RFC 8032 §5.1). */
const GROUP_ORDER = number('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010')

const ZERO = number('0000000000000000000000000000000000000000000000000000000000000000')
const ONE = number('0100000000000000000000000000000000000000000000000000000000000000')
const MINUS_ONE = number('ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f')

/** y coordinates of the eight points whose order divides 8 on edwards25519. */
const SMALL_ORDER_Y = [
  ZERO,
  ONE,
  MINUS_ONE,
  number('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'),
  number('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'),
]

/** u coordinates of the small-order points of Curve25519 and its twist (RFC 7748 §6.1, RFC 7748 §7). */
const SMALL_ORDER_U = [
  ZERO,
  ONE,
  MINUS_ONE,
  number('e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'),
  number('5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157'),
]

/** True for 32 bytes that are the canonical encoding of a y coordinate not of small order (RFC 8032 §5.1.3, step 1). Whether y is on the curve, verification finds out. */
export function isSafeEdwardsPoint(bytes: Uint8Array): boolean {
  if (bytes.length !== NUMBER_BYTES) return false
  const y = bytes.slice()
  y[31] = (y[31] ?? 0) & 0x7f // the top bit is the sign of x
  return isBelow(y, FIELD_PRIME) && !isOneOf(y, SMALL_ORDER_Y)
}

/** True for 32 bytes that are a canonical u coordinate, top bit clear, not of small order. */
export function isSafeMontgomeryPoint(bytes: Uint8Array): boolean {
  if (bytes.length !== NUMBER_BYTES) return false
  return isBelow(bytes, FIELD_PRIME) && !isOneOf(bytes, SMALL_ORDER_U)
}

/** True when S, the second half of a signature, is below the group order (RFC 8032 §5.1.7), and R is a safe point. */
export function isCanonicalSignature(signature: Uint8Array): boolean {
  if (signature.length !== 2 * NUMBER_BYTES) return false
  return (
    isBelow(signature.subarray(NUMBER_BYTES), GROUP_ORDER) &&
    isSafeEdwardsPoint(signature.subarray(0, NUMBER_BYTES))
  )
}

function number(hex: string): Uint8Array {
  return Uint8Array.from({ length: NUMBER_BYTES }, (_, index) =>
    Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16),
  )
}

function isBelow(value: Uint8Array, limit: Uint8Array): boolean {
  for (let index = NUMBER_BYTES - 1; index >= 0; index--) {
    const difference = (value[index] ?? 0) - (limit[index] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}

function isOneOf(value: Uint8Array, list: readonly Uint8Array[]): boolean {
  return list.some((entry) => entry.every((byte, index) => byte === value[index]))
}
