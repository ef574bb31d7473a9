import { ByteWriter } from '@hamsa/crypto'
import { StorageError, type Vault } from '../storage/ports.ts'

/** Name of the record that says when a recovery file was last saved: time u48. */
const RECOVERY_SAVED = 'recovery-saved'

/** Where that cannot be stored the desk asks for a file again: a full storage must not cost one. */
export async function markRecoverySaved(vault: Vault, nowMs: number): Promise<void> {
  try {
    await vault.write(RECOVERY_SAVED, new ByteWriter().uint(nowMs, 6).finish())
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
  }
}

/** Whether a file was ever saved, or this shop came out of one. */
export async function isRecoverySaved(vault: Vault): Promise<boolean> {
  return (await vault.read(RECOVERY_SAVED)) !== null
}
