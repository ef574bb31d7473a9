import { toUtf8, type StretchPassphrase } from '@hamsa/crypto'
import { Database } from './database.ts'
import { indexedVault } from './indexed-vault.ts'
import { KeyRing } from './key-ring.ts'
import { ContentKeyLock } from './passcode-lock.ts'
import { StorageError, type Durability, type Storage } from './ports.ts'
import { segmentStore } from './segment-store.ts'
import { hiddenName, type StorageKeys } from './storage-keys.ts'

/** Name in the object store `keys`. */
const TERM = 'term'

export type IndexedStorageParts = {
  readonly subtle: SubtleCrypto
  /** The browser's storage manager; absent in old browsers and in Node. */
  readonly manager: Pick<StorageManager, 'persist' | 'persisted'> | undefined
  /** Slow on purpose; gives 32 bytes. */
  readonly stretch: StretchPassphrase
  /** Unix milliseconds. */
  readonly now: () => number
}

/** Storage in IndexedDB under `name`; STORAGE.md has its rules. Nothing is opened before the first call. */
export function indexedStorage(name: string, parts: IndexedStorageParts): Storage {
  const { subtle, manager, stretch, now } = parts
  const database = new Database(name)
  const keys = new KeyRing(database, subtle)
  return {
    entries: segmentStore(keys, subtle),
    vault: indexedVault(keys, subtle),
    passcode: new ContentKeyLock({ database, keys, subtle, stretch, now }),
    async lead(scope, onSuperseded) {
      const key = scope === null ? TERM : await termOf(subtle, await keys.current(), scope)
      return database.takeTerm(key, onSuperseded)
    },
    durability: () => askManager(() => manager?.persisted()),
    persist: () => askManager(() => manager?.persist()),
    async eraseAll() {
      keys.forget()
      await eraseStores(database)
    },
    close: () => database.close(),
  }
}

/** A part of the storage is named to who reads the disk as little as anything else. */
async function termOf(subtle: SubtleCrypto, keys: StorageKeys, scope: string): Promise<string> {
  return `${TERM}/${await hiddenName(subtle, keys, 'hamsa/storage/term-name/1', toUtf8(scope))}`
}

/** What the browser says of its promise. */
async function askManager(ask: () => Promise<boolean> | undefined): Promise<Durability> {
  try {
    const isPersistent = await ask()
    if (isPersistent === undefined) return 'unknown'
    return isPersistent ? 'persistent' : 'best-effort'
  } catch {
    return 'unknown' // it does not know the question, or the page has no origin of its own
  }
}

/** The keys first: from then on nobody can open the rest. */
async function eraseStores(database: Database): Promise<void> {
  try {
    await database.clearKeys()
    await database.run(['vault', 'segments'], 'readwrite', (transaction) =>
      Promise.all([
        transaction.objectStore('vault').clear(),
        transaction.objectStore('segments').clear(),
      ]),
    )
  } catch (error) {
    // A newer page laid it out; what this page does not know it can still take away.
    if (!(error instanceof StorageError) || error.code !== 'newer-version') throw error
    await database.destroy()
  }
}
