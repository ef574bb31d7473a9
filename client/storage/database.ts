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

/**
 * One IndexedDB database that opens itself again after the browser has closed it. Every failure
 * comes out as a `StorageError`.
 */
export class Database {
  readonly #name: string
  #opening: Promise<IDBPDatabase<Layout>> | null = null
  #closed = false

  constructor(name: string) {
    this.#name = name
  }

  /**
   * Runs `work` in one transaction and resolves when it is committed to disk (`strict`: Chromium
   * would otherwise answer before the operating system has the bytes). All of it is, or nothing.
   */
  async run<Result, Name extends StoreName, M extends Mode>(
    names: readonly Name[],
    mode: M,
    work: (transaction: Transaction<Name, M>) => Promise<Result>,
  ): Promise<Result> {
    try {
      const transaction = await this.#begin([...names], mode)
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
