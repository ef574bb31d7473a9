import { blobOf } from '../file-chunks.ts'
import type { FileToSave } from '../session/snapshots.ts'

/** Browsers read the address some time after the click; then it has to go, or the bytes stay in memory. */
const REVOKE_AFTER_MS = 60_000

/** Gathers a file and hands it to the browser's downloads. Rejects when its making fails; nothing is saved then. */
export async function saveFile(file: FileToSave): Promise<void> {
  const address = URL.createObjectURL(await blobOf(file))
  const link = document.createElement('a')
  link.href = address
  link.download = file.name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), REVOKE_AFTER_MS)
}
