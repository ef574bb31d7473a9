import { randomBytes } from '@hamsa/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  epochOf,
  MAX_MEMBERS,
  MAX_OPENING_BYTES,
  parseOpening,
  signOpening,
  verifyOpening,
  type EpochOpening,
  type OpeningDraft,
} from '../../client/conversation/epoch-opening.ts'
import { compareHeads } from '../../client/conversation/heads.ts'
import { makeWriterId, NO_CERTIFICATE, parseEntryId } from '../../client/conversation/ids.ts'
import type { Head } from '../../client/conversation/log.ts'
import { makeIdentity, makeLogId } from '../helpers/log-peer.ts'

const log = makeLogId()
const device = makeIdentity()
/** Keys are dear: the same few serve in every opening. */
const people = Array.from({ length: 5 }, makeIdentity)
const memberOf = ({ signing, box }: (typeof people)[number]) => ({
  key: signing.publicKey,
  box: box.publicKey,
})

function head(author = device.signing.publicKey, sequence = 0): Head {
  const id = parseEntryId(randomBytes(32))
  if (id === null) throw new Error('32 bytes are an entry id')
  return { author, writer: makeWriterId(), sequence, id }
}

function open(draft: Partial<OpeningDraft> = {}): EpochOpening {
  return signOpening(
    {
      log,
      number: 1,
      before: null,
      certificate: NO_CERTIFICATE,
      cut: [head()],
      members: [memberOf(device)],
      ...draft,
    },
    device.signing,
  )
}

const self = ({ signing, box }: (typeof people)[number]) => ({ key: signing.publicKey, box })

describe('an epoch opening', () => {
  it('[LG80] reads back as it was signed, whatever its fields', async () => {
    const fields = fc.record({
      number: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
      cut: fc.array(fc.tuple(fc.nat(4), fc.nat(2 ** 32 - 1)), { maxLength: 12 }),
      members: fc.uniqueArray(fc.nat(4), { maxLength: 5 }),
    })
    await fc.assert(
      fc.asyncProperty(fields, async ({ number, cut, members }) => {
        const chosen = members.flatMap((index) => people[index] ?? [])
        const heads = cut.map(([who, sequence]) => head(people[who]?.signing.publicKey, sequence))
        const opening = open({
          number,
          before: number === 1 ? null : open().id,
          cut: heads.sort(compareHeads),
          members: chosen.map(memberOf),
        })
        expect(parseOpening(opening.bytes)).toEqual(opening)
        expect(await verifyOpening(opening)).toBe(true)
        expect(opening).toMatchObject({ number, cut: heads })
        const epochs = chosen.map((person) => epochOf(opening, self(person)))
        for (const epoch of epochs) expect(epoch).toEqual(epochs[0])
        expect(epochs.every((epoch) => epoch?.number === number)).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  it('[LG80] of arbitrary bytes is nothing', () => {
    const whole = open().bytes
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 800 }),
      fc
        .tuple(fc.nat(whole.length - 1), fc.uint8Array({ minLength: 1, maxLength: 60 }))
        .map(([length, tail]) => Uint8Array.from([...whole.subarray(0, length), ...tail])),
    )
    fc.assert(
      fc.property(bytes, (foreign) => {
        const parsed = parseOpening(foreign)
        if (parsed !== null) expect(parsed.bytes).toEqual(foreign)
      }),
      { numRuns: 3_000 },
    )
    expect(parseOpening(new Uint8Array(MAX_OPENING_BYTES + 1))).toBeNull()
  })

  it('[LG80] is no opening any more after the flip of any bit', async () => {
    const { bytes } = open({ cut: [head()], members: [memberOf(device)] })
    for (let offset = 0; offset < bytes.length; offset++) {
      const flipped = bytes.slice()
      flipped[offset] = (flipped[offset] ?? 0) ^ (1 << (offset % 8))
      const parsed = parseOpening(flipped)
      expect(parsed !== null && (await verifyOpening(parsed)), `byte ${offset}`).toBe(false)
    }
  })

  it('[LG80] has one spelling: cut and members ascending, each once, nothing behind', () => {
    const [one, two] = [head(people[0]?.signing.publicKey), head(people[1]?.signing.publicKey)]
    const cut = [one, two].sort(compareHeads)
    expect(() => open({ cut: cut.toReversed() })).toThrow(RangeError)
    expect(() => open({ cut: [one, one] })).toThrow(RangeError)
    expect(() => open({ members: [memberOf(device), memberOf(device)] })).toThrow()
    expect(() => open({ number: 0 })).toThrow()
    expect(() => open({ number: 2 })).toThrow()
    expect(() => open({ before: open().id })).toThrow()
    expect(parseOpening(Uint8Array.from([...open().bytes, 0]))).toBeNull()
    expect(MAX_MEMBERS).toBeLessThan(2 ** 16)
  })

  it('[LG81] gives its key to its members alone, and each opening another key', () => {
    const [member, other] = people
    if (member === undefined || other === undefined) throw new Error('five people')
    const opening = open({ members: [memberOf(member)] })
    expect(epochOf(opening, self(member))?.key).toHaveLength(32)
    expect(epochOf(opening, self(other))).toBeNull()
    // The right name with the wrong box key opens nothing either.
    expect(epochOf(opening, { key: member.signing.publicKey, box: other.box })).toBeNull()
    const again = open({ members: [memberOf(member)] })
    expect(epochOf(again, self(member))?.key).not.toEqual(epochOf(opening, self(member))?.key)
    expect(epochOf(again, self(member))?.tag).not.toBe(epochOf(opening, self(member))?.tag)
  })

  it('[LG81] a key sealed for another epoch, log or member opens nothing', () => {
    const [member] = people
    if (member === undefined) throw new Error('five people')
    const opening = open({ members: [memberOf(member)] })
    for (const moved of [
      { ...opening, number: 2 },
      { ...opening, log: makeLogId() },
    ]) {
      expect(epochOf(moved, self(member))).toBeNull()
    }
  })
})
