import { concatBytes, randomBytes } from '@hamsa/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openEntry, sealEntry } from '../../client/conversation/entry-seal.ts'
import {
  decodeEntry,
  encodeEntry,
  signEntry,
  strip,
  verifyEntry,
} from '../../client/conversation/entry.ts'
import { makeWriterId, NO_CERTIFICATE, parseEntryId } from '../../client/conversation/ids.ts'
import { KIND } from '../../client/conversation/kind.ts'
import { MAX_ENTRY_BYTES, type EntryId } from '../../client/conversation/log.ts'
import { LogEntry } from '../../client/conversation/log-entry.ts'
import { MAX_TEXT_BYTES } from '../../client/conversation/text-draft.ts'
import { bodyOf, bytesOf, forgeEntry } from '../helpers/forged-entry.ts'
import { LogWorld, makeSigningPair } from '../helpers/log-peer.ts'

const world = new LogWorld()
const self = makeSigningPair()

/** Offsets of header fields, from the table in LOG.md, and of the nonce in a sealed entry. */
const AT = {
  nonce: 9,
  version: 0,
  author: 33,
  sequence: 113,
  previous: 117,
  parentCount: 149,
  parents: 150,
}

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
        const signed = await signEntry(
          { ...draft, ...bodyOf({ kind: 'text', text: text.replaceAll('\0', '') }) },
          self,
        )
        const bytes = encodeEntry(world.ref.id, signed)
        expect(decodeEntry(bytes, 'whole')).toEqual({ log: world.ref.id, entry: signed })
        expect(await verifyEntry(world.ref.id, signed)).toBe(true)
        expect(signed).toMatchObject({ sequence, previous, lamport, wallTimeMs })
        expect(new Set(signed.parents)).toEqual(new Set(draft.parents))
        expect(new LogEntry(signed, 'room').body.kind).toBe('text')
      }),
      { numRuns: 60 },
    )
  })

  it('[LG1] has one spelling', () => {
    const first = bytesOf(world, forgeEntry(world, self, { parents: entryIds(2) }))
    const [previous = null] = entryIds(1)
    const second = bytesOf(world, forgeEntry(world, self, { sequence: 1, previous }))
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
      expect(decodeEntry(bytes, 'whole')).toBeNull()
    }
  })

  it('[LG1] of arbitrary bytes is nothing, whole or stripped', () => {
    const start = bytesOf(world, forgeEntry(world, self))
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 600 }),
      fc
        .tuple(fc.nat(start.length - 1), fc.uint8Array({ minLength: 1, maxLength: 40 }))
        .map(([length, tail]) => concatBytes(start.subarray(0, length), tail)),
    )
    fc.assert(
      fc.property(bytes, (foreign) => {
        for (const type of ['whole', 'stripped'] as const) {
          const decoded = decodeEntry(foreign, type)
          if (decoded !== null) expect(encodeEntry(decoded.log, decoded.entry)).toEqual(foreign)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('[LG1] is refused under a key of small order', () => {
    const bytes = bytesOf(world, forgeEntry(world, self)).slice()
    bytes.fill(0, AT.author, AT.author + 32)
    expect(decodeEntry(bytes, 'whole')).toBeNull()
  })

  it('[LG2] verifies without its body, and says nothing any more', async () => {
    const whole = forgeEntry(world, self)
    const stripped = strip(whole)
    expect(stripped.id).toEqual(whole.id)
    expect(await verifyEntry(world.ref.id, stripped)).toBe(true)
    const bytes = encodeEntry(world.ref.id, stripped)
    expect(decodeEntry(bytes, 'stripped')).toEqual({ log: world.ref.id, entry: stripped })
    expect(decodeEntry(bytes, 'whole')).toBeNull()
    expect(decodeEntry(encodeEntry(world.ref.id, whole), 'stripped')).toBeNull()
    expect(strip(stripped)).toBe(stripped)
    expect(new LogEntry(stripped, 'room').body).toEqual({ kind: 'deleted', code: KIND.text })
  })

  it('[LG3] names no body longer than an entry may be, also when the body is gone', () => {
    const stripped = strip(forgeEntry(world, self))
    const { content } = stripped
    if (content.type !== 'stripped') throw new Error('it has a body')
    const headBytes = encodeEntry(world.ref.id, stripped).length + 16 // and the salt
    const ofLength = (bodyLength: number): Uint8Array =>
      encodeEntry(world.ref.id, { ...stripped, content: { ...content, bodyLength } })
    const most = MAX_ENTRY_BYTES - headBytes
    expect(decodeEntry(ofLength(most), 'stripped')).not.toBeNull()
    expect(decodeEntry(ofLength(most + 1), 'stripped')).toBeNull()
    expect(decodeEntry(ofLength(2 ** 32 - 1), 'stripped')).toBeNull()
  })

  it('[LG3] has at most 256 KiB, which the longest text with eight parents keeps to', async () => {
    const longest = bodyOf({ kind: 'text', text: 'x'.repeat(MAX_TEXT_BYTES) })
    const signed = forgeEntry(world, self, { ...longest, parents: entryIds(8) })
    expect(bytesOf(world, signed).length).toBeLessThanOrEqual(MAX_ENTRY_BYTES)
    const over = forgeEntry(world, self, {
      kind: KIND.text,
      body: new Uint8Array(MAX_ENTRY_BYTES),
    })
    expect(decodeEntry(bytesOf(world, over), 'whole')).toBeNull()
    await expect(
      signEntry({ ...over, log: world.ref.id, body: new Uint8Array(MAX_ENTRY_BYTES) }, self),
    ).rejects.toThrow('breaks the format')
  })

  it.each(['whole', 'stripped'] as const)('[LG4] has one sealed form in an epoch: %s', (type) => {
    const whole = forgeEntry(world, self)
    const signed = type === 'whole' ? whole : strip(whole)
    const sealed = sealEntry(world.ref.id, signed, world.epoch)
    expect(sealEntry(world.ref.id, signed, world.epoch)).toEqual(sealed)
    const opened = { type: 'opened', log: world.ref.id, entry: signed }
    expect(openEntry(sealed, world.epoch)).toEqual(opened)
    for (let offset = 0; offset < sealed.length; offset++) {
      const flipped = changed(sealed, offset, (sealed[offset] ?? 0) ^ 1)
      expect(openEntry(flipped, world.epoch).type).not.toBe('opened')
    }
  })

  it('[LG4] has no nonce in common between its two forms', () => {
    const whole = forgeEntry(world, self)
    const nonces = [whole, strip(whole)].map((entry) =>
      sealEntry(world.ref.id, entry, world.epoch)
        .subarray(AT.nonce, AT.nonce + 24)
        .join(),
    )
    expect(new Set(nonces).size).toBe(2)
  })

  it('[LG4] sealed for another epoch, or for a rival of it, is told from a bad seal', () => {
    const here = { number: 3, tag: 7, key: randomBytes(32) }
    const sealed = sealEntry(world.ref.id, forgeEntry(world, self), here)
    expect(openEntry(sealed, { ...here, number: 2 })).toEqual({ type: 'other-epoch' })
    expect(openEntry(sealed, { ...here, tag: 8 })).toEqual({ type: 'other-epoch' })
    expect(openEntry(sealed, world.epoch)).toEqual({ type: 'other-epoch' })
    expect(openEntry(sealed, { ...here, key: world.epoch.key })).toEqual({ type: 'bad-seal' })
  })

  it('[LG4] of arbitrary bytes opens to nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (foreign) => {
        expect(openEntry(foreign, world.epoch).type).not.toBe('opened')
      }),
    )
  })

  it.each<[string, number, Uint8Array]>([
    ['a later kind', 200, Uint8Array.of(1, 65)],
    ['a kind without a meaning here yet', KIND.sanction, Uint8Array.of(1, 65)],
    ['a later version of a text', KIND.text, Uint8Array.of(2, 65)],
    ['a text that is not UTF-8', KIND.text, Uint8Array.of(1, 0xff)],
    ['a text of nothing', KIND.text, Uint8Array.of(1)],
    ['no body at all', KIND.text, Uint8Array.of()],
    ['a text with NUL in it', KIND.text, Uint8Array.of(1, 65, 0)],
  ])('[LG5] shows as unknown: %s', (_, kind, body) => {
    const entry = new LogEntry(forgeEntry(world, self, { kind, body }), 'room')
    expect(entry.body).toEqual({ kind: 'unknown', code: kind })
  })
})
