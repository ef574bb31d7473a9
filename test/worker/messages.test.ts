import { randomBytes } from '@hamsa/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unsealHere } from '../../client/conversation/unseal.ts'
import { cutBatches, MAX_BATCH_BYTES, MAX_BATCH_ENTRIES } from '../../client/worker/batches.ts'
import { packBytes, unpackBytes } from '../../client/worker/byte-list.ts'
import { decodeVerdict, encodeVerdict } from '../../client/worker/verdict-codec.ts'
import {
  parseAnswer,
  parseRequest,
  wrapAnswer,
  wrapRequest,
  type Parcel,
  type Request,
} from '../../client/worker/worker-protocol.ts'
import { makeSamples, makeSealContext } from './sealed-entries.ts'

const context = makeSealContext()
const samples = await makeSamples(context)
const sealed = samples.map((sample) => sample.sealed)
/** Without the longest: to compare its 60,000 bytes two thousand times takes minutes on a busy machine. */
const short = sealed.filter(({ length }) => length < 2_000)

/** What arrives on the other thread. */
function sent({ message, transfer }: Parcel): unknown {
  return structuredClone(message, { transfer })
}

/** A well-formed message with one field, anywhere in it, made into something else. */
function bent(message: unknown): fc.Arbitrary<unknown> {
  if (typeof message !== 'object' || message === null || message instanceof Uint8Array) {
    return fc.anything({ withTypedArray: true })
  }
  const fields = Object.entries(message)
  return fc
    .constantFrom(...fields)
    .chain(([name, value]) => bent(value).map((other) => ({ ...message, [name]: other })))
}

describe('a request', () => {
  const requests: readonly Request[] = [
    { id: 0, work: { type: 'unseal', sealed, ...context } },
    { id: 7, work: { type: 'unseal', sealed: [], ...context } },
    { id: 1, work: { type: 'stretch', passphrase: 'كلمة سر', salt: randomBytes(16) } },
  ]

  it('[WK30] arrives as it was sent', () => {
    for (const request of requests) {
      expect(parseRequest(sent(wrapRequest(request)))).toEqual(request)
    }
  })

  it('[WK2] moves its entries in one buffer', () => {
    const [first] = requests
    if (first === undefined) throw new Error('there is one')
    const { message, transfer } = wrapRequest(first)
    expect(transfer).toHaveLength(1)
    structuredClone(message, { transfer })
    expect(transfer[0]?.byteLength).toBe(0)
    expect(sealed.every((one, index) => one.length === samples[index]?.sealed.length)).toBe(true)
  })

  it('[WK30] is taken as it is or not at all, whatever comes', () => {
    const work = { type: 'unseal', sealed: short, ...context } as const
    const wrapped = [{ id: 0, work }, ...requests.slice(1)].map((one) => wrapRequest(one).message)
    const anything = fc.oneof(
      fc.anything({ withTypedArray: true }),
      fc.constantFrom(...wrapped).chain(bent),
    )
    fc.assert(
      fc.property(anything, (message) => {
        const request = parseRequest(message)
        if (request !== null) expect(parseRequest(sent(wrapRequest(request)))).toEqual(request)
      }),
      { numRuns: 300 }, // comparing what was taken is what takes the time
    )
  })
})

