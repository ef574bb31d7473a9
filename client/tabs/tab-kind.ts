import type { Clock, Random } from '../clock.ts'
import type { Leadership } from '../storage/ports.ts'
import type { Deeds, Work } from './seat.ts'
import type { Guard } from './shape.ts'
import type { OpenTabChannel } from './tab-channel.ts'

/** What the tabs of a page need of the browser. */
export type TabsPlatform = {
  readonly leadership: Leadership
  readonly openChannel: OpenTabChannel
  /** Names this build: tabs of two builds do not follow each other. */
  readonly build: string
  readonly isVisible: () => boolean
  /** Resolves once the page has had a turn; not slowed down in a hidden tab. */
  readonly pause: () => Promise<void>
  readonly clock: Clock
  readonly random: Random
}

/** The kind of page whose tabs these are. */
export type TabKind<Snapshot, TabSeat> = {
  /** Of the lock and the channel. */
  readonly name: string
  readonly isSnapshot: Guard<Snapshot>
  readonly deeds: Deeds<TabSeat>
  readonly loading: Snapshot
  /** For a tab that cannot follow. */
  readonly elsewhere: Snapshot
  /** What was seen last, while nobody leads. */
  readonly paused: (last: Snapshot) => Snapshot
  /** Begins to work, with a term of its own; the work is closed with what it has opened. */
  readonly lead: (onSuperseded: () => void) => Promise<Led<TabSeat>>
  /** What a tab shows that could not begin to work. */
  readonly failed: (error: unknown) => Snapshot
}

export type Led<TabSeat> = { readonly term: number; readonly work: Work<TabSeat> }
