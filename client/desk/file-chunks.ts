const CHUNK_BYTES = 256 * 1024

/** A picked file piece by piece. (Safari has no loop over `Blob.stream()`.) Throws when the file has gone meanwhile. */
export async function* chunksOf(file: Blob): AsyncIterable<Uint8Array> {
  for (let at = 0; at < file.size; at += CHUNK_BYTES) {
    yield new Uint8Array(await file.slice(at, at + CHUNK_BYTES).arrayBuffer())
  }
}
