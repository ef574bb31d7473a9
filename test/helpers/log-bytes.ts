import { concatBytes } from '@hamsa/crypto'
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
  expect(items.map(({ id, parentSub, content }) => ({ ...id, parentSub, content }))).toEqual(
    own.items.map(({ client, clock, key, sealed }) => ({
      ...{ client, clock, parentSub: key },
      content: expect.objectContaining({ content: sealed }) as unknown,
    })),
  )
}
