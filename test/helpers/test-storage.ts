import 'fake-indexeddb/auto'
import { scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { randomBytes, toHex } from '@hamsa/crypto'
import { indexedStorage, type IndexedStorageParts } from '../../client/storage/indexed-storage.ts'
import type { Storage } from '../../client/storage/ports.ts'
import type { StretchPassphrase } from '@hamsa/crypto'

const derive = promisify<string, Uint8Array, number, { N: number }, Buffer>(scrypt)

/** The product's function with a small N: a test must not wait half a second for each try. */
export const cheapStretch: StretchPassphrase = async (passphrase, salt) =>
  new Uint8Array(await derive(passphrase, salt, 32, { N: 16 }))

/** The real IndexedDB adapter over an IndexedDB in memory; `name` reopens an earlier one. */
export function testStorage(
  name = `test-${toHex(randomBytes(8))}`,
  parts: Partial<IndexedStorageParts> = {},
): Storage & { readonly name: string } {
  const storage = indexedStorage(name, {
    subtle: crypto.subtle,
    manager: undefined,
    stretch: cheapStretch,
    now: () => Date.now(),
    ...parts,
  })
  return { ...storage, name }
}