describe('an answer', () => {
  it('[WK1] [WK3] brings every verdict as it was', async () => {
    const unsealed = await unsealHere(sealed, context)
    const answer = { id: 3, result: { type: 'unsealed', log: context.log, unsealed } } as const
    const parcel = wrapAnswer(answer)
    expect(parcel.transfer).toHaveLength(1)
    expect(parseAnswer(sent(parcel))).toEqual(answer)
  })

  it('[WK30] is taken as it is or not at all, whatever comes', async () => {
    const unsealed = await unsealHere(sealed.slice(0, 2), context)
    const wrapped = [
      wrapAnswer({ id: 1, result: { type: 'unsealed', log: context.log, unsealed } }).message,
      wrapAnswer({ id: 2, result: { type: 'stretched', key: randomBytes(32) } }).message,
      wrapAnswer({ id: 3, result: { type: 'failed' } }).message,
    ]
    for (const message of wrapped) expect(parseAnswer(message)).not.toBeNull()
    const anything = fc.oneof(
      fc.anything({ withTypedArray: true }),
      fc.constantFrom(...wrapped).chain(bent),
    )
    fc.assert(
      fc.property(anything, (message) => {
        const answer = parseAnswer(message)
        if (answer !== null) expect(parseAnswer(sent(wrapAnswer(answer)))).toEqual(answer)
      }),
      { numRuns: 300 }, // comparing what was taken is what takes the time
    )
  })

  it('[WK30] has one spelling of a verdict, and a field of the wrong form makes it none', async () => {
    const unsealed = await unsealHere(short, context)
    const encoded = unsealed.map((one) => encodeVerdict(one, context.log))
    const changed = fc
      .constantFrom(...encoded)
      .chain((bytes) =>
        fc
          .tuple(fc.nat(Math.min(bytes.length - 1, 400)), fc.nat(255))
          .map(([offset, value]) => bytes.map((byte, index) => (index === offset ? value : byte))),
      )
    const bytes = fc.oneof(changed, fc.uint8Array({ maxLength: 600 }))
    fc.assert(
      fc.property(bytes, (encodedVerdict) => {
        const verdict = decodeVerdict(encodedVerdict, context.log)
        if (verdict === null) return
        expect(decodeVerdict(encodeVerdict(verdict, context.log), context.log)).toEqual(verdict)
      }),
      { numRuns: 300 }, // comparing what was taken is what takes the time
    )
    for (const one of encoded) {
      expect(decodeVerdict(one.slice(0, -1), context.log)).toBeNull()
      expect(decodeVerdict(Uint8Array.of(...one, 0), context.log)).toBeNull()
    }
    const [good] = encoded
    expect(good && decodeVerdict(good, makeSealContext().log)).toBeNull()
  })
})

describe('a list of byte strings', () => {
  it('[WK30] unpacks as it was packed', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), (items) => {
        expect(unpackBytes(packBytes(items))).toEqual(items)
      }),
    )
  })

  it('[WK30] is none when a length points past the end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const items = unpackBytes(bytes)
        if (items !== null) expect(packBytes(items)).toEqual(bytes)
      }),
    )
    expect(unpackBytes(Uint8Array.of(0, 0, 0, 1))).toBeNull()
    expect(unpackBytes(Uint8Array.of(0, 0, 0))).toBeNull()
    expect(unpackBytes(Uint8Array.of(255, 255, 255, 255, 0))).toBeNull()
  })
})

describe('batches', () => {
  it('[WK2] hold all in order, and no more than the limits allow', () => {
    const size = fc.oneof(fc.nat(600), fc.nat(MAX_BATCH_BYTES * 2))
    fc.assert(
      fc.property(fc.array(size, { maxLength: 300 }), (sizes) => {
        // A view of one zeroed buffer each: the sizes are all that counts.
        const items = sizes.map((length) => ZEROS.subarray(0, length))
        const batches = cutBatches(items)
        const flat = batches.flat()
        expect(flat.length).toBe(items.length)
        expect(flat.every((one, index) => one === items[index])).toBe(true)
        for (const batch of batches) {
          expect(batch.length).toBeGreaterThan(0)
          expect(batch.length).toBeLessThanOrEqual(MAX_BATCH_ENTRIES)
          const bytes = batch.reduce((sum, { length }) => sum + length, 0)
          expect(batch.length === 1 || bytes <= MAX_BATCH_BYTES).toBe(true)
        }
      }),
      { numRuns: 50 },
    )
  })
})

const ZEROS = new Uint8Array(MAX_BATCH_BYTES * 2)
