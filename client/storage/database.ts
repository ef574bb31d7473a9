import { deleteDB, openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction } from 'idb'
import { StorageError } from './ports.ts'
import { errorName, storageErrorFrom } from './storage-failure.ts'

/** Version of the database's layout; a page older than the data refuses with `newer-version`. */
const LAYOUT_VERSION = 1

/** [name of the log, name of the segment]; neither says anything to who has not the keys. */
export type SegmentKey = [string, string]

/** STORAGE.md says what the values are. They are `unknown` until they are parsed: a disk may give back anything. */
interface Layout extends DBSchema {
  keys: { key: string; value: unknown }
  vault: { key: string; value: unknown }
  segments: { key: SegmentKey; value: unknown }
}

export type StoreName = 'keys' | 'vault' | 'segments'
export type Mode = 'readonly' | 'readwrite'
export type Transaction<Name extends StoreName, M extends Mode> = IDBPTransaction<Layout, Name[], M>

/** A claim to be the only one that writes: the term that stands in the object store `keys` under `key`. */
type Fence = { readonly key: string; readonly term: number; readonly onSuperseded: () => void }

/**
 * One IndexedDB database that opens itself again after the browser has closed it. Every failure
 * comes out as a `StorageError`.
 */
export class Database {
  readonly #name: string
  #opening: Promise<IDBPDatabase<Layout>> | null = null
  #fence: Fence | null = null
  #closed = false

  constructor(name: string) {
    this.#name = name
  }

  /**
   * Runs `work` in one transaction and resolves when it is committed to disk (`strict`: Chromium
   * would otherwise answer before the operating system has the bytes). All of it is, or nothing.
   * After another has taken the term over, what would write rejects with `superseded`.
   */
  run<Result, Name extends StoreName, M extends Mode>(
    names: readonly Name[],
    mode: M,
    work: (transaction: Transaction<Name | 'keys', M>) => Promise<Result>,
  ): Promise<Result> {
    return this.#run(names, mode, async (transaction) => {
      if (mode === 'readwrite') await this.#checkFence(transaction)
      return work(transaction)
    })
  }

  /** Raises the term under `key`: whoever took it before writes nothing any more. Gives the new one. */
  async takeTerm(key: string, onSuperseded: () => void): Promise<number> {
    const term = await this.#run(['keys'], 'readwrite', async (transaction) => {
      const keys = transaction.objectStore('keys')
      const next = parseTerm(await keys.get(key)) + 1
      await keys.put(next, key)
      return next
    })
    this.#fence = { key, term, onSuperseded }
    return term
  }

  /** Empties the object store `keys` of all but the term under which that is done. */
  async clearKeys(): Promise<void> {
    await this.run(['keys'], 'readwrite', async (transaction) => {
      const keys = transaction.objectStore('keys')
      await keys.clear()
      if (this.#fence !== null) await keys.put(this.#fence.term, this.#fence.key)
    })
  }

  /** Takes the whole database away, whatever its version is; waits until no other tab has it open. */
  async destroy(): Promise<void> {
    try {
      await this.#disconnect()
      await deleteDB(this.#name)
    } catch (error) {
      throw storageErrorFrom(error)
    }
  }

  close(): void {
    this.#closed = true
    void this.#disconnect()
  }

  async #run<Result, Name extends StoreName, M extends Mode>(
    names: readonly Name[],
    mode: M,
    work: (transaction: Transaction<Name | 'keys', M>) => Promise<Result>,
  ): Promise<Result> {
    try {
      const transaction = await this.#begin([...new Set(['keys' as const, ...names])], mode)
      const { done } = transaction
      try {
        const [result] = await Promise.all([work(transaction), done])
        return result
      } catch (error) {
        // What was put before the failure must not be committed without the rest.
        abort(transaction)
        await done.catch(() => undefined) // `error` is what goes to the caller
        throw error
      }
    } catch (error) {
      throw storageErrorFrom(error)
    }
  }

  async #checkFence<Name extends StoreName, M extends Mode>(
    transaction: Transaction<Name | 'keys', M>,
  ): Promise<void> {
    const fence = this.#fence
    if (fence === null) return
    const term = parseTerm(await transaction.objectStore('keys').get(fence.key))
    if (term === fence.term) return
    fence.onSuperseded()
    throw new StorageError('superseded')
  }

  async #disconnect(): Promise<void> {
    const opening = this.#opening
    this.#opening = null
    // A database that never opened has nothing to close; its failure was thrown to the caller of `run`.
    const database = await opening?.catch(() => null)
    database?.close()
  }

  async #begin<Name extends StoreName, M extends Mode>(
    names: Name[],
    mode: M,
  ): Promise<Transaction<Name, M>> {
    const database = await this.#open()
    try {
      return database.transaction(names, mode, { durability: 'strict' })
    } catch (error) {
      if (!isClosed(error)) throw error
      // The browser has closed the connection and not told us yet.
      await this.#disconnect()
      return (await this.#open()).transaction(names, mode, { durability: 'strict' })
    }
  }

  #open(): Promise<IDBPDatabase<Layout>> {
    if (this.#closed) return Promise.reject(new StorageError('unavailable'))
    if (this.#opening !== null) return this.#opening
    const forget = (): void => {
      if (this.#opening === opening) this.#opening = null // the next call opens again
    }
    const opening = this.#connect(forget)
    this.#opening = opening
    void opening.catch(forget) // whoever asked hears of the failure
    return opening
  }

  /** `forget` is called when the browser takes the connection away. */
  async #connect(forget: () => void): Promise<IDBPDatabase<Layout>> {
    return openDB<Layout>(this.#name, LAYOUT_VERSION, {
      upgrade(database) {
        database.createObjectStore('keys')
        database.createObjectStore('vault')
        database.createObjectStore('segments')
      },
      // A newer page wants to change the layout: let it, rather than block it for ever.
      blocking(_current, _blocked, event) {
        forget()
        const database = event.target
        if (database instanceof IDBDatabase) database.close()
      },
      terminated: forget,
    })
  }
}

/** Terms count from 1. */
function parseTerm(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0
}

function abort(transaction: { abort(): void }): void {
  try {
    transaction.abort()
  } catch {
    // It has ended by itself: the failure was its own.
  }
}

function isClosed(error: unknown): boolean {
  return errorName(error) === 'InvalidStateError'
}
