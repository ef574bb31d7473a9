import type { SigningPublicKey } from '@hamsa/crypto'
import type { Draft, EntryBody } from './body.ts'
import type { EntryId, LogRef, WriterId } from './ids.ts'
import type { SignedEntry } from './signed-entry.ts'

export type { Draft, EntryBody } from './body.ts'
export type { CertificateId, EntryId, LogId, LogKind, LogRef, WriterId } from './ids.ts'

/** Largest entry: header, signature, salt and body, in bytes. */
export const MAX_ENTRY_BYTES = 256 * 1024

/** One signed item of a log, verified, with what it says. */
export type Entry = SignedEntry & {
  /** base64url of the id. */
  readonly key: string
  /** Read when it is first asked for. */
  readonly body: EntryBody
}

/** Last known entry of one writer. */
export type Head = {
  readonly author: SigningPublicKey
  readonly writer: WriterId
  readonly sequence: number
  readonly id: EntryId
}

/** What a log shows. */
export type LogSnapshot = {
  /** Those whose causes are there and whose author was a member of their epoch, in (Lamport, author, writer, sequence) order. */
  readonly entries: readonly Entry[]
  /** What is held *and stored*, of every writer. */
  readonly heads: readonly Head[]
  /** Authors who are proven to have signed two histories; the first stands. */
  readonly equivocators: readonly SigningPublicKey[]
  /** Stored pieces that could not be read; peers that hold their entries send them again. */
  readonly damaged: number
  /** Entries of others that are on screen but could not be stored; they are tried again. */
  readonly unstored: number
}

/** Why an append failed; nothing was written then, and the draft is still the caller's. */
export type AppendFailure =
  | 'empty'
  | 'too-large'
  /** A draft that breaks its kind's limits. */
  | 'malformed'
  | 'storage-full'
  | 'storage-failed'
  /** One is no member of the open epoch any more. */
  | 'removed'
  | 'closed'
export type AppendResult =
  | { readonly type: 'appended'; readonly entry: Entry }
  | { readonly type: 'refused'; readonly reason: AppendFailure }

/** What the gate says of one inbound frame. */
export type Verdict =
  /** Everything in it was proven and is known; the replica may take it. */
  | { readonly type: 'accept' }
  /** Not usable yet; nobody's fault. Ask again. */
  | { readonly type: 'hold'; readonly reason: HoldReason }
  /**
   * Proof of hostility; nothing of the frame is taken. With `author` the proof convicts that author
   * (it signed two histories) and not whoever passed it on: cut the peer off only if it is that
   * author. Without, the peer itself is convicted: no honest replica sends such a frame.
   */
  | { readonly type: 'refuse'; readonly reason: string; readonly author?: SigningPublicKey }

export type HoldReason =
  | 'gap'
  | 'unknown-author'
  | 'missing-parents'
  /** A stripped entry whose deletion has not come yet. */
  | 'missing-deletion'
  /** Entries of an author's other history, which are known: nothing of them goes into Yjs. */
  | 'other-history'
  /** Sealed for another epoch than the open one: one of the two sides is behind. */
  | 'other-epoch'
  | 'closed'

/**
 * All entries of one conversation, room or staff log.
 *
 * - An entry of one's own is stored before `append` resolves and before any peer sees it.
 * - What `receive` did not accept changes nothing.
 * - No Yjs type crosses this port; the link adapter gets the replica from `replica.ts`.
 */
export interface Log {
  readonly ref: LogRef
  /** Number of the open epoch; it grows. */
  readonly epoch: number
  /** Names the open epoch: rivals of one number have different names. */
  readonly epochName: string
  /** `wallTimeMs`: when it was said, if that was not now. */
  append(draft: Draft, wallTimeMs?: number): Promise<AppendResult>
  snapshot(): LogSnapshot
  /** Judges one Yjs update (v1 bytes) from a peer; on `accept` its new entries are known already. */
  receive(update: Uint8Array): Promise<Verdict>
  heads(): readonly Head[]
  /** Encoded openings of all epochs from this number on, for a peer that is behind. */
  openings(from: number): readonly Uint8Array[]
  /** Called after each change; returns the unsubscriber. */
  subscribe(listener: () => void): () => void
  close(): void
}
