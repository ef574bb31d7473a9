import { StorageError, type Vault } from '../storage/ports.ts'

/** A record that can be done without: a damaged one is as none. Throws `StorageError` when the storage itself fails. */
export async function readIfSound(vault: Vault, name: string): Promise<Uint8Array | null> {
  try {
    return await vault.read(name)
  } catch (error) {
    if (error instanceof StorageError && error.code === 'corrupt') return null
    throw error
  }
}
