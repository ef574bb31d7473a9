import { ByteReader, randomBytes, sealOnce, toHex } from '@hamsa/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeHeader, headerOf, readHeader } from '../../client/conversation/entry-header.ts'
import { openEntry, sealEntry } from '../../client/conversation/entry-seal.ts'
import { decodeEntry, encodeEntry, strip } from '../../client/conversation/entry.ts'
import { epochOf, parseOpening } from '../../client/conversation/epoch-opening.ts'
import type { Want } from '../../client/conversation/history.ts'
import {
  makeWriterId,
  parseCertificateId,
  parseEntryId,
  parseLogId,
  parseWriterId,
} from '../../client/conversation/ids.ts'
import type { Head } from '../../client/conversation/log.ts'
import { unsealHere } from '../../client/conversation/unseal.ts'
import { decodeUpdate } from '../../client/conversation/update-decoder.ts'
import { bytesOf, forgeEntry, updateOf } from '../helpers/forged-entry.ts'
import { bytesNear, expectYjsAgrees } from '../helpers/log-bytes.ts'
import { bytesBy, rawUpdate, varUints } from '../helpers/log-forgery.ts'
import { LogWorld, makeSigningPair, type LogPeer } from '../helpers/log-peer.ts'
import { catchUp } from '../helpers/log-repair.ts'
import { expectSame, openingBy, talk } from '../helpers/shop-talk.ts'

const world = new LogWorld()
const self = makeSigningPair()
const entry = forgeEntry(world, self)
const RUNS = { numRuns: process.env.HAMSA_LONG === '1' ? 100_000 : 2_000 }

describe('bytes from anybody', () => {
  it('[LG20] are an update that Yjs reads alike, or a fault', () => {
    const whole = updateOf(world, entry, forgeEntry(world, self))
    fc.assert(
      fc.property(bytesNear(whole, 1_200), (bytes) => {
        expectYjsAgrees(bytes)
      }),
      RUNS,
    )
  })

  it('[LG20] are a fault however large the numbers in them', () => {
    const number = fc.oneof(fc.nat(20), fc.maxSafeNat())
    fc.assert(
      fc.property(fc.array(number, { maxLength: 40 }), (numbers) => {
        const decoded = decodeUpdate(bytesBy(varUints(...numbers)))
        if (decoded.type === 'items') expect(decoded.items).toEqual([])
        const section = { client: numbers[0] ?? 0, clock: numbers[1] ?? 0 }
        const structs = [varUints(...numbers)]
        expect(['fault', 'items']).toContain(
          decodeUpdate(rawUpdate([{ ...section, structs }])).type,
        )
      }),
      RUNS,
    )
  })

  it('[LG1] are a header in its one spelling, or none', () => {
    fc.assert(
      fc.property(bytesNear(headerOf(world.ref.id, entry)), (bytes) => {
        const reader = new ByteReader(bytes)
        const header = readHeader(reader)
        if (header === null) return
        const length = bytes.length - reader.remaining
        expect(encodeHeader(header)).toEqual(bytes.subarray(0, length))
      }),
      RUNS,
    )
  })

  it.each(['whole', 'stripped'] as const)(
    '[LG1] are a %s entry in its one spelling, or none',
    (type) => {
      const signed = type === 'whole' ? entry : strip(entry)
      fc.assert(
        fc.property(bytesNear(bytesOf(world, signed)), (bytes) => {
          const decoded = decodeEntry(bytes, type)
          if (decoded !== null) expect(encodeEntry(decoded.log, decoded.entry)).toEqual(bytes)
        }),
        RUNS,
      )
    },
  )

  it('[LG4] are no sealed entry, nor is what a member seals around them', async () => {
    const sealed = sealEntry(world.ref.id, entry, world.epoch)
    const around = (plain: Uint8Array, context: Uint8Array) => {
      const box = sealOnce(world.firstKey, 'hamsa/entry/seal/1', context, plain)
      return Uint8Array.from([...sealed.subarray(0, 9), ...box])
    }
    await fc.assert(
      fc.asyncProperty(
        bytesNear(sealed),
        bytesNear(bytesOf(world, entry)),
        fc.uint8Array({ maxLength: 96 }),
        async (bytes, plain, context) => {
          const forged = [bytes, around(plain, context)]
          const context0 = { log: world.ref.id, epoch: world.epoch }
          const unsealed = await unsealHere(forged, context0)
          for (const [index, one] of forged.entries()) {
            const isWhole = toHex(one) === toHex(sealed)
            expect(openEntry(one, world.epoch).type === 'opened').toBe(isWhole)
            expect(unsealed[index]?.type === 'entry').toBe(isWhole)
          }
        },
      ),
      { numRuns: RUNS.numRuns / 4 },
    )
  })

  it('[LG80] [LG81] are an opening in its one spelling, or none; and its keys open for nobody else', async () => {
    const shop = await world.device()
    const opening = openingBy(shop, 1, [shop, await world.peer()])
    fc.assert(
      fc.property(bytesNear(opening, 800), (bytes) => {
        const parsed = parseOpening(bytes)
        if (parsed === null) return
        expect(parsed.bytes).toEqual(bytes)
        const key = epochOf(parsed, { key: shop.key, box: shop.self.box })?.key
        if (key !== undefined) expect(key).toHaveLength(32)
      }),
      RUNS,
    )
  })

  it('[LG1] are an id when they have its one length', () => {
    const parsers = [
      [parseLogId, 32],
      [parseEntryId, 32],
      [parseCertificateId, 32],
      [parseWriterId, 16],
    ] as const
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
        for (const [parse, length] of parsers) {
          expect(parse(bytes)).toEqual(bytes.length === length ? bytes : null)
        }
      }),
    )
  })
})

