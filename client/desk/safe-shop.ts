import type { DeskSnapshot } from '../session/snapshots.ts'

/** What of the desk's snapshot says how safe the shop is. */
export type SafeShop = Pick<
  Extract<DeskSnapshot, { readonly type: 'open' }>,
  'shopName' | 'recoverySaved' | 'durability' | 'hasPasscode'
>
