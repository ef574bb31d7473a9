import type { SigningPair, SigningPublicKey } from '@hamsa/crypto'
import type { Clock } from '../clock.ts'
import type { OpenedLog } from '../conversation/open-log.ts'
import type { Vault } from '../storage/ports.ts'
import type { DisclosureChoice } from './disclosure.ts'

/** What one side of a conversation is made with. */
export type TalkParts = {
  readonly log: OpenedLog
  readonly self: SigningPair
  /** Whether messages of this author count as our side's: other devices of the same shop too. */
  readonly isOwnSide?: (author: SigningPublicKey) => boolean
  /** Own side's certificates, told to each peer when its link opens; encoded. */
  readonly certificates?: () => readonly Uint8Array[]
  /** Certificates that a proven peer told of; not verified. */
  readonly onCertificates?: (certificates: readonly Uint8Array[]) => Promise<void>
  /** Own side's newest revocation list, told to each peer when its link opens; encoded. */
  readonly revocations?: () => Uint8Array | null
  /** A revocation list that a proven peer told of; not verified. */
  readonly onRevocations?: (list: Uint8Array) => Promise<void>
  /** What the other side may know of what is seen and written here. */
  readonly disclosure: DisclosureChoice
  readonly vault: Vault
  readonly clock: Clock
}
