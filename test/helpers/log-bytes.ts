import { concatBytes, equalBytes } from '@hamsa/crypto'
import fc from 'fast-check'
import * as Y from 'yjs'
import { expect } from 'vitest'
import { decodeUpdate } from '../../client/conversation/update-decoder.ts'

/** Arbitrary bytes, and these with pieces cut off, changed or put in anywhere. */
export function bytesNear(whole: Uint8Array, maxLength = 600): fc.Arbitrary<Uint8Array> {
  const place = fc.nat(whole.length)
  const piece = fc.uint8Array({ maxLength: 40 })
  return fc.oneof(
    fc.uint8Array({ maxLength }),
    fc.tuple(place, piece).map(([at, tail]) => concatBytes(whole.subarray(0, at), tail)),
    fc
      .tuple(place, fc.nat(40), piece)
      .map(([at, gone, put]) => concatBytes(whole.subarray(0, at), put, whole.subarray(at + gone))),
    fc.tuple(place, fc.nat(255)).map(([at, value]) => {
      const changed = whole.slice()
      if (at < changed.length) changed[at] = value
      return changed
    }),
  )
}

/** What the gate's decoder took, Yjs's own must read alike. */
export function expectYjsAgrees(update: Uint8Array): void {
  const own = decodeUpdate(update)
  if (own.type === 'fault') return
  const { structs, ds } = Y.decodeUpdate(update)
  expect(ds.clients.size).toBe(0)
  const items = structs.filter((struct) => struct instanceof Y.Item)
  expect(items.length).toBe(own.items.length)
  for (const [index, { id, parentSub, content }] of items.entries()) {
    const { client, clock, key, sealed } = own.items[index] ?? {}
    // Compared by hand: a hundred thousand frames go through here.
    const isAlike = id.client === client && id.clock === clock && parentSub === key
    const bytes = content instanceof Y.ContentBinary ? content.content : null
    if (!isAlike || bytes === null || sealed === undefined || !equalBytes(bytes, sealed)) {
      expect({ ...id, parentSub, content: bytes }).toEqual({
        client,
        clock,
        parentSub: key,
        content: sealed,
      })
    }
  }
}

/** One to four changes: bits, bytes, pieces taken out, doubled, cut off or brought in from another. */
export function mutate(whole: Uint8Array, other: Uint8Array, random: () => number): Uint8Array {
  let bytes: Uint8Array = whole.slice()
  const below = (limit: number) => Math.floor(random() * limit)
  // Half of the changes hit the first bytes, where the structure is.
  const place = () => (random() < 0.5 ? below(Math.min(64, bytes.length)) : below(bytes.length))
  for (let changes = 1 + below(4); changes > 0; changes--) {
    const at = place()
    const end = at + below(bytes.length - at)
    switch (below(6)) {
      case 0:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8))
        break
      case 1:
        bytes[at] = below(256)
        break
      case 2:
        bytes = concatBytes(bytes.subarray(0, at), bytes.subarray(end))
        break
      case 3:
        bytes = concatBytes(bytes.subarray(0, end), bytes.subarray(at))
        break
      case 4:
        bytes = bytes.slice(0, at)
        break
      default:
        bytes = concatBytes(bytes.subarray(0, at), other.subarray(below(other.length)))
    }
  }
  return bytes
}
