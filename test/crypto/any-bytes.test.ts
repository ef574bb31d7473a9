import * as hamsaCrypto from '@hamsa/crypto'
import {
  concatBytes,
  encodeCertificate,
  encodeInboxCertificate,
  encodeRevocationList,
  issueCertificate,
  issueInboxCertificate,
  issueRevocationList,
  makeVisitNonce,
  randomBytes,
  seal,
  sealAnswer,
  sealBackup,
  sealTo,
  sealUnderFreshKey,
  sign,
  toBase64Url,
  toUtf8,
  wrapSecret,
} from '@hamsa/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stretchCheaply } from './backup-by-hand.ts'
import { collect } from './chunks.ts'
import { flipBit, makeIdentity, makeVisit, publicKeysOf } from './fixtures.ts'

const LABEL = 'hamsa/test/1'
const NOW_MS = Date.UTC(2026, 0, 15)
const NOTHING = new Uint8Array()

const key = randomBytes(32)
const root = makeIdentity()
const device = makeIdentity()
const visit = makeVisit()
const visitNonce = makeVisitNonce()
const rootKey = root.signing.publicKey
const shopperSigning = visit.shopper.signing.publicKey
const backup = { passphrase: 'four words', stretch: stretchCheaply }
const certificate = issueCertificate({
  root: root.signing,
  device: publicKeysOf(device),
  role: 'agent',
  name: 'Desk',
  notBeforeMs: NOW_MS,
  notAfterMs: NOW_MS,
})
const inboxCertificate = issueInboxCertificate({
  root: root.signing,
  inbox: publicKeysOf(visit.inbox),
  number: 3,
})
const devices = [device.signing.publicKey]
const revocations = issueRevocationList({ root: root.signing, before: null, devices })
const context = { answerKey: key, visitNonce, shopperSigning }
const answer = { type: 'busy', place: 2 } as const

/** One way in for foreign bytes: what it says to them, and bytes that it takes. */
type Reader = {
  readonly read: (bytes: Uint8Array) => unknown
  readonly sample: Uint8Array
  /** The bytes of what was read, where it is a structure with one byte form. */
  readonly encode?: (bytes: Uint8Array) => Uint8Array | null
}

