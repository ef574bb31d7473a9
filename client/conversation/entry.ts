import {
  ByteReader,
  ByteWriter,
  compareBytes,
  concatBytes,
  equalBytes,
  hash,
  parseSigningPublicKey,
  randomBytes,
  sign,
  SIGNATURE_BYTES,
  verify,
  type SigningPair,
} from '@hamsa/crypto'
import { decodeBody } from './entry-body.ts'
import {
  CERTIFICATE_ID_BYTES,
  ENTRY_ID_BYTES,
  LOG_ID_BYTES,
  parseCertificateId,
  parseEntryId,
  parseLogId,
  parseWriterId,
  WRITER_ID_BYTES,
} from './ids.ts'
import {
  MAX_ENTRY_BYTES,
  type CertificateId,
  type Entry,
  type EntryId,
  type LogId,
  type WriterId,
} from './log.ts'

const ENTRY_VERSION = 1
/** Most entries of the frontier that one entry may name. */
export const MAX_PARENTS = 8
const SEQUENCE_BYTES = 4
const LAMPORT_BYTES = 6
const TIME_BYTES = 6
const LENGTH_BYTES = 4
const SALT_BYTES = 16
const HASH_BYTES = 32
const KEY_BYTES = 32
/** Length of a header without parents; see `encodeHeader`. */
const HEADER_BYTES =
  1 +
  LOG_ID_BYTES +
  KEY_BYTES +
  CERTIFICATE_ID_BYTES +
  WRITER_ID_BYTES +
  SEQUENCE_BYTES +
  ENTRY_ID_BYTES +
  1 +
  LAMPORT_BYTES +
  TIME_BYTES +
  1 +
  LENGTH_BYTES +
  HASH_BYTES
const NO_ENTRY = new Uint8Array(ENTRY_ID_BYTES)

/** What an author states; the rest of an entry follows from it. */
export type EntryDraft = {
  readonly log: LogId
  readonly certificate: CertificateId
  readonly writer: WriterId
  readonly sequence: number
  /** The writer's entry before this; `null` at sequence 0 and only there. */
  readonly previous: EntryId | null
  /** At most `MAX_PARENTS`, distinct, in any order. */
  readonly parents: readonly EntryId[]
  readonly lamport: number
  readonly wallTimeMs: number
  /** A code of `KIND`. */
  readonly kind: number
  readonly body: Uint8Array
}

/** An entry as bytes and as what they say. Its signature is *not* proven yet; `verifyEntry` does that. */
export type DecodedEntry = {
  readonly log: LogId
  readonly entry: Entry
  readonly header: Uint8Array
  readonly signature: Uint8Array
  /** header ‖ signature 64 ‖ salt 16 ‖ body. */
  readonly bytes: Uint8Array
}

/** Signs an entry (label `hamsa/entry/1` over the header). Throws when a draft breaks the format. */
export function signEntry(draft: EntryDraft, self: SigningPair): DecodedEntry {
  const salt = randomBytes(SALT_BYTES)
  const header = encodeHeader(draft, self.publicKey, salt)
  const signature = sign('hamsa/entry/1', header, self.secretKey)
  const decoded = decodeEntry(concatBytes(header, signature, salt, draft.body))
  if (decoded === null) throw new Error('an own entry breaks the format')
  return decoded
}

/** Entry id: hash of the header, which says all but the signature. */
function entryIdOf(header: Uint8Array): Uint8Array {
  return hash('hamsa/entry/id/1', header)
}

function bodyHashOf(salt: Uint8Array, body: Uint8Array): Uint8Array {
  return hash('hamsa/entry/body/1', salt, body)
}

/**
 * version 1 ‖ log id 32 ‖ author 32 ‖ certificate id 32 ‖ writer 16 ‖ sequence u32 ‖ previous 32
 * (zeros at sequence 0) ‖ parent count u8 ‖ parents 32 each, ascending ‖ Lamport u48 ‖ wall time
 * u48 ‖ kind u8 ‖ body length u32 ‖ H(salt ‖ body) 32.
 */
