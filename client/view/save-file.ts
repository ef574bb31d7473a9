import type { FileToSave } from '../session/snapshots.ts'

/** Browsers read the address some time after the click; then it has to go, or the bytes stay in memory. */
const REVOKE_AFTER_MS = 60_000

/** Gathers a file and hands it to the browser's downloads. Rejects when its making fails; nothing is saved then. */
export async function saveFile(file: FileToSave): Promise<void> {
  const parts: Uint8Array<ArrayBuffer>[] = []
  // Copies: whoever makes the file may use the same bytes for the next piece.
  for await (const chunk of file.chunks) parts.push(new Uint8Array(chunk))
  const address = URL.createObjectURL(new Blob(parts, { type: file.mediaType }))
  const link = document.createElement('a')
  link.href = address
  link.download = file.name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), REVOKE_AFTER_MS)
}
