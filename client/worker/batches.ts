/** So few that the page takes in what the worker answers in a few milliseconds. */
export const MAX_BATCH_ENTRIES = 64
export const MAX_BATCH_BYTES = 1024 * 1024

/** Cuts sealed entries into batches, in order; an entry that is longer than a batch is one of its own. */
export function cutBatches(sealed: readonly Uint8Array[]): readonly (readonly Uint8Array[])[] {
  const batches: Uint8Array[][] = []
  let batch: Uint8Array[] = []
  let bytes = 0
  for (const one of sealed) {
    const isFull = batch.length === MAX_BATCH_ENTRIES || bytes + one.length > MAX_BATCH_BYTES
    if (isFull && batch.length > 0) {
      batches.push(batch)
      batch = []
      bytes = 0
    }
    batch.push(one)
    bytes += one.length
  }
  if (batch.length > 0) batches.push(batch)
  return batches
}
