import { Claims } from './claims.ts'
import { KnownShops } from './known-shops.ts'
import { ShopFiles } from './shop-files.ts'
import { OPEN_SHOPS, type Shops, type ShopsSettings } from './shops.ts'

export type OpenShopsDeps = {
  readonly dataDir: string
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Milliseconds, never going back. */
  readonly monotonicNow: () => number
  readonly random: (length: number) => Uint8Array
  readonly log: (line: string) => void
}

export type OpenedShops = {
  readonly shops: Shops
  /** For the desk of the first shop; `null` when there is one, or none is wanted. */
  readonly firstClaim: string | null
}

/** The shops that the settings name. Rejects with Node's error when `dataDir` cannot be read or written. */
export async function openShops(
  settings: ShopsSettings,
  deps: OpenShopsDeps,
): Promise<OpenedShops> {
  const { dataDir, now, monotonicNow, random, log } = deps
  const files = new ShopFiles(dataDir, random)
  switch (settings.type) {
    case 'open':
      return { shops: OPEN_SHOPS, firstClaim: null }
    case 'listed': {
      const what = { files, claims: null, listed: settings.ids, now: monotonicNow, log }
      return { shops: await KnownShops.open(what), firstClaim: null }
    }
    case 'claimed': {
      const claims = new Claims(dataDir, random, now)
      const shops = await KnownShops.open({ files, claims, listed: [], now: monotonicNow, log })
      if (shops.size > 0) return { shops, firstClaim: null }
      await claims.revokeAll()
      return { shops, firstClaim: await claims.issue() }
    }
  }
}
