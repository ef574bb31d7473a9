import type { OpenShop } from './open-shop.ts'
import type { ShopFront } from './shop-front.ts'
import type { DeskSnapshot, RestoreState, ShopNameProblem } from './snapshots.ts'

/** The shop is open. */
export type OpenDesk = {
  readonly type: 'open'
  readonly front: ShopFront
  readonly shop: OpenShop
}

type OpenSnapshot = Extract<DeskSnapshot, { readonly type: 'open' }>

/** The desk as each of its seats sees it; what an open one shows of a conversation is the seat's. */
export type DeskView = Exclude<DeskSnapshot, OpenSnapshot> | Omit<OpenSnapshot, 'thread'>

/** What the desk is doing; a screen is made of it. All but an open shop are drawn as they are. */
export type DeskState = Exclude<DeskSnapshot, OpenSnapshot> | OpenDesk

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
