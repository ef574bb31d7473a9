import { agree } from './agreement.ts'
import { concatBytes } from './bytes.ts'
import { deriveKey, hash, type Label } from './hash.ts'
import { makeBoxPair, parseBoxPublicKey, type BoxPair, type BoxPublicKey } from './identity.ts'
import { openUnderFreshKey, sealUnderFreshKey } from './secretbox.ts'

export const SEAL_TO_OVERHEAD_BYTES = 48

export function sealTo(
  recipient: BoxPublicKey,
  label: Label,
  context: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  const e = makeBoxPair()
  const shared = agree(e.secretKey, recipient)
  if (shared === null) throw new Error('weak')
  return concatBytes(
    e.publicKey,
    sealUnderFreshKey(
      deriveKey(shared, hash(label, e.publicKey, recipient, context), label, 32),
      plaintext,
    ),
  )
}
export function openFrom(
  self: BoxPair,
  label: Label,
  context: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | null {
  const e = parseBoxPublicKey(sealed.slice(0, 32))
  const shared = e === null ? null : agree(self.secretKey, e)
  if (e === null || shared === null) return null
  return openUnderFreshKey(
    deriveKey(shared, hash(label, e, self.publicKey, context), label, 32),
    sealed.subarray(32),
  )
}
