import type { Signature } from '@hamsa/crypto'
import type { EntryId, Head, WriterId } from '../conversation/log.ts'

/** What the sender holds, signed; whoever is covered by it counts as delivered. Sent at open and after each change. */
export type HeadsFrame = {
  readonly type: 'heads'
  readonly epoch: number
  readonly heads: readonly Head[]
  /** Over the encoded heads and the log id, label `hamsa/heads/1`. */
  readonly signature: Signature
}
/** Sealed entries asked for by `want`. */
export type HaveFrame = {
  readonly type: 'have'
  readonly epoch: number
  readonly sealed: readonly Uint8Array[]
}
/** Asks for a writer's entries from one sequence to another, both included. */
export type WantFrame = {
  readonly type: 'want'
  readonly epoch: number
  readonly writer: WriterId
  readonly from: number
  readonly to: number
}
/** The sender is writing, or has stopped. Never carries text. */
export type TypingFrame = { readonly type: 'typing'; readonly active: boolean }
/** Seen up to and including this entry, signed, label `hamsa/seen/1`. */
export type SeenFrame = {
  readonly type: 'seen'
  readonly entry: EntryId
  readonly signature: Signature
}

/** Device certificates under which entries of this log were written, each encoded; sent at open by whoever knows any, so that entries signed under a certificate since renewed still verify. At most 64. */
export type CertificatesFrame = {
  readonly type: 'certificates'
  readonly certificates: readonly Uint8Array[]
}

export type ControlFrame =
  HeadsFrame | HaveFrame | WantFrame | TypingFrame | SeenFrame | CertificatesFrame
