import { toHex } from '@hamsa/crypto'
import { strip } from '../../client/conversation/entry.ts'
import type { EntryId, LogId } from '../../client/conversation/log.ts'
import type { SignedEntry } from '../../client/conversation/signed-entry.ts'
import { StorageError, type EntryStore, type LoadedLog } from '../../client/storage/ports.ts'

/** Entries in memory, by log. */
export class MemoryStore implements EntryStore {
  readonly #logs = new Map<string, Map<string, SignedEntry>>()
  #failure: StorageError['code'] | null = null

  load(log: LogId): Promise<LoadedLog> {
    return Promise.resolve({ entries: [...this.#of(log).values()], damaged: 0 })
  }

  put(log: LogId, entries: readonly SignedEntry[]): Promise<void> {
    if (this.#failure !== null) return Promise.reject(new StorageError(this.#failure))
    for (const entry of entries) this.#of(log).set(toHex(entry.id), entry)
    return Promise.resolve()
  }

  strip(log: LogId, ids: readonly EntryId[]): Promise<void> {
    if (this.#failure !== null) return Promise.reject(new StorageError(this.#failure))
    for (const id of ids) {
      const entry = this.#of(log).get(toHex(id))
      if (entry !== undefined) this.#of(log).set(toHex(id), strip(entry))
    }
    return Promise.resolve()
  }

  erase(log: LogId): Promise<void> {
    this.#logs.delete(toHex(log))
    return Promise.resolve()
  }

  /** Every put and strip from now on rejects; `null` ends it. */
  failWith(code: StorageError['code'] | null): void {
    this.#failure = code
  }

  /** All of a log's entries, to be looked at or tampered with. */
  entries(log: LogId): SignedEntry[] {
    return [...this.#of(log).values()]
  }

  /** As a backup of the disk: what is put in one is not in the other. */
  copy(): MemoryStore {
    const copy = new MemoryStore()
    for (const [log, entries] of this.#logs) copy.#logs.set(log, new Map(entries))
    return copy
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
