const LENGTH_BYTES = 4

/** Many byte strings in one buffer, each behind its length (u32): one buffer moves to another thread for free, many are copied one by one. */
export function packBytes(items: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const size = items.reduce((sum, { length }) => sum + LENGTH_BYTES + length, 0)
  const packed = new Uint8Array(size)
  const view = new DataView(packed.buffer)
  let offset = 0
  for (const item of items) {
    view.setUint32(offset, item.length)
    packed.set(item, offset + LENGTH_BYTES)
    offset += LENGTH_BYTES + item.length
  }
  return packed
}

/** What was packed, as views of it; `null` when a length points past the end. */
export function unpackBytes(packed: Uint8Array): readonly Uint8Array[] | null {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength)
  const items: Uint8Array[] = []
  let offset = 0
  while (offset < packed.length) {
    const start = offset + LENGTH_BYTES
    if (start > packed.length) return null
    const end = start + view.getUint32(offset)
    if (end > packed.length) return null
    items.push(packed.subarray(start, end))
    offset = end
  }
  return items
}
