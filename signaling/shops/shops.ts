import type { InboxCertificate } from '@hamsa/crypto'
import type { ShopId } from './shop-id.ts'

export type ShopsSettings =
  /** Whoever comes is served. */
  | { readonly type: 'open' }
  /** Shops whose desk was opened with a one-time token. */
  | { readonly type: 'claimed' }
  | { readonly type: 'listed'; readonly ids: readonly ShopId[] }

/** Who has proven an inbox key asks to listen at its topic. */
export type AdmissionRequest = {
  readonly topic: string
  /** Root's word that the inbox is its shop's, verified; `null` when none was shown. */
  readonly certificate: InboxCertificate | null
  /** A one-time token that makes a shop known; `null` when none was shown. */
  readonly claim: string | null
}

/** On whose behalf relay credentials are asked for. */
export type Patron =
  /** Nobody is asked here. */
  { readonly type: 'anyone' } | { readonly type: 'shop'; readonly shop: ShopId }

/** Which shops this service serves. */
export interface Shops {
  /** Whether the inbox is that of a shop that is served; remembers it then. */
  admit(request: AdmissionRequest): Promise<boolean>
  /** Whose inbox this is; `null` when it is no served shop's. `topic` is any text, or `null` for none. */
  patronOf(topic: string | null): Promise<Patron | null>
}

/** `SHOPS=open`: whoever comes is served. */
export const OPEN_SHOPS: Shops = {
  admit: () => Promise.resolve(true),
  patronOf: () => Promise.resolve({ type: 'anyone' }),
}
