import {
  ByteReader,
  ByteWriter,
  compareBytes,
  equalBytes,
  parseSignature,
  randomBytes,
  SIGNATURE_BYTES,
  signSoon,
  verify,
  type SigningPair,
} from '@hamsa/crypto'
import {
  bodyHashOf,
  encodeHeader,
  entryIdOf,
  headerOf,
  readHeader,
  type HeaderFields,
} from './entry-header.ts'
import { MAX_ENTRY_BYTES, type LogId } from './log.ts'
import type { EntryContent, SignedEntry } from './signed-entry.ts'

export { MAX_PARENTS } from './entry-header.ts'
const SALT_BYTES = 16

/** What an author states; the rest of an entry follows from it. Parents come in any order. */
export type EntryDraft = Omit<HeaderFields, 'author' | 'bodyLength' | 'bodyHash'> & {
  readonly body: Uint8Array
}

/** Signs an entry (label `hamsa/entry/1` over the header). Rejects when a draft breaks the format. */
export async function signEntry(draft: EntryDraft, self: SigningPair): Promise<SignedEntry> {
  const { body, log, ...fields } = draft
  const salt = randomBytes(SALT_BYTES)
  const parents = draft.parents.toSorted(compareBytes)
  const own = { ...fields, author: self.publicKey, parents }
  const header = encodeHeader({
    ...own,
    log,
    bodyLength: body.length,
    bodyHash: bodyHashOf(salt, body),
  })
  const signature = await signSoon('hamsa/entry/1', header, self.secretKey)
  const entry: SignedEntry = {
    ...own,
    id: entryIdOf(header),
    signature,
    content: { type: 'whole', salt, body },
  }
  if (decodeEntry(encodeEntry(log, entry), 'whole') === null) {
    throw new Error('an own entry breaks the format')
  }
  return entry
}

/** header ‖ signature 64, and for a whole entry ‖ salt 16 ‖ body. */
export function encodeEntry(log: LogId, entry: SignedEntry): Uint8Array {
  const writer = new ByteWriter().raw(headerOf(log, entry)).raw(entry.signature)
  const { content } = entry
  if (content.type === 'whole') writer.raw(content.salt).raw(content.body)
  return writer.finish()
}

/**
 * The entry of foreign bytes, or `null` when any field is malformed or the body is not the one that
 * the header names. Its signature is *not* proven yet; `verifyEntry` does that.
 */
export function decodeEntry(
  bytes: Uint8Array,
  type: EntryContent['type'],
): { readonly log: LogId; readonly entry: SignedEntry } | null {
  if (bytes.length > MAX_ENTRY_BYTES) return null
  const reader = new ByteReader(bytes)
  const fields = readHeader(reader)
  const headerBytes = bytes.length - reader.remaining
  const signature = parseSignature(reader.raw(SIGNATURE_BYTES))
  if (fields === null || signature === null) return null
  // Also of an entry whose body is gone: whole, it must have been one that anybody took.
  const wholeBytes = headerBytes + SIGNATURE_BYTES + SALT_BYTES + fields.bodyLength
  const content = wholeBytes > MAX_ENTRY_BYTES ? null : readContent(reader, type, fields)
  if (content === null || !reader.end()) return null
  const { author, certificate, writer, sequence, previous, parents } = fields
  const { log, lamport, wallTimeMs, kind } = fields
  const id = entryIdOf(bytes.subarray(0, headerBytes))
  const own = { author, certificate, writer, sequence, previous, parents }
  return { log, entry: { ...own, lamport, wallTimeMs, kind, id, signature, content } }
}

function readContent(
  reader: ByteReader,
  type: EntryContent['type'],
  { bodyLength, bodyHash }: HeaderFields,
): EntryContent | null {
  if (type === 'stripped') return { type, bodyLength, bodyHash }
  const salt = reader.raw(SALT_BYTES)
  const body = reader.rest()
  if (body.length !== bodyLength || !equalBytes(bodyHashOf(salt, body), bodyHash)) return null
  return { type, salt, body }
}

/** Whether the author did sign this entry of this log. */
export function verifyEntry(log: LogId, entry: SignedEntry): Promise<boolean> {
  return verify('hamsa/entry/1', headerOf(log, entry), entry.signature, entry.author)
}

/** The entry without its body: the header still verifies. */
export function strip(entry: SignedEntry): SignedEntry {
  const { content } = entry
  if (content.type === 'stripped') return entry
  const bodyHash = bodyHashOf(content.salt, content.body)
  return {
    ...entry,
    content: { type: 'stripped', bodyLength: content.body.length, bodyHash },
  }
}
