import type { OpenShop } from './open-shop.ts'
import type { ShopFront } from './shop-front.ts'
import type { DeskSnapshot, RestoreState, ShopNameProblem } from './snapshots.ts'

/** The shop is open. */
export type OpenDesk = {
  readonly type: 'open'
  readonly front: ShopFront
  readonly shop: OpenShop
}

/** What the desk is doing; a screen is made of it. All but an open shop are drawn as they are. */
export type DeskState = Exclude<DeskSnapshot, { readonly type: 'open' }> | OpenDesk

/** There is no shop yet: one is being named. */
export function naming(problem: ShopNameProblem | null): DeskState {
  return { type: 'welcome', problem, creating: false, restore: { type: 'idle' } }
}

export const CREATING: DeskState = {
  type: 'welcome',
  problem: null,
  creating: true,
  restore: { type: 'idle' },
}

/** There is no shop yet: one is being brought back. */
export function restoring(state: RestoreState): DeskState {
  return { type: 'welcome', problem: null, creating: false, restore: state }
}
