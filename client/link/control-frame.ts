import type { SignedHeads } from '../conversation/heads.ts'
import type { Want } from '../conversation/history.ts'
import type { SignedSeen } from '../conversation/seen.ts'

/** Sealed entries in one `have`, and their bytes in all: one of the largest always fits. */
export const MAX_HAVE_ENTRIES = 256
export const MAX_HAVE_BYTES = 1024 * 1024
/** Certificates in one frame. */
export const MAX_CERTIFICATES = 64
/** Openings in one frame. */
export const MAX_OPENINGS = 64

/** What the sender holds, signed; whoever is covered by it counts as delivered. Sent at open and after each change. */
export type HeadsFrame = SignedHeads
/** Part of the answer to a `want`; `done` with its last part. */
export type HaveFrame = {
  readonly type: 'have'
  readonly epoch: number
  readonly done: boolean
  readonly sealed: readonly Uint8Array[]
}
/** Asks for entries of one epoch that Yjs does not carry. */
export type WantFrame = Want & { readonly type: 'want' }
/** Encoded epoch openings, each after the one it follows; sent to a peer that may be behind. At most 64. */
export type OpeningsFrame = {
  readonly type: 'openings'
  readonly openings: readonly Uint8Array[]
}
/** All of these openings, in their order, in as many frames as it takes: one that is left out makes orphans of the rest. */
export function* openingsFrames(openings: readonly Uint8Array[]): Generator<OpeningsFrame> {
  for (let start = 0; start < openings.length; start += MAX_OPENINGS) {
    yield { type: 'openings', openings: openings.slice(start, start + MAX_OPENINGS) }
  }
}

/** The sender is writing, or has stopped. Never carries text. */
export type TypingFrame = { readonly type: 'typing'; readonly active: boolean }
/** Seen up to and including this entry, signed, label `hamsa/seen/1`. */
export type SeenFrame = SignedSeen

/** Device certificates under which entries of this log were written, each encoded; sent at open by whoever knows any, so that entries signed under a certificate since renewed still verify. At most 64. */
export type CertificatesFrame = {
  readonly type: 'certificates'
  readonly certificates: readonly Uint8Array[]
}

/** The shop's newest revocation list, encoded; sent at open by whoever has one. */
export type RevocationsFrame = { readonly type: 'revocations'; readonly list: Uint8Array }

export type ControlFrame =
  | HeadsFrame
  | HaveFrame
  | WantFrame
  | TypingFrame
  | SeenFrame
  | CertificatesFrame
  | OpeningsFrame
  | RevocationsFrame
