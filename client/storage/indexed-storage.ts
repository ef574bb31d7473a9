import { Database } from './database.ts'
import { indexedEntries } from './indexed-entries.ts'
import { indexedVault } from './indexed-vault.ts'
import type { Storage } from './ports.ts'

export type IndexedStorageParts = {
  readonly subtle: SubtleCrypto
  /** The browser's storage manager; absent in old browsers and in Node. */
  readonly manager: StorageManager | undefined
}

/** Storage in IndexedDB under `name`. Nothing is opened before the first call. */
export function indexedStorage(name: string, { subtle, manager }: IndexedStorageParts): Storage {
  const database = new Database(name)
  return {
    entries: indexedEntries(database),
    vault: indexedVault(database, subtle),
    async durability() {
      if (manager?.persisted === undefined) return 'unknown'
      return (await manager.persisted()) ? 'persistent' : 'best-effort'
    },
    close: () => database.close(),
  }
}
