import type { StretchPassphrase } from '@hamsa/crypto'
import type { UnsealEntries } from '../conversation/entry-verifier.ts'
import type { OpenLink } from '../link/link.ts'
import type { Signaling } from '../link/signaling.ts'
import type { Storage } from '../storage/ports.ts'
import type { Clock, Random } from '../clock.ts'
import type { Obstacle } from './snapshots.ts'

/** Where the page stands. */
export type Place = {
  /** Scheme, host and port of the page, without a slash at the end. */
  readonly origin: string
  /** Only this computer can open the page. */
  readonly isLocal: boolean
}

/** Everything a session needs of the world; `wire.ts` fills it for a browser. */
export type SessionParts = {
  readonly storage: Storage
  readonly signaling: Signaling
  readonly openLink: OpenLink
  readonly unseal: UnsealEntries
  readonly stretch: StretchPassphrase
  readonly clock: Clock
  readonly random: Random
  readonly place: Place
  /** What this browser lacks, found before anything starts. */
  readonly obstacle: Obstacle | null
}
