import {
  concatBytes,
  equalBytes,
  fromBase64Url,
  hash,
  HASH_BYTES,
  toBase64Url,
  type SigningPublicKey,
} from '@hamsa/crypto'

/*
 * `hamsa-safety:1:` ‖ base64url of H(`hamsa/safety-code/shop/1`, root) 32
 * ‖ H(`hamsa/safety-code/shopper/1`, shopper) 32; 101 characters
 */

const PREFIX = 'hamsa-safety:1:'

/**
 * What both screens show as a QR code beside the safety number (`safetyNumber` of @hamsa/crypto):
 * the same two keys, but whole hashes, since nobody has to read them aloud.
 */
export function safetyCode(root: SigningPublicKey, shopper: SigningPublicKey): string {
  return PREFIX + toBase64Url(fingerprints(root, shopper))
}

/** Whether a scanned code is the one of these two keys. `not-a-safety-code`: of something else, or of a newer Hamsa; it says nothing about the keys. */
export function compareSafetyCode(
  scanned: string,
  root: SigningPublicKey,
  shopper: SigningPublicKey,
): 'same' | 'different' | 'not-a-safety-code' {
  if (!scanned.startsWith(PREFIX)) return 'not-a-safety-code'
  const bytes = fromBase64Url(scanned.slice(PREFIX.length))
  if (bytes?.length !== 2 * HASH_BYTES) return 'not-a-safety-code'
  return equalBytes(bytes, fingerprints(root, shopper)) ? 'same' : 'different'
}

function fingerprints(root: SigningPublicKey, shopper: SigningPublicKey): Uint8Array {
  return concatBytes(
    hash('hamsa/safety-code/shop/1', root),
    hash('hamsa/safety-code/shopper/1', shopper),
  )
}
