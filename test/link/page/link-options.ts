import { identityFromSeed, makeSeed, randomBytes, toBase64Url, toHex } from '@hamsa/crypto'
import type { LinkOptions } from './link-page.ts'

/** What the two ends of one conversation are opened with. */
export function makeLinkOptions(): { shop: LinkOptions; shopper: LinkOptions } {
  const seeds = [makeSeed(), makeSeed()] as const
  const shared = {
    topic: toBase64Url(randomBytes(32)),
    roomKey: toBase64Url(randomBytes(32)),
    logId: [...randomBytes(32)],
    epochKey: [...randomBytes(32)],
    members: seeds.map((seed) => toHex(identityFromSeed(seed).signing.publicKey)),
  }
  return {
    shop: { ...shared, seed: [...seeds[0]], role: 'shop' },
    shopper: { ...shared, seed: [...seeds[1]], role: 'shopper' },
  }
}
