import { concatBytes, randomBytes } from '@hamsa/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeText } from '../../client/conversation/entry-body.ts'
import { openEntry, sealEntry } from '../../client/conversation/entry-seal.ts'
import { decodeEntry, signEntry, verifyEntry } from '../../client/conversation/entry.ts'
import { makeWriterId, NO_CERTIFICATE, parseEntryId } from '../../client/conversation/ids.ts'
import { KIND } from '../../client/conversation/kind.ts'
import { MAX_ENTRY_BYTES, type EntryId } from '../../client/conversation/log.ts'
import { MAX_TEXT_BYTES } from '../../client/conversation/text-draft.ts'
import { forgeEntry } from '../helpers/forged-entry.ts'
import { LogWorld, makeSigningPair } from '../helpers/log-peer.ts'

const world = new LogWorld()
const self = makeSigningPair()

/** Offset of a header field, from the table in LOG.md. */
const AT = { version: 0, author: 33, sequence: 113, previous: 117, parentCount: 149, parents: 150 }

function entryIds(count: number): EntryId[] {
  return Array.from({ length: count }, () => parseEntryId(randomBytes(32))).filter(
    (id) => id !== null,
  )
}

function changed(bytes: Uint8Array, offset: number, value: number): Uint8Array {
  const copy = bytes.slice()
  copy[offset] = value
  return copy
}

describe('an entry', () => {
  it('[LG1] [LG2] reads back as it was signed, whatever its fields', async () => {
    const fields = fc.record({
      text: fc.string({ minLength: 1, unit: 'grapheme' }).map((text) => `x${text}`),
      sequence: fc.nat(),
      parents: fc.integer({ min: 0, max: 8 }),
      lamport: fc.integer({ min: 1, max: 2 ** 48 - 1 }),
      wallTimeMs: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
    })
    await fc.assert(
      fc.asyncProperty(fields, async ({ text, sequence, parents, lamport, wallTimeMs }) => {
        const [previous = null] = sequence === 0 ? [] : entryIds(1)
        const draft = {
          log: world.ref.id,
          certificate: NO_CERTIFICATE,
          writer: makeWriterId(),
          ...{ sequence, previous, parents: entryIds(parents), lamport, wallTimeMs },
        }
        const signed = signEntry({ ...draft, ...encodeText(text.replaceAll('\0', '')) }, self)
        const { entry } = signed
        expect(decodeEntry(signed.bytes)).toEqual(signed)
        expect(await verifyEntry(signed)).toBe(true)
        expect(entry).toMatchObject({ sequence, previous, lamport, wallTimeMs })
        expect(new Set(entry.parents)).toEqual(new Set(draft.parents))
        expect(entry.body.kind).toBe('text')
      }),
      { numRuns: 60 },
    )
  })

  it('[LG1] has one spelling', () => {
    const first = forgeEntry(world, self, { parents: entryIds(2) }).bytes
    const second = forgeEntry(world, self, { sequence: 1, previous: entryIds(1)[0] ?? null }).bytes
    const parents = AT.parents
    const swapped = concatBytes(
      first.subarray(0, parents),
      first.subarray(parents + 32, parents + 64),
      first.subarray(parents, parents + 32),
      first.subarray(parents + 64),
    )
    const doubled = first.slice()
    doubled.copyWithin(parents + 32, parents, parents + 32)
    const zeroPrevious = second.slice()
    zeroPrevious.fill(0, AT.previous, AT.previous + 32)
    for (const bytes of [
      new Uint8Array(),
      first.subarray(0, -1),
      concatBytes(first, Uint8Array.of(0)),
      changed(first, AT.version, 2),
      changed(first, AT.previous, 1),
      changed(second, AT.sequence + 3, 0),
      changed(first, AT.parentCount, 9),
      changed(first, AT.parentCount, 1),
      changed(first, first.length - 1, 0),
      zeroPrevious,
      swapped,
      doubled,
    ]) {
      expect(decodeEntry(bytes)).toBeNull()
    }
  })

  it('[LG1] is refused under a key of small order', () => {
    const bytes = forgeEntry(world, self).bytes.slice()
    bytes.fill(0, AT.author, AT.author + 32)
    expect(decodeEntry(bytes)).toBeNull()
  })

  it('[LG3] has at most 256 KiB, which the longest text with eight parents keeps to', () => {
    const longest = encodeText('x'.repeat(MAX_TEXT_BYTES))
    const signed = forgeEntry(world, self, { ...longest, parents: entryIds(8) })
    expect(signed.bytes.length).toBeLessThanOrEqual(MAX_ENTRY_BYTES)
    const over = { kind: KIND.text, body: new Uint8Array(MAX_ENTRY_BYTES) }
    expect(() => forgeEntry(world, self, over)).toThrow()
  })

  it('[LG4] has exactly one sealed form in an epoch', () => {
    const signed = forgeEntry(world, self)
    const sealed = sealEntry(signed, world.epoch)
    expect(sealEntry(signed, world.epoch)).toEqual(sealed)
    expect(openEntry(sealed, world.epoch)).toEqual({ type: 'opened', decoded: signed })
    for (let offset = 0; offset < sealed.length; offset++) {
      const flipped = changed(sealed, offset, (sealed[offset] ?? 0) ^ 1)
      expect(openEntry(flipped, world.epoch).type).not.toBe('opened')
    }
  })

  it('[LG4] sealed for a later epoch is told from a bad seal', () => {
    const sealed = sealEntry(forgeEntry(world, self), { number: 3, key: randomBytes(32) })
    expect(openEntry(sealed, world.epoch)).toEqual({ type: 'newer-epoch' })
    expect(openEntry(sealed, { number: 4, key: world.epoch.key })).toEqual({ type: 'bad-seal' })
  })

  it.each<[string, number, Uint8Array]>([
    ['a later kind', 200, Uint8Array.of(1, 65)],
    ['a kind without a meaning here yet', KIND.sanction, Uint8Array.of(1, 65)],
    ['a later version of a text', KIND.text, Uint8Array.of(2, 65)],
    ['a text that is not UTF-8', KIND.text, Uint8Array.of(1, 0xff)],
    ['a text of nothing', KIND.text, Uint8Array.of(1)],
    ['no body at all', KIND.text, Uint8Array.of()],
    ['a text with NUL in it', KIND.text, Uint8Array.of(1, 65, 0)],
  ])('[LG5] shows as unknown: %s', async (_, kind, body) => {
    const alice = await world.peer()
    const signed = forgeEntry(world, alice.signing, { kind, body })
    expect(signed.entry.body).toEqual({ kind: 'unknown', code: kind })
  })
})