const READERS: Readonly<Record<string, Reader>> = {
  fromBase64Url: {
    read: (bytes) => hamsaCrypto.fromBase64Url(Buffer.from(bytes).toString('latin1')),
    sample: toUtf8(toBase64Url(key)),
  },
  fromUtf8: { read: hamsaCrypto.fromUtf8, sample: toUtf8('همسة') },
  isSealedOnce: {
    read: (bytes) => hamsaCrypto.isSealedOnce(key, LABEL, NOTHING, bytes),
    sample: hamsaCrypto.sealOnce(key, LABEL, NOTHING, key),
  },
  open: { read: (bytes) => hamsaCrypto.open(key, bytes), sample: seal(key, key) },
  openAnswer: {
    read: (bytes) => hamsaCrypto.openAnswer(bytes, { ...context, root: rootKey, nowMs: NOW_MS }),
    sample: sealAnswer({
      ...context,
      answer,
      revocationNumber: 1,
      device: device.signing,
      certificate,
    }),
  },
  openBackup: {
    read: async (bytes) => {
      const opened = hamsaCrypto.openBackup([bytes], backup)
      let next = await opened.next()
      while (next.done !== true) next = await opened.next()
      return next.value.type === 'whole'
    },
    sample: concatBytes(...(await collect(sealBackup([key], backup)))),
  },
  openFrom: {
    read: (bytes) => hamsaCrypto.openFrom(device.box, LABEL, NOTHING, bytes),
    sample: sealTo(device.box.publicKey, LABEL, NOTHING, key),
  },
  openKnock: {
    read: (bytes) => {
      return hamsaCrypto.openKnock(bytes, {
        inbox: visit.inbox,
        inviteSecret: () => visit.invite.secret,
      })
    },
    sample: visit.knock,
  },
  openUnderFreshKey: {
    read: (bytes) => hamsaCrypto.openUnderFreshKey(key, bytes),
    sample: sealUnderFreshKey(key, key),
  },
  parseBoxPublicKey: { read: hamsaCrypto.parseBoxPublicKey, sample: device.box.publicKey },
  parseCertificate: {
    read: hamsaCrypto.parseCertificate,
    sample: encodeCertificate(certificate),
    encode: (bytes) => {
      const parsed = hamsaCrypto.parseCertificate(bytes)
      return parsed === null ? null : encodeCertificate(parsed)
    },
  },
  parseConversationSecret: { read: hamsaCrypto.parseConversationSecret, sample: key },
  parseInboxCertificate: {
    read: hamsaCrypto.parseInboxCertificate,
    sample: encodeInboxCertificate(inboxCertificate),
    encode: (bytes) => {
      const parsed = hamsaCrypto.parseInboxCertificate(bytes)
      return parsed === null ? null : encodeInboxCertificate(parsed)
    },
  },
  parseInviteId: { read: hamsaCrypto.parseInviteId, sample: visit.invite.id },
  parseInviteSecret: { read: hamsaCrypto.parseInviteSecret, sample: visit.invite.secret },
  parseRevocationList: {
    read: hamsaCrypto.parseRevocationList,
    sample: encodeRevocationList(revocations),
    encode: (bytes) => {
      const parsed = hamsaCrypto.parseRevocationList(bytes)
      return parsed === null ? null : encodeRevocationList(parsed)
    },
  },
  parseSeed: { read: hamsaCrypto.parseSeed, sample: key },
  parseSignature: {
    read: hamsaCrypto.parseSignature,
    sample: sign(LABEL, NOTHING, root.signing.secretKey),
  },
  parseSigningPublicKey: { read: hamsaCrypto.parseSigningPublicKey, sample: rootKey },
  parseVisitNonce: { read: hamsaCrypto.parseVisitNonce, sample: visitNonce },
  parseWorkNonce: { read: hamsaCrypto.parseWorkNonce, sample: randomBytes(8) },
  unwrapSecret: {
    read: (bytes) => hamsaCrypto.unwrapSecret(key, LABEL, bytes),
    sample: wrapSecret(key, LABEL, key),
  },
  verify: {
    read: (bytes) => hamsaCrypto.verify(LABEL, NOTHING, bytes, rootKey),
    sample: sign(LABEL, NOTHING, root.signing.secretKey),
  },
  verifyCertificate: {
    read: async (bytes) => {
      const parsed = hamsaCrypto.parseCertificate(bytes)
      if (parsed === null) return null
      return (await hamsaCrypto.verifyCertificate(parsed, rootKey, NOW_MS)) === 'valid'
    },
    sample: encodeCertificate(certificate),
  },
  verifyInboxCertificate: {
    read: (bytes) => {
      const parsed = hamsaCrypto.parseInboxCertificate(bytes)
      return parsed === null ? null : hamsaCrypto.verifyInboxCertificate(parsed, rootKey)
    },
    sample: encodeInboxCertificate(inboxCertificate),
  },
  verifyNow: {
    read: (bytes) => hamsaCrypto.verifyNow(LABEL, NOTHING, bytes, rootKey),
    sample: sign(LABEL, NOTHING, root.signing.secretKey),
  },
  verifyRevocationList: {
    read: (bytes) => {
      const parsed = hamsaCrypto.parseRevocationList(bytes)
      return parsed === null ? null : hamsaCrypto.verifyRevocationList(parsed, rootKey)
    },
    sample: encodeRevocationList(revocations),
  },
}

/** Readers that judge by a key, so that nothing but the sample itself is ever taken. */
const KEYED = /^(open|unwrap|verify)/

/** Any bytes, and the sample with a piece of it replaced. */
const foreign = (sample: Uint8Array) =>
  fc.oneof(
    fc.uint8Array({ maxLength: 2 * sample.length }),
    fc.uint8Array({ minLength: sample.length, maxLength: sample.length }),
    fc
      .tuple(fc.nat({ max: sample.length }), fc.nat({ max: 40 }), fc.uint8Array({ maxLength: 40 }))
      .map(([at, gone, added]) => {
        return concatBytes(sample.subarray(0, at), added, sample.subarray(at + gone))
      }),
  )

describe('what takes foreign bytes', () => {
  it('[CR1] is all named here', () => {
    const exported = Object.keys(hamsaCrypto).filter((name) =>
      /^(parse|open|unwrap|verify|from|isSealed)/.test(name),
    )
    expect(exported.sort()).toEqual(Object.keys(READERS).sort())
  })

  it.each(Object.entries(READERS))(
    '[CR1] [CR2] %s takes its own, answers null or false to what is changed at any byte, and throws at nothing',
    async (name, { read, sample, encode }) => {
      const isTaken = (result: unknown) => result !== null && result !== false
      expect(isTaken(await read(sample))).toBe(true)
      if (encode !== undefined) expect(encode(sample)).toEqual(sample)
      const judge = async (bytes: Uint8Array) => {
        const taken = isTaken(await read(bytes))
        const isSample = Buffer.from(bytes).equals(sample)
        if (KEYED.test(name)) expect(taken).toBe(isSample)
        if (taken && encode !== undefined) expect(encode(bytes)).toEqual(new Uint8Array(bytes))
      }
      for (let index = 0; index < sample.length; index++) await judge(flipBit(sample, index))
      await fc.assert(fc.asyncProperty(foreign(sample), judge), { numRuns: 300 })
    },
  )
})
