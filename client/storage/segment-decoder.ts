import { KEY_BYTES, parseSigningPublicKey, SIGNATURE_BYTES, type Signature } from '@hamsa/crypto'
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
import {
  BODY_HASH_BYTES,
  isAscending,
  MAX_PARENTS,
  PARENTS_MASK,
  PREVIOUS_APART,
  SALT_BYTES,
  SEQUENCE_END,
  STRIPPED,
  TIME_END,
  type Signer,
} from './segment-format.ts'
import { SegmentReader } from './segment-reader.ts'

/** The entries of a segment, or `null` when it breaks the format. Bytes in them are views on `bytes`. */
export function decodeSegment(bytes: Uint8Array): SignedEntry[] | null {
  const reader = new SegmentReader(bytes)
  const table = readTable(reader)
  const count = reader.number()
  const entries: SignedEntry[] = []
  let lamport = 0
  let wallTimeMs = 0
  while (reader.ok && entries.length < count) {
    const flags = reader.byte()
    const signer = table[reader.number()]
    const sequence = reader.number()
    lamport += reader.difference()
    wallTimeMs += reader.difference()
    const kind = reader.byte()
    const id = readId(reader)
    if (signer === undefined || id === null) return null
    if (flags > (PARENTS_MASK | STRIPPED | PREVIOUS_APART)) return null
    if (sequence >= SEQUENCE_END || !isTime(lamport) || !isTime(wallTimeMs)) return null
    const previous = readPrevious(reader, flags, sequence, signer)
    if (previous === undefined) return null
    const parents = readParents(reader, flags & PARENTS_MASK, entries)
    const signature = readSignature(reader)
    const content = (flags & STRIPPED) === 0 ? readWhole(reader) : readStripped(reader)
    if (parents === null || signature === null || content === null) return null
    const { author, certificate, writer } = signer
    const entry: SignedEntry = {
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
    entries.push(entry)
    signer.last = entry
  }
  return reader.end() && count > 0 ? entries : null
}

function readTable(reader: SegmentReader): Signer[] {
  const count = reader.number()
  const table: Signer[] = []
  while (reader.ok && table.length < count) {
    const author = parseSigningPublicKey(reader.view(KEY_BYTES))
    const certificate = parseCertificateId(reader.view(CERTIFICATE_ID_BYTES))
    const writer = parseWriterId(reader.view(WRITER_ID_BYTES))
    if (author === null || certificate === null || writer === null) reader.fail()
    else table.push({ author, certificate, writer, last: null })
  }
  return table
}

function readId(reader: SegmentReader): EntryId | null {
  return parseEntryId(reader.view(ENTRY_ID_BYTES))
}

/** `undefined` when the format is broken: `null` says that there is none. */
function readPrevious(
  reader: SegmentReader,
  flags: number,
  sequence: number,
  { last }: Signer,
): EntryId | null | undefined {
  if ((flags & PREVIOUS_APART) !== 0) {
    return sequence === 0 ? undefined : (readId(reader) ?? undefined)
  }
  if (sequence === 0) return null
  return last !== null && last.sequence === sequence - 1 ? last.id : undefined
}

function readParents(
  reader: SegmentReader,
  count: number,
  entries: readonly SignedEntry[],
): EntryId[] | null {
  if (count > MAX_PARENTS) return null
  const parents: EntryId[] = []
  for (let index = 0; index < count; index++) {
    const distance = reader.number()
    const parent = distance === 0 ? readId(reader) : entries[entries.length - distance]?.id
    if (parent === undefined || parent === null) return null
    parents.push(parent)
  }
  return isAscending(parents) ? parents : null
}

/**
 * The one place where 64 bytes become a signature without `parseSignature`: it was proven before the
 * entry was put, the seal vouches that these are the same bytes, and big numbers would take more
 * time than all the rest of opening a log.
 */
function readSignature(reader: SegmentReader): Signature | null {
  const bytes = reader.view(SIGNATURE_BYTES)
  return bytes.length === SIGNATURE_BYTES ? (bytes as Signature) : null
}

function readWhole(reader: SegmentReader): EntryContent | null {
  const salt = reader.view(SALT_BYTES)
  const length = reader.number()
  if (length > MAX_ENTRY_BYTES) return null
  const body = reader.view(length)
  return reader.ok ? { type: 'whole', salt, body } : null
}

function readStripped(reader: SegmentReader): EntryContent | null {
  const bodyLength = reader.number()
  if (bodyLength > MAX_ENTRY_BYTES) return null
  const bodyHash = reader.view(BODY_HASH_BYTES)
  return reader.ok ? { type: 'stripped', bodyLength, bodyHash } : null
}

function isTime(value: number): boolean {
  return value >= 0 && value < TIME_END
}
