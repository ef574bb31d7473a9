import { ByteReader, ByteWriter, equalBytes, parseSignature, SIGNATURE_BYTES } from '@hamsa/crypto'
import { readHeader } from '../conversation/entry-header.ts'
import type { Unsealed } from '../conversation/entry-verifier.ts'
import { encodeEntry } from '../conversation/entry.ts'
import { ENTRY_ID_BYTES, parseEntryId } from '../conversation/ids.ts'
import type { LogId } from '../conversation/log.ts'
import type { EntryContent } from '../conversation/signed-entry.ts'

/** As `encodeEntry` writes it. */
const SALT_BYTES = 16
/** First byte of a verdict. */
const CODE = { whole: 1, stripped: 2, otherEpoch: 3, seal: 4, otherLog: 5, signature: 6 } as const
const REASON_CODES = {
  seal: CODE.seal,
  'other-log': CODE.otherLog,
  signature: CODE.signature,
} as const

/** What became of one sealed entry: code, and behind it for a good one id 32 ‖ `encodeEntry`. */
export function encodeVerdict(unsealed: Unsealed, log: LogId): Uint8Array {
  const writer = new ByteWriter()
  switch (unsealed.type) {
    case 'entry': {
      const { entry } = unsealed
      return writer
        .uint(CODE[entry.content.type], 1)
        .raw(entry.id)
        .raw(encodeEntry(log, entry))
        .finish()
    }
    case 'other-epoch':
      return writer.uint(CODE.otherEpoch, 1).finish()
    case 'bad':
      return writer.uint(REASON_CODES[unsealed.reason], 1).finish()
  }
}

/**
 * The pair of `encodeVerdict`; `null` when malformed. Every field has its form, but nothing is
 * hashed again: id and body are taken as our own worker found them, or its work would be done twice.
 */
export function decodeVerdict(bytes: Uint8Array, log: LogId): Unsealed | null {
  const reader = new ByteReader(bytes)
  const code = reader.uint(1)
  switch (code) {
    case CODE.whole:
      return readEntry(reader, 'whole', log)
    case CODE.stripped:
      return readEntry(reader, 'stripped', log)
    case CODE.otherEpoch:
      return reader.end() ? { type: 'other-epoch' } : null
    case CODE.seal:
      return reader.end() ? { type: 'bad', reason: 'seal' } : null
    case CODE.otherLog:
      return reader.end() ? { type: 'bad', reason: 'other-log' } : null
    case CODE.signature:
      return reader.end() ? { type: 'bad', reason: 'signature' } : null
    default:
      return null
  }
}

function readEntry(
  reader: ByteReader,
  type: EntryContent['type'],
  expectedLog: LogId,
): Unsealed | null {
  const id = parseEntryId(reader.raw(ENTRY_ID_BYTES))
  const header = readHeader(reader)
  const signature = parseSignature(reader.raw(SIGNATURE_BYTES))
  if (id === null || header === null || signature === null) return null
  const { log, bodyLength, bodyHash, ...fields } = header
  if (!equalBytes(log, expectedLog)) return null
  const content: EntryContent =
    type === 'whole'
      ? { type, salt: reader.raw(SALT_BYTES), body: reader.raw(bodyLength) }
      : { type, bodyLength, bodyHash }
  return reader.end() ? { type: 'entry', entry: { ...fields, id, signature, content } } : null
}
