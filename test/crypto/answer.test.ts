import {
  ANSWER_BYTES,
  ByteReader,
  ByteWriter,
  CLOCK_LEEWAY_MS,
  concatBytes,
  encodeCertificate,
  issueCertificate,
  MAX_CERTIFICATE_LIFETIME_MS,
  MAX_PROFILE_BYTES,
  MAX_WORK_BITS,
  makeVisitNonce,
  open,
  openAnswer,
  randomBytes,
  sealAnswer,
  seal,
  sign,
  visitKeys,
  type Answer,
} from '@hamsa/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { flipBit, makeIdentity, makeVisit, publicKeysOf } from './fixtures.ts'

const NOW_MS = Date.UTC(2026, 0, 15)

const ANSWERS: readonly Answer[] = [
  { type: 'accepted', profile: randomBytes(MAX_PROFILE_BYTES) },
  { type: 'accepted', profile: new Uint8Array(0) },
  { type: 'used-up' },
  { type: 'expired' },
  { type: 'revoked' },
  { type: 'closed' },
  { type: 'needs-work', bits: MAX_WORK_BITS },
  { type: 'busy', place: 65_535 },
  { type: 'foreign' },
]

function makeAnswering() {
  const root = makeIdentity()
  const device = makeIdentity()
  const { shopper, request } = makeVisit()
  const certificate = issueCertificate({
    root: root.signing,
    device: publicKeysOf(device),
    role: 'owner',
    name: 'Desk',
    notBeforeMs: NOW_MS,
    notAfterMs: NOW_MS + MAX_CERTIFICATE_LIFETIME_MS,
  })
  const visit = {
    answerKey: visitKeys(request.conversationSecret, request.visitNonce).answerKey,
    visitNonce: request.visitNonce,
    shopperSigning: shopper.signing.publicKey,
  }
  const context = { ...visit, root: root.signing.publicKey, nowMs: NOW_MS }
  const sealed = (answer: Answer) =>
    sealAnswer({ ...visit, answer, revocationNumber: 7, device: device.signing, certificate })
  return { root, device, certificate, visit, context, sealed }
}

