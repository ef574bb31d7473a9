import 'fake-indexeddb/auto'
import { randomBytes, toHex } from '@hamsa/crypto'
import { indexedStorage } from '../../client/storage/indexed-storage.ts'
import type { Storage } from '../../client/storage/ports.ts'

/** The real IndexedDB adapter over an IndexedDB in memory; `name` reopens an earlier one. */
export function testStorage(
  name = `test-${toHex(randomBytes(8))}`,
): Storage & { readonly name: string } {
  const storage = indexedStorage(name, { subtle: crypto.subtle, manager: undefined })
  return { ...storage, name }
}
