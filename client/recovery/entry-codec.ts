import {
  assertLength,
  ByteWriter,
  compareBytes,
  CryptoError,
  KEY_BYTES,
  parseSignature,
  parseSigningPublicKey,
  SIGNATURE_BYTES,
  type ByteReader,
} from '@hamsa/crypto'
import {
  CERTIFICATE_ID_BYTES,
  ENTRY_ID_BYTES,
  parseCertificateId,
  parseEntryId,
  parseWriterId,
  WRITER_ID_BYTES,
} from '../conversation/ids.ts'
import { MAX_ENTRY_BYTES, type EntryId } from '../conversation/log.ts'
import type { EntryContent, SignedEntry } from '../conversation/signed-entry.ts'

/*
 * id 32 ‖ author 32 ‖ certificate id 32 ‖ writer 16 ‖ sequence 4 ‖ previous 32, only when sequence > 0
 * ‖ parents: count 1, 32 each, ascending ‖ Lamport 6 ‖ wall time 6 ‖ kind 1 ‖ signature 64
 * ‖ 1, salt 16, body 4+ · or 2, body length 4, body hash 32
 */

const MAX_PARENTS = 8
const SALT_BYTES = 16
const BODY_HASH_BYTES = 32
const WHOLE = 1
const STRIPPED = 2

/** One entry. Throws `bad-number` or `bad-length` for what its field cannot hold. */
export function encodeEntry(entry: SignedEntry): Uint8Array {
  if ((entry.previous === null) !== (entry.sequence === 0)) {
    throw new CryptoError('bad-number', 'an entry without its previous one')
  }
  const writer = new ByteWriter()
    .raw(entry.id)
    .raw(entry.author)
    .raw(entry.certificate)
    .raw(entry.writer)
    .uint(entry.sequence, 4)
  if (entry.previous !== null) writer.raw(entry.previous)
  writer.uint(entry.parents.length, 1)
  for (const parent of entry.parents) writer.raw(parent)
  writer.uint(entry.lamport, 6).uint(entry.wallTimeMs, 6).uint(entry.kind, 1).raw(entry.signature)
  writeContent(writer, entry.content)
  return writer.finish()
}

function writeContent(writer: ByteWriter, content: EntryContent): void {
  if (content.type === 'whole') {
    assertLength(content.salt, SALT_BYTES, 'salt')
    writer.uint(WHOLE, 1).raw(content.salt).bytes(content.body, 4)
  } else {
    assertLength(content.bodyHash, BODY_HASH_BYTES, 'body hash')
    writer.uint(STRIPPED, 1).uint(content.bodyLength, 4).raw(content.bodyHash)
  }
}

/** The entry next in line, or `null`: the reader has failed then. Structure only: that id and signature are right, the log finds out when it opens. */
export function readEntry(reader: ByteReader): SignedEntry | null {
  const id = parseEntryId(reader.raw(ENTRY_ID_BYTES))
  const author = parseSigningPublicKey(reader.raw(KEY_BYTES))
  const certificate = parseCertificateId(reader.raw(CERTIFICATE_ID_BYTES))
  const writer = parseWriterId(reader.raw(WRITER_ID_BYTES))
  const sequence = reader.uint(4)
  const previous = sequence === 0 ? null : parseEntryId(reader.raw(ENTRY_ID_BYTES))
  const parents = readParents(reader)
  const lamport = reader.uint(6)
  const wallTimeMs = reader.uint(6)
  const kind = reader.uint(1)
  const signature = parseSignature(reader.raw(SIGNATURE_BYTES))
  const content = readContent(reader)
  if (id === null || author === null || certificate === null || writer === null) reader.fail()
  if (signature === null || content === null) reader.fail()
  if (!reader.ok || id === null || author === null || certificate === null) return null
  if (writer === null || signature === null || content === null) return null
  return {
    id,
    author,
    certificate,
    writer,
    sequence,
    previous,
    parents,
    lamport,
    wallTimeMs,
    kind,
    signature,
    content,
  }
}

/** Fails the reader unless the parents are few, distinct and ascending, so that a set has one spelling. */
function readParents(reader: ByteReader): readonly EntryId[] {
  const parents: EntryId[] = []
  for (let left = Math.min(reader.uint(1), MAX_PARENTS + 1); left > 0; left--) {
    const parent = parseEntryId(reader.raw(ENTRY_ID_BYTES))
    const last = parents.at(-1)
    const isNext = last === undefined || (parent !== null && compareBytes(last, parent) < 0)
    if (parent === null || !isNext || parents.length === MAX_PARENTS) reader.fail()
    else parents.push(parent)
  }
  return parents
}

function readContent(reader: ByteReader): EntryContent | null {
  const type = reader.uint(1)
  if (type === WHOLE) {
    const salt = reader.raw(SALT_BYTES)
    return { type: 'whole', salt, body: reader.bytes(4, MAX_ENTRY_BYTES) }
  }
  const bodyLength = reader.uint(4)
  if (type !== STRIPPED || bodyLength > MAX_ENTRY_BYTES) return null
  return { type: 'stripped', bodyLength, bodyHash: reader.raw(BODY_HASH_BYTES) }
}
