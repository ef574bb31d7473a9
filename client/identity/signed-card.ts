import {
  sign,
  verify,
  type Signature,
  type SigningPair,
  type SigningPublicKey,
} from '@hamsa/crypto'
import { decodeCard, encodeCard, type ShopCard } from './card.ts'

/** A card as root signed it. The bytes are kept: a newer browser may tidy the name further, and the signature is over what was signed. */
export type SignedCard = {
  readonly card: ShopCard
  readonly bytes: Uint8Array
  readonly signature: Signature
}

/** Signs a card, label `hamsa/card/1`. Throws `bad-length` for a card that nobody would take. */
export function signCard(card: ShopCard, root: SigningPair): SignedCard {
  const bytes = encodeCard(card)
  return { card, bytes, signature: sign('hamsa/card/1', bytes, root.secretKey) }
}

/** The card in foreign bytes, or `null` unless this root has signed them. */
export async function openCard(
  bytes: Uint8Array,
  signature: Signature,
  root: SigningPublicKey,
): Promise<SignedCard | null> {
  const card = decodeCard(bytes)
  if (card === null) return null
  return (await verify('hamsa/card/1', bytes, signature, root)) ? { card, bytes, signature } : null
}
