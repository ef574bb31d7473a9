import { StorageError, type EntryStore } from '../storage/ports.ts'
import type { AppendFailure, Entry, LogId } from './log.ts'

/**
 * Stores entries. Those of others that cannot be stored now are kept in memory, in order, and tried
 * again before anything else: the talk goes on, and says what is not kept.
 */
export class EntryKeeper {
  readonly #log: LogId
  readonly #store: EntryStore
  #unstored: readonly Entry[] = []

  constructor(log: LogId, store: EntryStore) {
    this.#log = log
    this.#store = store
  }

  /** How many are in memory only. */
  get unstored(): number {
    return this.#unstored.length
  }

  isStored(entry: Entry): boolean {
    return this.#unstored.every(({ key }) => key !== entry.key)
  }

  /** Stores one's own entry, or says why not; nothing of it is kept then. */
  async keepOwn(entry: Entry): Promise<'storage-full' | 'storage-failed' | null> {
    return this.#put([...this.#unstored, entry])
  }

  /** Stores entries of others, or keeps them in memory. */
  async keep(entries: readonly Entry[]): Promise<void> {
    const all = [...this.#unstored, ...entries]
    if ((await this.#put(all)) !== null) this.#unstored = all
  }

  /** Tries again; whether anything more is stored now. */
  async retry(): Promise<boolean> {
    return this.#unstored.length > 0 && (await this.#put(this.#unstored)) === null
  }

  /** Drops bodies from the disk; one that fails is tried at the next opening. */
  async strip(entries: readonly Entry[]): Promise<void> {
    const keys = new Map(entries.map((entry) => [entry.key, entry]))
    this.#unstored = this.#unstored.map((entry) => keys.get(entry.key) ?? entry)
    try {
      await this.#store.strip(
        this.#log,
        entries.map(({ id }) => id),
      )
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
    }
  }

  /** `null` once all are committed, and nothing waits any more. */
  async #put(
    entries: readonly Entry[],
  ): Promise<Extract<AppendFailure, 'storage-full' | 'storage-failed'> | null> {
    try {
      await this.#store.put(this.#log, entries)
      this.#unstored = []
      return null
    } catch (error) {
      const isFull = error instanceof StorageError && error.code === 'full'
      return isFull ? 'storage-full' : 'storage-failed'
    }
  }
}
