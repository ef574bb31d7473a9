import { openDB, type DBSchema, type IDBPDatabase, type IDBPObjectStore } from 'idb'
import { StorageError } from './ports.ts'

/** Version of the database's layout; a page older than the data refuses with `newer-version`. */
const LAYOUT_VERSION = 1

/** [log, entry], ids as base64url: nobody can write over another's row by naming itself alike. */
export type EntryKey = [string, string]

export type EntryRow = {
  readonly epoch: number
  readonly author: Uint8Array
  readonly writer: Uint8Array
  readonly sequence: number
  readonly sealed: Uint8Array
}

interface Layout extends DBSchema {
  /** The wrapping key: non-extractable, so a copy of the files alone cannot use it through the browser. */
  keys: { key: string; value: CryptoKey }
  /** Name → version ‖ nonce ‖ AES-GCM ciphertext. */
  vault: { key: string; value: Uint8Array }
  entries: { key: EntryKey; value: EntryRow }
}

type StoreName = 'keys' | 'vault' | 'entries'

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
   * Runs `work` on one object store in one transaction and resolves when it is committed to disk (`strict`: Chromium
   * would otherwise answer before the operating system has the bytes).
   */
  async run<Result, Name extends StoreName, Mode extends 'readonly' | 'readwrite'>(
    name: Name,
    mode: Mode,
    work: (store: IDBPObjectStore<Layout, Name[], Name, Mode>) => Promise<Result>,
  ): Promise<Result> {
    try {
      const database = await this.#open()
      const transaction = database.transaction([name], mode, { durability: 'strict' })
      const done = transaction.done
      try {
        const [result] = await Promise.all([work(transaction.objectStore(name)), done])
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

  close(): void {
    this.#closed = true
    // A database that never opened has nothing to close; its failure was thrown to the caller of `run`.
    void this.#opening?.then(
      (database) => database.close(),
      () => undefined,
    )
    this.#opening = null
  }

  #open(): Promise<IDBPDatabase<Layout>> {
    if (this.#closed) return Promise.reject(new StorageError('unavailable'))
    this.#opening ??= this.#connect().catch((error: unknown) => {
      this.#opening = null // the next call tries again
      throw error
    })
    return this.#opening
  }

  #connect(): Promise<IDBPDatabase<Layout>> {
    const forget = (): void => {
      this.#opening = null
    }
    return openDB<Layout>(this.#name, LAYOUT_VERSION, {
      upgrade(database) {
        database.createObjectStore('keys')
        database.createObjectStore('vault')
        database.createObjectStore('entries')
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

/** Turns what IndexedDB throws into a code that a screen can put in words. */
export function storageErrorFrom(error: unknown): StorageError {
  if (error instanceof StorageError) return error
  const name = error instanceof Error || error instanceof DOMException ? error.name : ''
  switch (name) {
    case 'QuotaExceededError':
      return new StorageError('full')
    case 'VersionError':
      return new StorageError('newer-version')
    case 'DataError':
    case 'OperationError':
      return new StorageError('corrupt')
    default:
      return new StorageError('unavailable')
  }
}
