import { type Brand, hash, type SigningPublicKey, toBase64Url } from '@hamsa/crypto'

/** How the service names a shop: base64url(H(root key)), 43 characters. The key itself is not kept. */
export type ShopId = Brand<string, 'ShopId'>

const SHOP_ID = /^[A-Za-z0-9_-]{43}$/

export function shopIdOf(root: SigningPublicKey): ShopId {
  return toBase64Url(hash('hamsa/shop/1', root)) as ShopId
}

/** Foreign text as a shop's id, or `null` when it has not the shape. */
export function parseShopId(text: string): ShopId | null {
  return SHOP_ID.test(text) ? (text as ShopId) : null
}
