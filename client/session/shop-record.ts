import type { Storage } from '../storage/ports.ts'

/** Name of the vault record with the shop's keys; there is one shop a browser profile. */
export const SHOP = 'shop'
/** Name of the record that holds all certificates of this shop's devices. */
export const SHOP_CERTIFICATES = 'shop-certificates'

/**
 * Empties a desk's storage that has no shop: what a restoring that was cut off left there must not
 * become part of the next one. With a shop, or when none can be told, nothing is touched. Called
 * before a shop is made or restored; resolves to whether the storage is empty now. Rejects with
 * `StorageError`.
 */
export async function eraseLeftovers(
  storage: Pick<Storage, 'vault' | 'eraseAll'>,
): Promise<boolean> {
  if ((await storage.vault.read(SHOP)) !== null) return false
  await storage.eraseAll()
  return true
}
