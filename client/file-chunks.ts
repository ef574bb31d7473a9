const CHUNK_BYTES = 256 * 1024

type FileInPieces = {
  readonly chunks: AsyncIterable<Uint8Array>
  readonly mediaType: string
}

/** A picked file piece by piece. (Safari has no loop over `Blob.stream()`.) Throws when the file has gone meanwhile. */
export async function* chunksOf(file: Blob): AsyncIterable<Uint8Array> {
  for (let at = 0; at < file.size; at += CHUNK_BYTES) {
    yield new Uint8Array(await file.slice(at, at + CHUNK_BYTES).arrayBuffer())
  }
}

/** All of a file in one; rejects when its making fails. */
export async function blobOf({ chunks, mediaType }: FileInPieces): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = []
  // Copies: whoever makes the file may use the same bytes for the next piece.
  for await (const chunk of chunks) parts.push(new Uint8Array(chunk))
  return new Blob(parts, { type: mediaType })
}
