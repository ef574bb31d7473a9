import { ByteReader, ByteWriter } from './byte-codec.ts'
import {
  encodeCertificate,
  MAX_CERTIFICATE_BYTES,
  parseCertificate,
  verifyCertificate,
  type Certificate,
} from './certificate.ts'
import { CryptoError } from './crypto-error.ts'
import type { SigningPair, SigningPublicKey } from './identity.ts'
import { open, seal, SEAL_OVERHEAD_BYTES } from './secretbox.ts'
import { parseSignature, sign, SIGNATURE_BYTES, verify, type Signature } from './signature.ts'
import type { VisitNonce } from './visit.ts'
import { MAX_WORK_BITS } from './work.ts'

/*
 * answer     version 1 ‖ nonce 24 ‖ ciphertext 3,047                               = 3,072
 * plaintext  signature 64 ‖ body (length 2) ‖ zeros                                = 3,031
 * body       kind 1 ‖ revocation number 4 ‖ certificate (length 2) ‖ what the kind carries:
 *            accepted: profile (length 2) · needs-work: bits 1 · busy: place 2
 */

export const ANSWER_VERSION = 1
/** Every answer has this length (six times 512): a length that grew with the profile would tell the service who was let in. */
export const ANSWER_BYTES = 3072
const PLAINTEXT_BYTES = ANSWER_BYTES - 1 - SEAL_OVERHEAD_BYTES
const MAX_BODY_BYTES = PLAINTEXT_BYTES - SIGNATURE_BYTES - 2
/** Longest profile an answer carries. */
export const MAX_PROFILE_BYTES = 2000

/** What the shop says to a knock. */
export type Answer =
  /** Come in: the shop's device waits on the visit's topic. The profile is opaque here. */
  | { readonly type: 'accepted'; readonly profile: Uint8Array }
  /** A one-use invite that is bound to another shopper, or a room invite with no use left. */
  | { readonly type: 'used-up' }
  | { readonly type: 'expired' }
  /** The merchant took the invite back. */
  | { readonly type: 'revoked' }
  /** The shop takes no new shopper over this invite. */
  | { readonly type: 'closed' }
  /** Knock again with this many bits of work, 1 to `MAX_WORK_BITS`. */
  | { readonly type: 'needs-work'; readonly bits: number }
  /** Wait; `place` in the queue, from 1 to 65,535. */
  | { readonly type: 'busy'; readonly place: number }
  /** The shop knows no such invite, neither open nor taken back: a link that is mistyped, made up, or older than the shop's storage. */
  | { readonly type: 'foreign' }

/** On the wire 1 to 8, in this order. */
const KINDS = [
  'accepted',
  'used-up',
  'expired',
  'revoked',
  'closed',
  'needs-work',
  'busy',
  'foreign',
] as const

/** An answer that was signed by a device which root has certified. */
export type OpenedAnswer = {
  readonly answer: Answer
  /** Number of the shop's newest revocation list; a device that holds an older one asks for it. */
  readonly revocationNumber: number
  /** Of the device that answered; valid under root at the time given. */
  readonly certificate: Certificate
}

/** Which visit an answer belongs to: what both ends know from the knock. */
export type AnswerContext = {
  /** From `visitKeys`, 32 bytes. */
  readonly answerKey: Uint8Array
  readonly visitNonce: VisitNonce
  readonly shopperSigning: SigningPublicKey
}

/**
 * Signs and seals an answer, 3,072 bytes. Throws `bad-length` for a profile and `bad-number` for
 * bits or place that no parser would take.
 */
export function sealAnswer(
  request: AnswerContext & {
    readonly answer: Answer
    /** 0 to 2³² − 1. */
    readonly revocationNumber: number
    readonly device: SigningPair
    readonly certificate: Certificate
  },
): Uint8Array {
  const { answer, revocationNumber, certificate, device } = request
  const body = new ByteWriter()
    .uint(KINDS.indexOf(answer.type) + 1, 1)
    .uint(revocationNumber, 4)
    .bytes(encodeCertificate(certificate), 2)
    .raw(encodeDetail(answer))
    .finish()
  const signature = sign('hamsa/answer/1', signedPart(request, body), device.secretKey)
  const plaintext = new ByteWriter().raw(signature).bytes(body, 2).padTo(PLAINTEXT_BYTES)
  return new ByteWriter()
    .uint(ANSWER_VERSION, 1)
    .raw(seal(request.answerKey, plaintext.finish()))
    .finish()
}

