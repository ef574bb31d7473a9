import * as encoding from 'lib0/encoding'
import { ROOT_MAP, type UpdateItem } from './update-item.ts'

/** A binary under a key of a root type: content kind 3, flag 6 for the key, no origins. */
const BINARY_WITH_KEY = 0b0010_0011
const PARENT_IS_ROOT = 1

/**
 * The Yjs update (version 1) of these items, byte for byte as a replica writes it: higher client
 * ids first, clocks ascending. The clocks of each client must follow each other without a gap.
 */
export function encodeUpdate(items: readonly UpdateItem[]): Uint8Array {
  const encoder = encoding.createEncoder()
  const sections = [...sectionsOf(items)].sort(([left], [right]) => right - left)
  encoding.writeVarUint(encoder, sections.length)
  for (const [client, section] of sections) {
    const sorted = section.toSorted((left, right) => left.clock - right.clock)
    encoding.writeVarUint(encoder, sorted.length)
    encoding.writeVarUint(encoder, client)
    encoding.writeVarUint(encoder, sorted[0]?.clock ?? 0)
    for (const { key, sealed } of sorted) {
      encoding.writeUint8(encoder, BINARY_WITH_KEY)
      encoding.writeVarUint(encoder, PARENT_IS_ROOT)
      encoding.writeVarString(encoder, ROOT_MAP)
      encoding.writeVarString(encoder, key)
      encoding.writeVarUint8Array(encoder, sealed)
    }
  }
  encoding.writeVarUint(encoder, 0) // an empty delete set
  return encoding.toUint8Array(encoder)
}

function sectionsOf(items: readonly UpdateItem[]): Map<number, UpdateItem[]> {
  const sections = new Map<number, UpdateItem[]>()
  for (const item of items) {
    const section = sections.get(item.client)
    if (section === undefined) sections.set(item.client, [item])
    else section.push(item)
  }
  return sections
}
