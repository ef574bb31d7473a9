import type { Brand, SigningPublicKey } from '@hamsa/crypto'

/** 32 bytes that name a log. */
export type LogId = Brand<Uint8Array, 'LogId'>
/** `conversation`: a shop and one shopper. `room`: shoppers among themselves. `staff`: the shop's devices only. */
export type LogKind = 'conversation' | 'room' | 'staff'
export type LogRef = { readonly kind: LogKind; readonly id: LogId }
/** 32 bytes, hash of an entry's header. */
export type EntryId = Brand<Uint8Array, 'EntryId'>
/** 16 bytes, one storage of one author. */
export type WriterId = Brand<Uint8Array, 'WriterId'>
/** 32 bytes, hash of a device certificate; all zero for who needs none (a shopper). */
export type CertificateId = Brand<Uint8Array, 'CertificateId'>

/** Largest entry: header, signature, salt and body, in bytes. */
export const MAX_ENTRY_BYTES = 256 * 1024

/** What the screen asks to be written. */
export type Draft = { readonly kind: 'text'; readonly text: string }

/** Body of an entry that this version understands; others are kept, passed on and shown as `unknown`. */
export type EntryBody = Draft | { readonly kind: 'unknown'; readonly code: number }

/** One signed item of a log, verified. */
export type Entry = {
  readonly id: EntryId
  readonly author: SigningPublicKey
  readonly certificate: CertificateId
  readonly writer: WriterId
  readonly sequence: number
  readonly previous: EntryId | null
  readonly parents: readonly EntryId[]
  readonly lamport: number
  /** The author's clock, Unix milliseconds; shown, never sorted by. */
  readonly wallTimeMs: number
  readonly body: EntryBody
}

/** Last known entry of one writer. */
export type Head = {
  readonly author: SigningPublicKey
  readonly writer: WriterId
  readonly sequence: number
  readonly id: EntryId
}

/** What a log shows: entries whose parents are there, in (Lamport, author, writer, sequence) order. */
export type LogSnapshot = {
  readonly entries: readonly Entry[]
  readonly heads: readonly Head[]
}

/** Why an append failed; nothing was written then, and the draft is still the caller's. */
export type AppendFailure = 'empty' | 'too-large' | 'storage-full' | 'storage-failed' | 'closed'
export type AppendResult =
  | { readonly type: 'appended'; readonly entry: Entry }
  | { readonly type: 'refused'; readonly reason: AppendFailure }

/** What the gate says of one inbound frame. */
export type Verdict =
  /** Everything in it was proven and stored; the replica may take it. */
  | { readonly type: 'accept' }
  /** Not usable yet (a gap, an unknown author); nobody's fault. Ask again. */
  | {
      readonly type: 'hold'
      readonly reason: 'gap' | 'unknown-author' | 'missing-parents' | 'newer-epoch' | 'storage'
    }
  /**
   * Proof of hostility; nothing of the frame is taken. With `author` the proof convicts that author
   * (it signed two histories) and not whoever passed it on: cut the peer off only if it is that
   * author. Without, the peer itself is convicted: no honest replica sends such a frame.
   */
  | { readonly type: 'refuse'; readonly reason: string; readonly author?: SigningPublicKey }

/**
 * All entries of one conversation, room or staff log.
 *
 * - An entry is stored before `append` resolves and before any peer sees it.
 * - What `receive` did not accept changes nothing.
 * - No Yjs type crosses this port; the link adapter gets the replica from `replica.ts`.
 */
export interface Log {
  readonly ref: LogRef
  /** Number of the open epoch. */
  readonly epoch: number
  append(draft: Draft): Promise<AppendResult>
  snapshot(): LogSnapshot
  /** Judges one Yjs update (v1 bytes) from a peer; on `accept` its new entries are stored already. */
  receive(update: Uint8Array): Promise<Verdict>
  heads(): readonly Head[]
  /** Called after each change; returns the unsubscriber. */
  subscribe(listener: () => void): () => void
  close(): void
}
