import type { SigningPublicKey } from '@hamsa/crypto'
import type { EntryId, LogId, WriterId } from '../conversation/log.ts'

/** Says what a storage failure means for the person; thrown by every storage adapter. */
export class StorageError extends Error {
  constructor(readonly code: 'full' | 'unavailable' | 'corrupt' | 'newer-version') {
    super(code)
    this.name = 'StorageError'
  }
}

/** One entry as it rests: the sealed bytes that Yjs and the wire carry too. */
export type StoredEntry = {
  readonly log: LogId
  readonly epoch: number
  readonly id: EntryId
  readonly author: SigningPublicKey
  readonly writer: WriterId
  readonly sequence: number
  readonly sealed: Uint8Array
}

/** Entries at rest. `put` resolves only when the bytes are committed; all of them or none. */
export interface EntryStore {
  list(log: LogId): Promise<readonly StoredEntry[]>
  put(entries: readonly StoredEntry[]): Promise<void>
  /** Removes every entry of a log. */
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

/** One opened database. */
export interface Storage {
  readonly entries: EntryStore
  readonly vault: Vault
  durability(): Promise<Durability>
  close(): void
}

/** A tab's claim to lead. */
export type Claim = {
  /** Whether another tab leads now. */
  readonly isWaiting: Promise<boolean>
  /** Resolves once this tab leads; never rejects, and never resolves after `release`. */
  readonly leading: Promise<void>
  /** Hands over; harmless when called twice. */
  readonly release: () => void
}

/** Only one tab of a browser works; the others wait for it. */
export interface Leadership {
  lead(name: string): Claim
}