function encodeHeader(draft: EntryDraft, author: Uint8Array, salt: Uint8Array): Uint8Array {
  return new ByteWriter()
    .uint(ENTRY_VERSION, 1)
    .raw(draft.log)
    .raw(author)
    .raw(draft.certificate)
    .raw(draft.writer)
    .uint(draft.sequence, SEQUENCE_BYTES)
    .raw(draft.previous ?? NO_ENTRY)
    .uint(draft.parents.length, 1)
    .raw(concatBytes(...draft.parents.toSorted(compareBytes)))
    .uint(draft.lamport, LAMPORT_BYTES)
    .uint(draft.wallTimeMs, TIME_BYTES)
    .uint(draft.kind, 1)
    .uint(draft.body.length, LENGTH_BYTES)
    .raw(bodyHashOf(salt, draft.body))
    .finish()
}

/** The entry of these bytes, or `null` when any field is malformed or the body is not the one the header names. */
export function decodeEntry(bytes: Uint8Array): DecodedEntry | null {
  if (bytes.length > MAX_ENTRY_BYTES) return null
  const reader = new ByteReader(bytes)
  if (reader.uint(1) !== ENTRY_VERSION) return null
  const log = parseLogId(reader.raw(LOG_ID_BYTES))
  const author = parseSigningPublicKey(reader.raw(KEY_BYTES))
  const certificate = parseCertificateId(reader.raw(CERTIFICATE_ID_BYTES))
  const writer = parseWriterId(reader.raw(WRITER_ID_BYTES))
  const sequence = reader.uint(SEQUENCE_BYTES)
  const previous = readPrevious(reader, sequence)
  const parents = readParents(reader)
  const lamport = reader.uint(LAMPORT_BYTES)
  const wallTimeMs = reader.uint(TIME_BYTES)
  const kind = reader.uint(1)
  const bodyLength = reader.uint(LENGTH_BYTES)
  const bodyHash = reader.raw(HASH_BYTES)
  const signature = reader.raw(SIGNATURE_BYTES)
  const salt = reader.raw(SALT_BYTES)
  const body = reader.rest()
  if (!reader.end() || body.length !== bodyLength) return null
  if (!equalBytes(bodyHashOf(salt, body), bodyHash)) return null

  const header = bytes.slice(0, HEADER_BYTES + parents.length * ENTRY_ID_BYTES)
  const id = parseEntryId(entryIdOf(header))
  if (log === null || author === null || certificate === null) return null
  if (writer === null || id === null) return null
  const entry: Entry = {
    id,
    author,
    certificate,
    writer,
    sequence,
    previous,
    parents,
    lamport,
    wallTimeMs,
    body: decodeBody(kind, body),
  }
  return { log, entry, header, signature, bytes }
}

/** Fails the reader unless the field is zero at sequence 0, and only there. */
function readPrevious(reader: ByteReader, sequence: number): EntryId | null {
  const bytes = reader.raw(ENTRY_ID_BYTES)
  const isNone = equalBytes(bytes, NO_ENTRY)
  if (isNone !== (sequence === 0)) reader.fail()
  return isNone ? null : parseEntryId(bytes)
}

/** Fails the reader unless the parents are few, distinct and ascending, so that a set has one spelling. */
function readParents(reader: ByteReader): EntryId[] {
  const count = reader.uint(1)
  if (count > MAX_PARENTS) reader.fail()
  const parents: EntryId[] = []
  while (reader.ok && parents.length < count) {
    const parent = parseEntryId(reader.raw(ENTRY_ID_BYTES))
    const last = parents.at(-1)
    if (parent === null || (last !== undefined && compareBytes(last, parent) >= 0)) {
      reader.fail()
    } else {
      parents.push(parent)
    }
  }
  return parents
}

/** Whether the author did sign this header. */
export function verifyEntry(decoded: DecodedEntry): Promise<boolean> {
  return verify('hamsa/entry/1', decoded.header, decoded.signature, decoded.entry.author)
}
