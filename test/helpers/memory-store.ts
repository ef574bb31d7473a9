import { toBase64Url } from '@hamsa/crypto'
import type { LogId } from '../../client/conversation/log.ts'
import { StorageError, type EntryStore, type StoredEntry } from '../../client/storage/ports.ts'

/** Entries in memory, keyed by id as at rest, with a switch that makes writing fail. */
export class MemoryStore implements EntryStore {
  readonly #rows = new Map<string, StoredEntry>()
  /** What the next writes fail with; `null` when they succeed. */
  failure: StorageError['code'] | 'unknown' | null = null
  /** Called before each write; a test may wait or look around in it. */
  beforePut: () => Promise<void> | void = () => undefined

  constructor(rows: readonly StoredEntry[] = []) {
    for (const row of rows) this.#rows.set(keyOf(row), row)
  }

  /** All rows, in the order of arrival. */
  get rows(): readonly StoredEntry[] {
    return [...this.#rows.values()]
  }

  /** A second storage with the same content: a backup, or a copied profile. */
  copy(): MemoryStore {
    return new MemoryStore(this.rows)
  }

  list(log: LogId): Promise<readonly StoredEntry[]> {
    const name = toBase64Url(log)
    return Promise.resolve(this.rows.filter((row) => toBase64Url(row.log) === name))
  }

  async put(entries: readonly StoredEntry[]): Promise<void> {
    await this.beforePut()
    if (this.failure === 'unknown') throw new Error('no storage error')
    if (this.failure !== null) throw new StorageError(this.failure)
    for (const entry of entries) {
      this.#rows.set(keyOf(entry), { ...entry, sealed: entry.sealed.slice() })
    }
  }

  erase(log: LogId): Promise<void> {
    const name = toBase64Url(log)
    for (const [key, row] of this.#rows) {
      if (toBase64Url(row.log) === name) this.#rows.delete(key)
    }
    return Promise.resolve()
  }
}

function keyOf(row: StoredEntry): string {
  return `${toBase64Url(row.log)}.${row.epoch}.${toBase64Url(row.id)}`
}
