import type { EntryId, LogId } from '../conversation/log.ts'
import type { SignedEntry } from '../conversation/signed-entry.ts'

/** Says what a storage failure means for the person; thrown by every storage adapter. */
export class StorageError extends Error {
  constructor(
    readonly code: 'full' | 'unavailable' | 'corrupt' | 'newer-version' | 'locked' | 'superseded',
  ) {
    super(code)
    this.name = 'StorageError'
  }
}

/** What could be read of a log. */
export type LoadedLog = {
  /** Each once, in no promised order. Their signatures were proven before they were put. */
  readonly entries: readonly SignedEntry[]
  /** Stored pieces that did not open or broke their format; they stay where they are. */
  readonly damaged: number
}

/**
 * Entries at rest, encrypted. An entry is put only after its signature was proven, and the storage
 * authenticates what it gives back, so nothing is proven again on the way out.
 */
export interface EntryStore {
  load(log: LogId): Promise<LoadedLog>
  /** Resolves when all of them are committed to disk; rejects when none is. */
  put(log: LogId, entries: readonly SignedEntry[]): Promise<void>
  /** Drops the bodies of these entries, from the disk too; ids that are not there are passed over. */
  strip(log: LogId, ids: readonly EntryId[]): Promise<void>
  /** Removes everything of a log, damaged pieces too. */
  erase(log: LogId): Promise<void>
}

/** Small secret records (identities, conversation secrets, receipts), encrypted at rest under a key that never leaves the browser. */
export interface Vault {
  read(name: string): Promise<Uint8Array | null>
  write(name: string, bytes: Uint8Array): Promise<void>
  remove(name: string): Promise<void>
  /** Names that begin with `prefix`, sorted. */
  names(prefix: string): Promise<readonly string[]>
}

/** Whether the browser has promised not to evict this origin's storage. */
export type Durability = 'persistent' | 'best-effort' | 'unknown'

export type LockState =
  /** No passcode is set: whoever opens this browser opens the storage. */
  | { readonly type: 'unguarded' }
  | { readonly type: 'unlocked' }
  /** Nothing can be read or written; before `retryAtMs` (Unix milliseconds) no try is taken. */
  | { readonly type: 'locked'; readonly retryAtMs: number }

export type UnlockResult =
  | { readonly type: 'unlocked' }
  /** Wrong, or too early; `retryAtMs` says from when on the next try is taken. */
  | { readonly type: 'refused'; readonly reason: 'wrong' | 'too-early'; readonly retryAtMs: number }

/**
 * Guards a storage with a passcode. Without it the entries and records cannot be decrypted, not
 * even with the browser's own key. Each wrong try makes the next one wait longer.
 */
export interface PasscodeLock {
  state(): Promise<LockState>
  unlock(passcode: string): Promise<UnlockResult>
  /** Sets, changes or (`null`) takes away the passcode; only while not locked. */
  setPasscode(passcode: string | null): Promise<void>
  /** Forgets the key in memory until `unlock`; does nothing without a passcode. */
  lock(): Promise<void>
}

/** One opened database. */
export interface Storage {
  readonly entries: EntryStore
  readonly vault: Vault
  readonly passcode: PasscodeLock
  /**
   * Makes this the one that writes; gives the number of its term, higher than every earlier one.
   * Whoever led before, in another tab, writes nothing from then on: each write looks at the term in
   * its own transaction, rejects with `superseded` and calls `onSuperseded`. `scope` names the part
   * of the storage that is led; `null` is all of it, and works while a passcode locks it.
   */
  lead(scope: string | null, onSuperseded: () => void): Promise<number>
  durability(): Promise<Durability>
  /** Asks the browser to keep the data for good; some ask the person. */
  persist(): Promise<Durability>
  /** Removes everything there is, the keys first. */
  eraseAll(): Promise<void>
  close(): void
}

/** A tab's claim to lead. */
export type Claim = {
  /** Whether another tab leads now. */
  readonly isWaiting: Promise<boolean>
  /** Resolves once this tab leads; never rejects, and never resolves after `release`. */
  readonly leading: Promise<void>
  /** Resolves when another tab has taken the lead from this one. */
  readonly lost: Promise<void>
  /** Takes the lead from a tab that does not answer. Harmless to who leads. */
  readonly steal: () => void
  /** Hands over; harmless when called twice. */
  readonly release: () => void
}

/** Only one tab of a browser works; the others follow it. */
export interface Leadership {
  lead(name: string): Claim
  /** Others see this tab live until what is returned is called, or the tab closes or crashes. */
  live(tab: string): () => void
  /** Calls once a tab that was seen living has gone; returns what calls it off. */
  whenGone(tab: string, run: () => void): () => void
}
