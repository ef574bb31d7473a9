import { concatBytes, toUtf8 } from '@hamsa/crypto'
import { storageErrorFrom, type Database } from './database.ts'
import { StorageError, type Vault } from './ports.ts'

const RECORD_VERSION = 1
const NONCE_BYTES = 12
const WRAPPING_KEY = 'wrapping-key'

/**
 * Secret records, each version (1) ‖ nonce (12) ‖ AES-256-GCM ciphertext, the record's name as
 * associated data. The key is made here once and is non-extractable: scripts can use it in this
 * browser, but nobody can read it out.
 */
export function indexedVault(database: Database, subtle: SubtleCrypto): Vault {
  let loading: Promise<CryptoKey> | null = null
  const wrappingKey = (): Promise<CryptoKey> => {
    loading ??= loadWrappingKey(database, subtle).catch((error: unknown) => {
      loading = null
      throw error
    })
    return loading
  }

  return {
    async read(name) {
      const record = await database.run('vault', 'readonly', (store) => store.get(name))
      if (record === undefined) return null
      if (!(record instanceof Uint8Array)) throw new StorageError('corrupt')
      if (record[0] !== RECORD_VERSION) throw new StorageError('newer-version')
      return decrypt(subtle, await wrappingKey(), name, record)
    },
    async write(name, bytes) {
      // Encrypted first: a transaction of IndexedDB ends as soon as one waits for something else.
      const record = await encrypt(subtle, await wrappingKey(), name, bytes)
      await database.run('vault', 'readwrite', (store) => store.put(record, name))
    },
    async remove(name) {
      await database.run('vault', 'readwrite', (store) => store.delete(name))
    },
    async names(prefix) {
      const names = await database.run('vault', 'readonly', (store) => store.getAllKeys())
      return names.filter((name) => name.startsWith(prefix)).sort()
    },
  }
}

/** The stored key, or a new one; two tabs that start together end with the same. */
async function loadWrappingKey(database: Database, subtle: SubtleCrypto): Promise<CryptoKey> {
  const fresh = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ])
  return database.run('keys', 'readwrite', async (store) => {
    const stored = await store.get(WRAPPING_KEY)
    if (stored !== undefined) return stored
    await store.put(fresh, WRAPPING_KEY)
    return fresh
  })
}

async function encrypt(
  subtle: SubtleCrypto,
  key: CryptoKey,
  name: string,
  bytes: Uint8Array,
): Promise<Uint8Array> {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
  const parameters = { name: 'AES-GCM', iv, additionalData: copy(toUtf8(name)) }
  const ciphertext = await subtle.encrypt(parameters, key, copy(bytes))
  return concatBytes(Uint8Array.of(RECORD_VERSION), iv, new Uint8Array(ciphertext))
}

async function decrypt(
  subtle: SubtleCrypto,
  key: CryptoKey,
  name: string,
  record: Uint8Array,
): Promise<Uint8Array> {
  const iv = copy(record.subarray(1, 1 + NONCE_BYTES))
  const parameters = { name: 'AES-GCM', iv, additionalData: copy(toUtf8(name)) }
  try {
    return new Uint8Array(
      await subtle.decrypt(parameters, key, copy(record.subarray(1 + NONCE_BYTES))),
    )
  } catch (error) {
    throw storageErrorFrom(error)
  }
}

/** WebCrypto's types want a view on a plain ArrayBuffer. */
function copy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes)
}
