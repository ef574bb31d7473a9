import {
  ByteWriter,
  compareBytes,
  hash,
  parseSignature,
  sign,
  SIGNATURE_BYTES,
  verify,
  type Signature,
  type SigningPair,
  type SigningPublicKey,
} from '@hamsa/crypto'
import { decodeProfile, encodeProfile, type ShopProfile } from './shop-profile.ts'

/* profile ‖ signature by root 64, `hamsa/profile/1`, over all before it; at most 2,000 */

/** A profile as someone signed it; `verifyProfile` says whether root did. The bytes are kept: a newer browser may tidy the texts further, and the signature is over what was signed. */
export type SignedProfile = {
  readonly profile: ShopProfile
  readonly bytes: Uint8Array
  readonly signature: Signature
}

/** Signs a profile. Throws `bad-length` for one that nobody would take. */
export function signProfile(profile: ShopProfile, root: SigningPair): SignedProfile {
  const bytes = encodeProfile(profile)
  return { profile, bytes, signature: sign('hamsa/profile/1', bytes, root.secretKey) }
}

/** The bytes that travel: what `parseProfile` took, byte for byte. */
export function encodeSignedProfile({ bytes, signature }: SignedProfile): Uint8Array {
  return new ByteWriter().raw(bytes).raw(signature).finish()
}

/** The profile in foreign bytes, or `null`. Structure only: ask `verifyProfile`. */
export function parseProfile(bytes: Uint8Array): SignedProfile | null {
  const signed = bytes.slice(0, -SIGNATURE_BYTES)
  const profile = decodeProfile(signed)
  const signature = parseSignature(bytes.slice(-SIGNATURE_BYTES))
  return profile === null || signature === null ? null : { profile, bytes: signed, signature }
}

/** Whether this root has signed it. */
export function verifyProfile(
  { bytes, signature }: SignedProfile,
  root: SigningPublicKey,
): Promise<boolean> {
  return verify('hamsa/profile/1', bytes, signature, root)
}

/**
 * Which of two profiles of one shop counts, both verified: the higher number. Root signed two of one
 * number when two of its devices changed the profile at once: the lower hash wins, so that all agree.
 */
export function newerProfile(one: SignedProfile, other: SignedProfile): SignedProfile {
  const ahead = one.profile.number - other.profile.number
  if (ahead !== 0) return ahead > 0 ? one : other
  return compareBytes(profileHash(one), profileHash(other)) <= 0 ? one : other
}

function profileHash(profile: SignedProfile): Uint8Array {
  return hash('hamsa/profile/id/1', encodeSignedProfile(profile))
}
