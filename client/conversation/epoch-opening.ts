import {
  ByteReader,
  ByteWriter,
  compareBytes,
  concatBytes,
  hash,
  openFrom,
  parseSignature,
  parseSigningPublicKey,
  randomBytes,
  SEAL_TO_OVERHEAD_BYTES,
  sealTo,
  sign,
  SIGNATURE_BYTES,
  verify,
  type BoxPair,
  type BoxPublicKey,
  type Brand,
  type Signature,
  type SigningPair,
  type SigningPublicKey,
} from '@hamsa/crypto'
import type { Epoch } from './entry-seal.ts'
import { readHeads, writeHeads } from './heads.ts'
import { CERTIFICATE_ID_BYTES, parseCertificateId, parseLogId, LOG_ID_BYTES } from './ids.ts'
import type { CertificateId, Head, LogId } from './log.ts'

/*
 * version 1 ‖ log id 32 ‖ number u32 ‖ id of the opening before 32 (zeros at number 1) ‖ author 32
 * ‖ certificate id 32 ‖ cut: count u16, (author 32 ‖ writer 16 ‖ sequence u32 ‖ id 32) each,
 * ascending ‖ members: count u16, (key 32 ‖ sealed epoch key 80) each, ascending ‖ signature 64
 */

const OPENING_VERSION = 1
const KEY_BYTES = 32
const OPENING_ID_BYTES = 32
const EPOCH_KEY_BYTES = 32
const SEALED_KEY_BYTES = SEAL_TO_OVERHEAD_BYTES + EPOCH_KEY_BYTES
/** Most members of one epoch. */
export const MAX_MEMBERS = 1024
/** Most writers that a log has had when an epoch opens. */
export const MAX_CUT = 8192
/** Longest encoded opening: a full cut and a full list of members. */
export const MAX_OPENING_BYTES = 256 + MAX_CUT * 84 + MAX_MEMBERS * (KEY_BYTES + SEALED_KEY_BYTES)

/** 32 bytes, hash of an opening with its signature. */
export type OpeningId = Brand<Uint8Array, 'OpeningId'>

/** Who gets the key of an epoch. */
export type EpochMember = { readonly key: SigningPublicKey; readonly box: BoxPublicKey }

/** Begins an epoch: up to where the one before counts, who belongs to it, and its key for each of them. */
export type EpochOpening = {
  readonly id: OpeningId
  readonly log: LogId
  /** From 1; epoch 0 needs no opening. */
  readonly number: number
  /** The opening that it follows; `null` at number 1 and only there. */
  readonly before: OpeningId | null
  readonly author: SigningPublicKey
  readonly certificate: CertificateId
  /** Last entry of each writer that the epoch before still holds. */
  readonly cut: readonly Head[]
  readonly members: readonly { readonly key: SigningPublicKey; readonly sealedKey: Uint8Array }[]
  readonly signature: Signature
  /** The whole, as it travels and rests. */
  readonly bytes: Uint8Array
}

export type OpeningDraft = Pick<
  EpochOpening,
  'log' | 'number' | 'before' | 'certificate' | 'cut'
> & { readonly members: readonly EpochMember[] }

/** Opens an epoch with a fresh key (label `hamsa/epoch-opening/1`). Throws when a draft breaks the format or a limit. */
export function signOpening(draft: OpeningDraft, self: SigningPair): EpochOpening {
  const key = randomBytes(EPOCH_KEY_BYTES)
  const members = draft.members
    .toSorted((left, right) => compareBytes(left.key, right.key))
    .map((member) => ({
      key: member.key,
      sealedKey: sealTo(member.box, 'hamsa/epoch/key/1', contextOf(draft, member.key), key),
    }))
  const unsigned = encodeUnsigned({ ...draft, author: self.publicKey, members })
  const signature = sign('hamsa/epoch-opening/1', unsigned, self.secretKey)
  const opening = parseOpening(concatBytes(unsigned, signature))
  if (opening === null) throw new Error('an own opening breaks the format')
  return opening
}

