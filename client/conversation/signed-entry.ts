import type { Signature, SigningPublicKey } from '@hamsa/crypto'
import type { CertificateId, EntryId, WriterId } from './ids.ts'

/** What a signed header vouches for by its hash: the body with its salt, or, after a deletion, the hash alone. */
export type EntryContent =
  | { readonly type: 'whole'; readonly salt: Uint8Array; readonly body: Uint8Array }
  | { readonly type: 'stripped'; readonly bodyLength: number; readonly bodyHash: Uint8Array }

/**
 * One entry with all that its author signed: what storage keeps and what is sealed for a peer. The
 * log id is not repeated; who holds one of these knows its log.
 */
export type SignedEntry = {
  /** Hash of the header. */
  readonly id: EntryId
  readonly author: SigningPublicKey
  readonly certificate: CertificateId
  readonly writer: WriterId
  readonly sequence: number
  /** The writer's entry before this; `null` at sequence 0 and only there. */
  readonly previous: EntryId | null
  /** Ascending, distinct, at most 8. */
  readonly parents: readonly EntryId[]
  readonly lamport: number
  readonly wallTimeMs: number
  /** A code of `KIND`. */
  readonly kind: number
  readonly signature: Signature
  readonly content: EntryContent
}