describe.each([0, 2])('a log in epoch %i', (epochs) => {
  async function peers() {
    const { world: own, shop, shopper } = await talk()
    for (let epoch = 0; epoch < epochs; epoch++) await shop.openEpoch(shopper)
    const late = await own.peer({ self: shopper.self })
    await shop.say('three')
    return { shop, late }
  }
  const stateOf = ({ log, store, epochs: openings, ...peer }: LogPeer) => ({
    snapshot: log.snapshot(),
    rows: store.rows,
    epoch: log.epochName,
    openings: openings.openings,
    peer,
  })

  it('[LG34] [LG85] [LG104] is not changed by half through bytes of any kind', async () => {
    const { shop, late } = await peers()
    const [opening = openingBy(shop, 1, [shop, late])] = shop.log.openings(0)
    const [sealed = new Uint8Array()] = shop.log.answer({
      epoch: shop.log.epoch,
      ranges: shop.log.heads().map((head) => ({ ...head, from: 0, to: 9 })),
    })
    const update = shop.wholeUpdate()
    const before = stateOf(late)
    const isWhole = (bytes: Uint8Array) =>
      [opening, sealed, update].some((whole) => toHex(whole) === toHex(bytes))
    const near = (whole: Uint8Array) => bytesNear(whole).filter((bytes) => !isWhole(bytes))
    await fc.assert(
      fc.asyncProperty(
        near(update),
        fc.array(near(sealed), { maxLength: 4 }),
        fc.array(near(opening), { maxLength: 4 }),
        async (frame, have, openings) => {
          const verdict = await late.log.receive(frame)
          if (verdict.type === 'accept') expect(decodeUpdate(frame)).toMatchObject({ items: [] })
          await late.log.receiveHistory(have)
          await late.log.receiveOpenings(openings)
          expect(stateOf(late)).toEqual(before)
        },
      ),
      { numRuns: RUNS.numRuns / 10 },
    )
    await catchUp(late, shop)
    await catchUp(shop, late)
    expectSame(shop, late)
  })

  it('[LG100] [LG105] answers any heads with few wants, and any want with what it has, once', async () => {
    const { shop } = await peers()
    const known = shop.log.heads()
    const anyHead: fc.Arbitrary<Head> = fc
      .tuple(fc.nat(3), fc.boolean(), fc.oneof(fc.nat(4), fc.integer({ min: 0, max: 2 ** 32 - 1 })))
      .map(([which, isOther, sequence]) => {
        const { author, writer, id } = known[which % known.length] ?? {
          ...{ author: self.publicKey, writer: makeWriterId(), id: entry.id },
        }
        const other = parseEntryId(randomBytes(32)) ?? id
        return { author, writer: isOther ? makeWriterId() : writer, sequence, id: other }
      })
    await fc.assert(
      fc.asyncProperty(fc.array(anyHead, { maxLength: 20 }), fc.nat(5), async (heads, epoch) => {
        const wants = await shop.log.meet(heads)
        expect(wants.length).toBeLessThanOrEqual(1 + heads.length)
        const ranges = heads.map(({ author, writer, sequence }) => ({
          ...{ author, writer },
          ...(sequence % 2 === 0 ? { from: 0, to: sequence } : { from: sequence, to: 0 }),
        }))
        const want: Want = { epoch, ranges: [...ranges, ...ranges] }
        const answer = [...shop.log.answer(want)].map(toHex)
        expect(answer).toHaveLength(new Set(answer).size)
      }),
      { numRuns: RUNS.numRuns / 10 },
    )
  })
})
