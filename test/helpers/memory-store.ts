import { toBase64Url } from '@hamsa/crypto'
import type { EntryId, LogId } from '../../client/conversation/log.ts'
import type { SignedEntry } from '../../client/conversation/signed-entry.ts'
import { distinctEntries } from '../../client/storage/distinct-entries.ts'
import { StorageError, type EntryStore, type LoadedLog } from '../../client/storage/ports.ts'
import { stripEntry } from '../../client/storage/strip-entry.ts'

/** What a put may fail with; `unknown` is no `StorageError`. */
export type Failure = StorageError['code'] | 'unknown'

/** Entries in memory, with a switch that makes writing fail. */
export class MemoryStore implements EntryStore {
  readonly #logs = new Map<string, readonly SignedEntry[]>()
  #failure: Failure | null = null
  /** Pieces that `load` says are damaged. */
  damaged = 0
  /** Called before each put; a test may wait or look around in it. */
  beforePut: () => Promise<void> | void = () => undefined

  /** A store that holds these entries of one log. */
  static holding(log: LogId, entries: readonly SignedEntry[]): MemoryStore {
    const store = new MemoryStore()
    store.#logs.set(toBase64Url(log), entries)
    return store
  }

  /** All entries of all logs, in the order of arrival within each. */
  get rows(): readonly SignedEntry[] {
    return [...this.#logs.values()].flat()
  }

  /** A second storage with the same content: a backup, or a copied profile. */
  copy(): MemoryStore {
    const store = new MemoryStore()
    for (const [name, entries] of this.#logs) store.#logs.set(name, entries)
    return store
  }

  /** Lets the puts that follow fail; `null` lets them succeed again. */
  failWith(failure: Failure | null): void {
    this.#failure = failure
  }

  load(log: LogId): Promise<LoadedLog> {
    return Promise.resolve({ entries: this.#entriesOf(log), damaged: this.damaged })
  }

  async put(log: LogId, entries: readonly SignedEntry[]): Promise<void> {
    await this.beforePut()
    if (this.#failure === 'unknown') throw new Error('no storage error')
    if (this.#failure !== null) throw new StorageError(this.#failure)
    this.#logs.set(toBase64Url(log), distinctEntries([...this.#entriesOf(log), ...entries]))
  }

  strip(log: LogId, ids: readonly EntryId[]): Promise<void> {
    const wanted = new Set(ids.map(toBase64Url))
    this.#logs.set(
      toBase64Url(log),
      this.#entriesOf(log).map((entry) =>
        wanted.has(toBase64Url(entry.id)) ? stripEntry(entry) : entry,
      ),
    )
    return Promise.resolve()
  }

  erase(log: LogId): Promise<void> {
    this.#logs.delete(toBase64Url(log))
    return Promise.resolve()
  }

  #entriesOf(log: LogId): readonly SignedEntry[] {
    return this.#logs.get(toBase64Url(log)) ?? []
  }
}
