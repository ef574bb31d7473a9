/*
 * What a public key or signature must satisfy before any maths sees it. tweetnacl, WebCrypto and
 * OpenSSL disagree on these inputs, and devices must never disagree about which entries exist;
 * so the rule is ours, one for every path.
 */

const FIELD_PRIME = 2n ** 255n - 19n
/** Order of the prime subgroup (RFC 8032 §5.1). */
const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n
  for (let index = bytes.length - 1; index >= 0; index--) {
    value = (value << 8n) | BigInt(bytes[index] ?? 0)
  }
  return value
}

/** y coordinates of the eight points whose order divides 8 on edwards25519. */
const SMALL_ORDER_Y = new Set([
  0n,
  1n,
  FIELD_PRIME - 1n,
  2707385501144840649318225287225658788936804267575313519463743609750303402022n,
  55188659117513257062467267217118295137698188065244968500265048394206261417927n,
])

/** u coordinates of the small-order points of Curve25519 and its twist (RFC 7748 §6.1, RFC 7748 §7). */
const SMALL_ORDER_U = new Set([
  0n,
  1n,
  FIELD_PRIME - 1n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
])

/** True for 32 bytes that are the canonical encoding of a y coordinate not of small order (RFC 8032 §5.1.3, step 1). Whether y is on the curve, verification finds out. */
export function isSafeEdwardsPoint(bytes: Uint8Array): boolean {
  if (bytes.length !== 32) return false
  const y = littleEndian(bytes) & (2n ** 255n - 1n)
  return y < FIELD_PRIME && !SMALL_ORDER_Y.has(y)
}

/** True for 32 bytes that are a canonical u coordinate, top bit clear, not of small order. */
export function isSafeMontgomeryPoint(bytes: Uint8Array): boolean {
  if (bytes.length !== 32) return false
  const u = littleEndian(bytes)
  return u < FIELD_PRIME && !SMALL_ORDER_U.has(u)
}

/** True when S, the second half of a signature, is below the group order (RFC 8032 §5.1.7), and R is a safe point. */
export function isCanonicalSignature(signature: Uint8Array): boolean {
  if (signature.length !== 64) return false
  return (
    littleEndian(signature.subarray(32)) < GROUP_ORDER &&
    isSafeEdwardsPoint(signature.subarray(0, 32))
  )
}
