import type { LeadingTab } from './leading-tab.ts'
import type { Mirror } from './mirror.ts'
import type { Seat, Work } from './seat.ts'

type Typed = { readonly type: string }

/** What a tab is among the others. */
export type Role<Snapshot extends Typed, TabSeat extends Seat<Snapshot>> =
  | {
      readonly type: 'following'
      readonly mirror: Mirror<Snapshot> | null
      /** A tab of another build leads. */
      readonly isForeign: boolean
    }
  /** The lead is this tab's; the term is being taken. */
  | { readonly type: 'beginning' }
  | {
      readonly type: 'leading'
      readonly term: number
      readonly work: Work<TabSeat>
      readonly seat: TabSeat
      readonly host: LeadingTab<TabSeat>
    }
  | { readonly type: 'failed'; readonly snapshot: Snapshot }
  /** It could not begin, for a reason that nobody foresaw. */
  | { readonly type: 'broken'; readonly error: unknown }
  | { readonly type: 'closed' }

/** What there is to show in this role; `null` while there is nothing. */
export function shownIn<Snapshot extends Typed, TabSeat extends Seat<Snapshot>>(
  role: Role<Snapshot, TabSeat>,
  elsewhere: Snapshot,
): Snapshot | null {
  switch (role.type) {
    case 'following':
      return role.isForeign ? elsewhere : (role.mirror?.snapshot ?? null)
    case 'leading':
      return role.seat.snapshot()
    case 'failed':
      return role.snapshot
    case 'broken':
    case 'beginning':
    case 'closed':
      return null
  }
}

/** Closes what a tab that leads has open. */
export function endRole<Snapshot extends Typed, TabSeat extends Seat<Snapshot>>(
  role: Role<Snapshot, TabSeat>,
): void {
  if (role.type !== 'leading') return
  role.host.close()
  role.seat.close()
  role.work.close()
}
