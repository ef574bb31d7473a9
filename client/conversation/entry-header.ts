import {
  ByteReader,
  ByteWriter,
  compareBytes,
  equalBytes,
  hash,
  parseSigningPublicKey,
  type SigningPublicKey,
} from '@hamsa/crypto'
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
import type { CertificateId, EntryId, LogId, WriterId } from './log.ts'
import type { SignedEntry } from './signed-entry.ts'

const ENTRY_VERSION = 1
/** Most entries of the frontier that one entry may name. */
export const MAX_PARENTS = 8
const KEY_BYTES = 32
const SEQUENCE_BYTES = 4
const LAMPORT_BYTES = 6
const TIME_BYTES = 6
const LENGTH_BYTES = 4
const HASH_BYTES = 32
const NO_ENTRY = new Uint8Array(ENTRY_ID_BYTES)

/** What an author states of an entry, all but the author's own name and signature. */
export type HeaderFields = {
  readonly log: LogId
  readonly author: SigningPublicKey
  readonly certificate: CertificateId
  readonly writer: WriterId
  readonly sequence: number
  /** The writer's entry before this; `null` at sequence 0 and only there. */
  readonly previous: EntryId | null
  /** At most `MAX_PARENTS`, ascending, distinct. */
  readonly parents: readonly EntryId[]
  readonly lamport: number
  readonly wallTimeMs: number
  readonly kind: number
  readonly bodyLength: number
  /** `bodyHashOf` salt and body. */
  readonly bodyHash: Uint8Array
}

/** H(`hamsa/entry/body/1`, salt ‖ body), 32 bytes. */
export function bodyHashOf(salt: Uint8Array, body: Uint8Array): Uint8Array {
  return hash('hamsa/entry/body/1', salt, body)
}

/** Entry id: hash of the header, which says all but the signature. */
export function entryIdOf(header: Uint8Array): EntryId {
  const id = parseEntryId(hash('hamsa/entry/id/1', header))
  if (id === null) throw new Error('a hash has 32 bytes')
  return id
}

/**
 * version 1 ‖ log id 32 ‖ author 32 ‖ certificate id 32 ‖ writer 16 ‖ sequence u32 ‖ previous 32
 * (zeros at sequence 0) ‖ parent count u8 ‖ parents 32 each, ascending ‖ Lamport u48 ‖ wall time
 * u48 ‖ kind u8 ‖ body length u32 ‖ body hash 32.
 */
export function encodeHeader(fields: HeaderFields): Uint8Array {
  const writer = new ByteWriter()
    .uint(ENTRY_VERSION, 1)
    .raw(fields.log)
    .raw(fields.author)
    .raw(fields.certificate)
    .raw(fields.writer)
    .uint(fields.sequence, SEQUENCE_BYTES)
    .raw(fields.previous ?? NO_ENTRY)
    .uint(fields.parents.length, 1)
  for (const parent of fields.parents) writer.raw(parent)
  return writer
    .uint(fields.lamport, LAMPORT_BYTES)
    .uint(fields.wallTimeMs, TIME_BYTES)
    .uint(fields.kind, 1)
    .uint(fields.bodyLength, LENGTH_BYTES)
    .raw(fields.bodyHash)
    .finish()
}

/** The header of an entry of this log, as it was signed. */
export function headerOf(log: LogId, entry: SignedEntry): Uint8Array {
  const { content } = entry
  const [bodyLength, bodyHash] =
    content.type === 'whole'
      ? [content.body.length, bodyHashOf(content.salt, content.body)]
      : [content.bodyLength, content.bodyHash]
  return encodeHeader({ ...entry, log, bodyLength, bodyHash })
}

/** Reads a header from foreign bytes; `null` when a field is malformed. The reader stands behind it then. */
export function readHeader(reader: ByteReader): HeaderFields | null {
  reader.version(ENTRY_VERSION)
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
  if (!reader.ok || log === null || author === null) return null
  if (certificate === null || writer === null) return null
  const own = { log, author, certificate, writer, sequence, previous, parents }
  return { ...own, lamport, wallTimeMs, kind, bodyLength, bodyHash }
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