/**
 * What the shop answered to this visit of this shopper, or `null` when the bytes are no such answer
 * or the device's certificate is not valid under `root` at `nowMs`. Takes any bytes.
 */
export async function openAnswer(
  bytes: Uint8Array,
  context: AnswerContext & { readonly root: SigningPublicKey; readonly nowMs: number },
): Promise<OpenedAnswer | null> {
  if (bytes.length !== ANSWER_BYTES || bytes[0] !== ANSWER_VERSION) return null
  const plaintext = open(context.answerKey, bytes.subarray(1))
  const parts = plaintext === null ? null : parsePlaintext(plaintext)
  const opened = parts === null ? null : parseBody(parts.body)
  if (parts === null || opened === null) return null

  const { certificate } = opened
  const signed = signedPart(context, parts.body)
  if (!(await verify('hamsa/answer/1', signed, parts.signature, certificate.signing))) return null
  const verdict = await verifyCertificate(certificate, context.root, context.nowMs)
  return verdict === 'valid' ? opened : null
}

function parsePlaintext(plaintext: Uint8Array): { signature: Signature; body: Uint8Array } | null {
  const reader = new ByteReader(plaintext)
  const signature = parseSignature(reader.raw(SIGNATURE_BYTES))
  const body = reader.bytes(2, MAX_BODY_BYTES)
  reader.padding()
  return reader.end() && signature !== null ? { signature, body } : null
}

function parseBody(body: Uint8Array): OpenedAnswer | null {
  const reader = new ByteReader(body)
  const kind = KINDS[reader.uint(1) - 1]
  const revocationNumber = reader.uint(4)
  const certificate = parseCertificate(reader.bytes(2, MAX_CERTIFICATE_BYTES))
  const answer = kind === undefined ? null : readDetail(kind, reader)
  if (!reader.end() || certificate === null || answer === null) return null
  return { answer, revocationNumber, certificate }
}

function encodeDetail(answer: Answer): Uint8Array {
  const writer = new ByteWriter()
  switch (answer.type) {
    case 'accepted':
      if (answer.profile.length > MAX_PROFILE_BYTES) throw new CryptoError('bad-length', 'profile')
      return writer.bytes(answer.profile, 2).finish()
    case 'needs-work':
      if (!isWork(answer.bits)) throw new CryptoError('bad-number', `${answer.bits} bits of work`)
      return writer.uint(answer.bits, 1).finish()
    case 'busy':
      if (answer.place === 0) throw new CryptoError('bad-number', 'place 0')
      return writer.uint(answer.place, 2).finish()
    default:
      return writer.finish()
  }
}

function readDetail(kind: Answer['type'], reader: ByteReader): Answer | null {
  switch (kind) {
    case 'accepted':
      return { type: kind, profile: reader.bytes(2, MAX_PROFILE_BYTES) }
    case 'needs-work': {
      const bits = reader.uint(1)
      return isWork(bits) ? { type: kind, bits } : null
    }
    case 'busy': {
      const place = reader.uint(2)
      return place > 0 ? { type: kind, place } : null
    }
    default:
      return { type: kind }
  }
}

/** A shop that asked for more would keep a shopper's phone busy for hours. */
function isWork(bits: number): boolean {
  return Number.isInteger(bits) && bits >= 1 && bits <= MAX_WORK_BITS
}

/** An answer stands for one visit of one shopper, so it can be shown to no other. */
function signedPart({ visitNonce, shopperSigning }: AnswerContext, body: Uint8Array): Uint8Array {
  return new ByteWriter().raw(visitNonce).raw(shopperSigning).raw(body).finish()
}
