import { StorageError, type EntryStore } from '../storage/ports.ts'
import type { AppendFailure, Entry, LogId } from './log.ts'

type Failure = Extract<AppendFailure, 'storage-full' | 'storage-failed'>

/**
 * Stores entries. Those of others that cannot be stored now are kept in memory, in order, and tried
 * again before anything else: the talk goes on, and says what is not kept.
 */
export class EntryKeeper {
  readonly #log: LogId
  readonly #store: EntryStore
  /** By key, in the order in which they came. */
  #unstored: ReadonlyMap<string, Entry> = new Map()
  /** Others' entries that are on their way to the disk; by key. */
  #storing: ReadonlyMap<string, Entry> = new Map()

  constructor(log: LogId, store: EntryStore) {
    this.#log = log
    this.#store = store
  }

  /** Whether entries of others are on their way to the disk. */
  get isStoring(): boolean {
    return this.#storing.size > 0
  }

  /** How many are in memory only, since storage refused them. */
  get unstored(): number {
    return this.#unstored.size
  }

  isStored(entry: Entry): boolean {
    return !this.#unstored.has(entry.key) && !this.#storing.has(entry.key)
  }

  /** Stores one's own entry, or says why not; nothing of it is kept then. */
  async keepOwn(entry: Entry): Promise<Failure | null> {
    return this.#put([...this.#unstored.values(), entry])
  }

  /** Stores entries of others, or keeps them in memory. Not stored they are from the call on until it resolves. */
  async keep(entries: readonly Entry[]): Promise<void> {
    const all = [...this.#unstored.values(), ...entries]
    this.#storing = byKey(entries)
    let isStored = false
    try {
      isStored = (await this.#put(all)) === null
    } finally {
      this.#storing = new Map()
      if (!isStored) this.#unstored = byKey(all)
    }
  }

  /** Tries again; whether anything more is stored now. */
  async retry(): Promise<boolean> {
    const all = [...this.#unstored.values()]
    return all.length > 0 && (await this.#put(all)) === null
  }

  /** Drops bodies from the disk; one that fails is tried at the next opening. */
  async strip(entries: readonly Entry[]): Promise<void> {
    const stripped = byKey(entries)
    const unstored = [...this.#unstored.values()]
    this.#unstored = byKey(unstored.map((entry) => stripped.get(entry.key) ?? entry))
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
  async #put(entries: readonly Entry[]): Promise<Failure | null> {
    try {
      await this.#store.put(this.#log, entries)
      this.#unstored = new Map()
      return null
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      return error.code === 'full' ? 'storage-full' : 'storage-failed'
    }
  }
}

function byKey(entries: readonly Entry[]): ReadonlyMap<string, Entry> {
  return new Map(entries.map((entry) => [entry.key, entry]))
}
