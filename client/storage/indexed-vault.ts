import { ByteReader, ByteWriter, fromUtf8, toUtf8 } from '@hamsa/crypto'
import type { KeyRing } from './key-ring.ts'
import { StorageError, type Vault } from './ports.ts'
import { openRow, sealRow, type OpenedRow, type RowContext } from './sealed-row.ts'
import { hiddenName, type StorageKeys } from './storage-keys.ts'

const NAME_LENGTH_BYTES = 2
const MAX_NAME_BYTES = 2 ** (8 * NAME_LENGTH_BYTES) - 1

type VaultRecord = { readonly name: string; readonly bytes: Uint8Array }

/**
 * Secret records as rows. The key of a row is a MAC of the record's name, and the name itself stands
 * inside the row: who reads the disk learns how many records there are, and how long.
 */
export function indexedVault(keyRing: KeyRing, subtle: SubtleCrypto): Vault {
  const rowKeyOf = (keys: StorageKeys, name: string): Promise<string> =>
    hiddenName(subtle, keys, 'hamsa/storage/record-name/1', toUtf8(name))

  /** A row that was damaged, or stands under another's key, is no record. */
  async function openRecord(
    keys: StorageKeys,
    rowKey: string,
    row: unknown,
  ): Promise<VaultRecord | Exclude<OpenedRow['type'], 'opened'>> {
    const opened = await openRow(subtle, keys.vault, contextOf(rowKey), row)
    return opened.type === 'opened' ? (decodeRecord(opened.bytes) ?? 'damaged') : opened.type
  }

  return {
    read: (name) =>
      keyRing.use(async (keys) => {
        const rowKey = await rowKeyOf(keys, name)
        const row = await keyRing.transact(keys, 'vault', 'readonly', (transaction) =>
          transaction.objectStore('vault').get(rowKey),
        )
        if (row === undefined) return null
        const record = await openRecord(keys, rowKey, row)
        if (record === 'newer') throw new StorageError('newer-version')
        if (record === 'damaged') throw new StorageError('corrupt')
        return record.bytes
      }),

    write: (name, bytes) =>
      keyRing.use(async (keys) => {
        // Encrypted first: a transaction of IndexedDB ends as soon as one waits for something else.
        const rowKey = await rowKeyOf(keys, name)
        const record = encodeRecord({ name, bytes })
        const row = await sealRow(subtle, keys.vault, contextOf(rowKey), record)
        await keyRing.transact(keys, 'vault', 'readwrite', (transaction) =>
          transaction.objectStore('vault').put(row, rowKey),
        )
      }),

    remove: (name) =>
      keyRing.use(async (keys) => {
        const rowKey = await rowKeyOf(keys, name)
        await keyRing.transact(keys, 'vault', 'readwrite', (transaction) =>
          transaction.objectStore('vault').delete(rowKey),
        )
      }),

    names: (prefix) =>
      keyRing.use(async (keys) => {
        const [rowKeys, rows] = await keyRing.transact(
          keys,
          'vault',
          'readonly',
          async (transaction) => {
            const store = transaction.objectStore('vault')
            return Promise.all([store.getAllKeys(), store.getAll()])
          },
        )
        const records = await Promise.all(
          rowKeys.map((rowKey, index) => openRecord(keys, rowKey, rows[index])),
        )
        // A damaged record has lost its name with its content; who reads it by name is told.
        return records
          .flatMap((record) => (typeof record === 'string' ? [] : [record.name]))
          .filter((name) => name.startsWith(prefix))
          .sort()
      }),
  }
}

function contextOf(rowKey: string): RowContext {
  return { label: 'hamsa/storage/record/1', name: toUtf8(rowKey) }
}

/** name (length 2) ‖ bytes. */
function encodeRecord({ name, bytes }: VaultRecord): Uint8Array {
  return new ByteWriter().text(name, NAME_LENGTH_BYTES).raw(bytes).finish()
}

function decodeRecord(record: Uint8Array): VaultRecord | null {
  const reader = new ByteReader(record)
  const name = fromUtf8(reader.bytes(NAME_LENGTH_BYTES, MAX_NAME_BYTES))
  const bytes = reader.rest()
  return reader.end() && name !== null ? { name, bytes } : null
}