describe('answer', () => {
  it('[CR40] of every kind comes out as it went in', async () => {
    const { context, sealed, certificate } = makeAnswering()
    for (const answer of ANSWERS) {
      const opened = await openAnswer(sealed(answer), context)
      expect(opened).toEqual({ answer, revocationNumber: 7, certificate })
    }
  })

  it('[CR40] of every kind has its number, and no other number is one', async () => {
    const { context, certificate, device, visit, sealed } = makeAnswering()
    const bodyOf = (answer: Answer) => {
      const plaintext = open(context.answerKey, sealed(answer).slice(1))
      if (plaintext === null) throw new Error('an own answer opens')
      const reader = new ByteReader(plaintext.slice(64))
      return reader.bytes(2, 3031)
    }
    const kinds = ['accepted', 'used-up', 'expired', 'revoked', 'closed', 'needs-work', 'busy']
    for (const answer of ANSWERS) {
      const number = [...kinds, 'foreign'].indexOf(answer.type) + 1
      expect(bodyOf(answer)[0]).toBe(number)
    }
    for (const number of [0, 5, 8, 9, 255]) {
      const body = new ByteWriter()
        .uint(number, 1)
        .uint(7, 4)
        .bytes(encodeCertificate(certificate), 2)
        .finish()
      const signed = concatBytes(visit.visitNonce, visit.shopperSigning, body)
      const signature = sign('hamsa/answer/1', signed, device.signing.secretKey)
      const plaintext = new ByteWriter()
        .raw(signature)
        .bytes(body, 2)
        .padTo(ANSWER_BYTES - 41)
      const bytes = Uint8Array.of(1, ...seal(context.answerKey, plaintext.finish()))
      const isKind = number === 5 || number === 8
      expect((await openAnswer(bytes, context)) !== null).toBe(isKind)
    }
  })

  it('[CR41] of every kind has one length, a multiple of 512', () => {
    const { sealed } = makeAnswering()
    expect(ANSWER_BYTES % 512).toBe(0)
    for (const answer of ANSWERS) expect(sealed(answer).length).toBe(ANSWER_BYTES)
  })

  it('[CR42] is refused with one bit flipped at any of its bytes', async () => {
    const { context, sealed } = makeAnswering()
    const bytes = sealed({ type: 'closed' })
    const accepted: number[] = []
    for (let index = 0; index < bytes.length; index++) {
      if ((await openAnswer(flipBit(bytes, index), context)) !== null) accepted.push(index)
    }
    expect(accepted).toEqual([])
  })

  it('[CR42] is refused with one bit flipped inside, by somebody who can seal it again', async () => {
    const { context, sealed } = makeAnswering()
    const plaintext = open(context.answerKey, sealed({ type: 'closed' }).slice(1))
    if (plaintext === null) throw new Error('an own answer opens')
    const accepted: number[] = []
    for (let index = 0; index < plaintext.length; index++) {
      const forged = Uint8Array.of(1, ...seal(context.answerKey, flipBit(plaintext, index)))
      if ((await openAnswer(forged, context)) !== null) accepted.push(index)
    }
    expect(accepted).toEqual([])
  })

  it('[CR43] is refused for another visit, another shopper, another shop', async () => {
    const { context, sealed } = makeAnswering()
    const bytes = sealed({ type: 'closed' })
    const stranger = makeIdentity().signing.publicKey
    expect(await openAnswer(bytes, context)).not.toBeNull()
    expect(await openAnswer(bytes, { ...context, visitNonce: makeVisitNonce() })).toBeNull()
    expect(await openAnswer(bytes, { ...context, shopperSigning: stranger })).toBeNull()
    expect(await openAnswer(bytes, { ...context, root: stranger })).toBeNull()
    expect(await openAnswer(bytes, { ...context, answerKey: randomBytes(32) })).toBeNull()
  })

  it('[CR44] is refused from a device whose certificate is another’s, forged or out of its span', async () => {
    const { context, visit, certificate, device, sealed } = makeAnswering()
    const stranger = makeIdentity()
    const common = { ...visit, answer: { type: 'closed' }, revocationNumber: 0 } as const
    const borrowed = sealAnswer({ ...common, device: stranger.signing, certificate })
    expect(await openAnswer(borrowed, context)).toBeNull()

    const own = issueCertificate({
      root: stranger.signing,
      device: publicKeysOf(device),
      role: 'owner',
      name: 'Desk',
      notBeforeMs: NOW_MS,
      notAfterMs: NOW_MS,
    })
    const selfMade = sealAnswer({ ...common, device: device.signing, certificate: own })
    expect(await openAnswer(selfMade, context)).toBeNull()

    const late = NOW_MS + MAX_CERTIFICATE_LIFETIME_MS + CLOCK_LEEWAY_MS + 1
    expect(await openAnswer(sealed({ type: 'closed' }), { ...context, nowMs: late })).toBeNull()
  })

  it('[CR45] asks for no more work than a phone can do, and holds no more profile than fits', () => {
    const { sealed } = makeAnswering()
    expect(() => sealed({ type: 'needs-work', bits: MAX_WORK_BITS + 1 })).toThrow('bad-number')
    expect(() => sealed({ type: 'needs-work', bits: 0 })).toThrow('bad-number')
    expect(() => sealed({ type: 'busy', place: 0 })).toThrow('bad-number')
    expect(() => sealed({ type: 'busy', place: 65_536 })).toThrow('bad-number')
    const profile = new Uint8Array(MAX_PROFILE_BYTES + 1)
    expect(() => sealed({ type: 'accepted', profile })).toThrow('bad-length')
  })

  it('[CR1] answers null to any bytes, sealed under the right key or not', async () => {
    const { context } = makeAnswering()
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 4096 }),
        async (bytes) => (await openAnswer(bytes, context)) === null,
      ),
      { numRuns: 200 },
    )
    const plaintextBytes = ANSWER_BYTES - 41
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: plaintextBytes, maxLength: plaintextBytes }),
        async (plaintext) => {
          const bytes = Uint8Array.of(1, ...seal(context.answerKey, plaintext))
          return (await openAnswer(bytes, context)) === null
        },
      ),
      { numRuns: 200 },
    )
  })
})
