import { toHex } from '@hamsa/crypto'
import { strip } from '../../client/conversation/entry.ts'
import type { EntryId, LogId } from '../../client/conversation/log.ts'
import type { SignedEntry } from '../../client/conversation/signed-entry.ts'
import { StorageError, type EntryStore, type LoadedLog } from '../../client/storage/ports.ts'

/** What a write may fail with; `unknown` is no `StorageError`. */
export type Failure = StorageError['code'] | 'unknown'

/** Entries in memory, by log and id, with a switch that makes writing fail. */
export class MemoryStore implements EntryStore {
  readonly #logs = new Map<string, Map<string, SignedEntry>>()
  #failure: Failure | null = null
  /** Pieces that `load` says are damaged. */
  damaged = 0
  /** Called before each put; a test may wait or look around in it. */
  beforePut: () => Promise<void> | void = () => undefined

  /** A store that holds these entries of one log. */
  static holding(log: LogId, entries: readonly SignedEntry[]): MemoryStore {
    const store = new MemoryStore()
    for (const entry of entries) store.#of(log).set(toHex(entry.id), entry)
    return store
  }

  /** All entries of all logs, in the order of arrival within each. */
  get rows(): readonly SignedEntry[] {
    return [...this.#logs.values()].flatMap((entries) => [...entries.values()])
  }

  load(log: LogId): Promise<LoadedLog> {
    return Promise.resolve({ entries: [...this.#of(log).values()], damaged: this.damaged })
  }

  async put(log: LogId, entries: readonly SignedEntry[]): Promise<void> {
    await this.beforePut()
    this.#failIfTold()
    for (const entry of entries) {
      const held = this.#of(log).get(toHex(entry.id))
      // What was stripped stays stripped.
      if (held?.content.type !== 'stripped') this.#of(log).set(toHex(entry.id), entry)
    }
  }

  async strip(log: LogId, ids: readonly EntryId[]): Promise<void> {
    await Promise.resolve()
    this.#failIfTold()
    for (const id of ids) {
      const entry = this.#of(log).get(toHex(id))
      if (entry !== undefined) this.#of(log).set(toHex(id), strip(entry))
    }
  }

  erase(log: LogId): Promise<void> {
    this.#logs.delete(toHex(log))
    return Promise.resolve()
  }

  /** Lets the writes that follow fail; `null` lets them succeed again. */
  failWith(failure: Failure | null): void {
    this.#failure = failure
  }

  /** As a backup of the disk: what is put in one is not in the other. */
  copy(): MemoryStore {
    const copy = new MemoryStore()
    for (const [log, entries] of this.#logs) copy.#logs.set(log, new Map(entries))
    return copy
  }

  #failIfTold(): void {
    if (this.#failure === 'unknown') throw new Error('no storage error')
    if (this.#failure !== null) throw new StorageError(this.#failure)
  }

  #of(log: LogId): Map<string, SignedEntry> {
    const key = toHex(log)
    const known = this.#logs.get(key)
    if (known !== undefined) return known
    const entries = new Map<string, SignedEntry>()
    this.#logs.set(key, entries)
    return entries
  }
}
