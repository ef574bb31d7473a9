import type { Limits } from '../limits.ts'
import { TokenBucket } from '../token-bucket.ts'
import type { ShopId } from './shop-id.ts'
import type { Shops } from './shops.ts'

export type PatronVerdict = 'served' | 'unknown' | 'too-many'

/** Whoever asks for relay credentials, and for which shop: each shop gets so many. */
export class Patrons {
  readonly #shops: Shops
  readonly #limits: Limits
  readonly #now: () => number
  /** As many as there are shops that were asked for: known ones alone. */
  readonly #buckets = new Map<ShopId, TokenBucket>()

  /** `now` in milliseconds, never going back. */
  constructor(shops: Shops, limits: Limits, now: () => number) {
    this.#shops = shops
    this.#limits = limits
    this.#now = now
  }

  /** `topic` is the inbox that the request names, if any. */
  async judge(topic: string | undefined): Promise<PatronVerdict> {
    const patron = await this.#shops.patronOf(topic ?? null)
    if (patron === null) return 'unknown'
    if (patron.type === 'anyone') return 'served'
    const { credentialsOfShop } = this.#limits
    const bucket = this.#buckets.get(patron.shop) ?? new TokenBucket(credentialsOfShop, this.#now)
    this.#buckets.set(patron.shop, bucket)
    return bucket.take() ? 'served' : 'too-many'
  }
}