function encodeUnsigned(opening: Omit<EpochOpening, 'id' | 'signature' | 'bytes'>): Uint8Array {
  const writer = new ByteWriter()
    .uint(OPENING_VERSION, 1)
    .raw(opening.log)
    .uint(opening.number, 4)
    .raw(opening.before ?? new Uint8Array(OPENING_ID_BYTES))
    .raw(opening.author)
    .raw(opening.certificate)
  writeHeads(writer, opening.cut)
  writer.uint(opening.members.length, 2)
  for (const { key, sealedKey } of opening.members) writer.raw(key).raw(sealedKey)
  return writer.finish()
}

/** The opening of foreign bytes, or `null`. Its signature is *not* proven yet; `verifyOpening` does that. */
export function parseOpening(bytes: Uint8Array): EpochOpening | null {
  if (bytes.length > MAX_OPENING_BYTES) return null
  const reader = new ByteReader(bytes)
  reader.version(OPENING_VERSION)
  const log = parseLogId(reader.raw(LOG_ID_BYTES))
  const number = reader.uint(4)
  const before = readBefore(reader, number)
  const author = parseSigningPublicKey(reader.raw(KEY_BYTES))
  const certificate = parseCertificateId(reader.raw(CERTIFICATE_ID_BYTES))
  const cut = readHeads(reader, MAX_CUT)
  const members = readMembers(reader)
  const signature = parseSignature(reader.raw(SIGNATURE_BYTES))
  if (!reader.end() || log === null || author === null || certificate === null) return null
  if (cut === null || members === null || signature === null || number === 0) return null
  const id = hash('hamsa/epoch-opening/id/1', bytes) as OpeningId
  return { id, log, number, before, author, certificate, cut, members, signature, bytes }
}

/** Fails the reader unless the field is zero at number 1, and only there. */
function readBefore(reader: ByteReader, number: number): OpeningId | null {
  const bytes = reader.raw(OPENING_ID_BYTES)
  const isNone = bytes.every((byte) => byte === 0)
  if (isNone !== (number === 1)) reader.fail()
  return isNone ? null : (bytes as OpeningId)
}

function readMembers(reader: ByteReader): EpochOpening['members'] | null {
  const count = reader.uint(2)
  if (count > MAX_MEMBERS) return null
  const members: { key: SigningPublicKey; sealedKey: Uint8Array }[] = []
  for (let index = 0; index < count && reader.ok; index++) {
    const key = parseSigningPublicKey(reader.raw(KEY_BYTES))
    const sealedKey = reader.raw(SEALED_KEY_BYTES)
    const last = members.at(-1)
    if (key === null || (last !== undefined && compareBytes(last.key, key) >= 0)) return null
    members.push({ key, sealedKey })
  }
  return members
}

/** Whether its author did sign this opening. Whether that author may open epochs is asked elsewhere. */
export function verifyOpening(opening: EpochOpening): Promise<boolean> {
  const unsigned = opening.bytes.subarray(0, -SIGNATURE_BYTES)
  return verify('hamsa/epoch-opening/1', unsigned, opening.signature, opening.author)
}

/** The epoch as a member opens it; `null` for who is none, or was given no key that opens. */
export function epochOf(
  opening: EpochOpening,
  self: { readonly key: SigningPublicKey; readonly box: BoxPair },
): Epoch | null {
  const member = opening.members.find(({ key }) => compareBytes(key, self.key) === 0)
  if (member === undefined) return null
  const context = contextOf(opening, self.key)
  const key = openFrom(self.box, 'hamsa/epoch/key/1', context, member.sealedKey)
  if (key?.length !== EPOCH_KEY_BYTES) return null
  return { number: opening.number, tag: new ByteReader(opening.id).uint(4), key }
}

/** Ties a sealed key to its log, epoch and member. */
function contextOf(
  { log, number }: Pick<EpochOpening, 'log' | 'number'>,
  member: SigningPublicKey,
): Uint8Array {
  return new ByteWriter().raw(log).uint(number, 4).raw(member).finish()
}
