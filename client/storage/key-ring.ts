import { equalBytes, randomBytes } from '@hamsa/crypto'
import type { Database, Mode, StoreName, Transaction } from './database.ts'
import {
  KEY_ID_BYTES,
  KEY_RECORD_VERSION,
  parseKeyRecord,
  unwrapKeyRecord,
  wrapKeyRecord,
  type KeyRecord,
} from './key-record.ts'
import { StorageError } from './ports.ts'
import { makeStorageKeys, type StorageKeys } from './storage-keys.ts'

/** Names in the object store `keys`. */
export const WRAPPING_KEY = 'wrapping-key'
export const CONTENT_KEY = 'content-key'
const CONTENT_KEY_BYTES = 32
/** More often than this no other tab exchanges the keys under one piece of work. */
const MAX_TURNS = 3

/** Both keys as they rest. */
export type StoredKeys = { readonly wrappingKey: CryptoKey; readonly record: KeyRecord }

/** The keys in memory are not those that are stored any more: another tab has erased everything. */
export class StaleKeys extends StorageError {
  constructor() {
    super('unavailable')
  }
}

/**
 * The keys of a storage: found, made at the first use, held in memory, forgotten. Everything that
 * reads or writes under them goes through `use` and `transact`, so that nothing is ever written
 * under a key that is not stored.
 */
export class KeyRing {
  readonly #database: Database
  readonly #subtle: SubtleCrypto
  #held: StorageKeys | null = null
  #loading: Promise<StorageKeys> | null = null
  /** Counts how often the keys were forgotten: what was loading then is not held. */
  #turn = 0

  constructor(database: Database, subtle: SubtleCrypto) {
    this.#database = database
    this.#subtle = subtle
  }

  /** Runs `work` with the keys, and again when they turn out to be exchanged. Rejects with `locked`. */
  async use<Result>(work: (keys: StorageKeys) => Promise<Result>): Promise<Result> {
    for (let turn = 1; ; turn++) {
      const keys = await this.current()
      try {
        return await work(keys)
      } catch (error) {
        if (!(error instanceof StaleKeys) || turn === MAX_TURNS) throw error
        this.forget()
      }
    }
  }

  /** One transaction of a piece of `use`; it fails as a whole when `keys` are not the stored ones. */
  transact<Result, Name extends StoreName, M extends Mode>(
    keys: StorageKeys,
    name: Name,
    mode: M,
    work: (transaction: Transaction<Name | 'keys', M>) => Promise<Result>,
  ): Promise<Result> {
    return this.#database.run<Result, Name | 'keys', M>(
      ['keys', name],
      mode,
      async (transaction) => {
        const record = parseKeyRecord(await transaction.objectStore('keys').get(CONTENT_KEY))
        if (record === null || !equalBytes(record.id, keys.id)) throw new StaleKeys()
        return work(transaction)
      },
    )
  }

  async current(): Promise<StorageKeys> {
    if (this.#held !== null) return this.#held
    this.#loading ??= this.#load().finally(() => {
      this.#loading = null
    })
    return this.#loading
  }

  /** Whether the keys of this record are in memory. */
  holds({ id }: KeyRecord): boolean {
    return this.#held !== null && equalBytes(this.#held.id, id)
  }

  hold(keys: StorageKeys): void {
    this.#held = keys
  }

  forget(): void {
    this.#held = null
    this.#turn += 1
  }

  /** What is stored now; `null` before the first use. */
  async stored(): Promise<StoredKeys | null> {
    return parseStored(
      await this.#database.run(['keys'], 'readonly', async (transaction) => {
        const keys = transaction.objectStore('keys')
        return Promise.all([keys.get(WRAPPING_KEY), keys.get(CONTENT_KEY)])
      }),
    )
  }

  async #load(): Promise<StorageKeys> {
    const turn = this.#turn
    const { wrappingKey, record } = (await this.stored()) ?? (await this.#make())
    if (record.salt !== null) throw new StorageError('locked')
    const contentKey = await unwrapKeyRecord(this.#subtle, wrappingKey, record)
    if (contentKey?.length !== CONTENT_KEY_BYTES) throw new StorageError('corrupt')
    const keys = await makeStorageKeys(this.#subtle, {
      id: record.id,
      contentKey,
      wrappingKey,
    })
    if (turn === this.#turn) this.#held = keys
    return keys
  }

  /** Fresh keys, or those that another tab has stored in the meantime. */
  async #make(): Promise<StoredKeys> {
    const wrappingKey = await this.#subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
      'encrypt',
      'decrypt',
    ])
    const id = randomBytes(KEY_ID_BYTES)
    const contentKey = randomBytes(CONTENT_KEY_BYTES)
    const record = await wrapKeyRecord(this.#subtle, wrappingKey, { id, salt: null }, contentKey)
    const values = await this.#database.run(
      ['keys', 'vault', 'segments'],
      'readwrite',
      async (transaction) => {
        const keys = transaction.objectStore('keys')
        const stored = await Promise.all([keys.get(WRAPPING_KEY), keys.get(CONTENT_KEY)])
        if (stored.some((value) => value !== undefined)) return stored
        // What an interrupted erasure left behind: nobody can open it any more.
        await Promise.all([
          keys.put(wrappingKey, WRAPPING_KEY),
          keys.put(record, CONTENT_KEY),
          transaction.objectStore('vault').clear(),
          transaction.objectStore('segments').clear(),
        ])
        return [wrappingKey, record]
      },
    )
    const kept = parseStored(values)
    if (kept === null) throw new StorageError('corrupt')
    return kept
  }
}

/** `null` when there is neither; one without the other opens nothing. */
function parseStored([wrappingKey, value]: readonly unknown[]): StoredKeys | null {
  if (wrappingKey === undefined && value === undefined) return null
  const isNewer = value instanceof Uint8Array && (value[0] ?? 0) > KEY_RECORD_VERSION
  if (isNewer) throw new StorageError('newer-version')
  const record = parseKeyRecord(value)
  if (!(wrappingKey instanceof CryptoKey) || record === null) throw new StorageError('corrupt')
  return { wrappingKey, record }
}
