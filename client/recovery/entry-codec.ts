import { equalBytes, type ByteReader, type ByteWriter } from '@hamsa/crypto'
import { decodeEntry, encodeEntry } from '../conversation/entry.ts'
import { MAX_ENTRY_BYTES, type LogId } from '../conversation/log.ts'
import type { EntryContent, SignedEntry } from '../conversation/signed-entry.ts'

/*
 * form 1 (1 whole, 2 stripped) ‖ the entry as conversation/LOG.md spells it, 4+. Storage's segments
 * are not used here: they leave out what the key of a browser vouches for, and have several spellings.
 */

const FORMS: readonly EntryContent['type'][] = ['whole', 'stripped']
const LENGTH_BYTES = 4

export function writeEntry(writer: ByteWriter, log: LogId, entry: SignedEntry): void {
  writer.uint(FORMS.indexOf(entry.content.type) + 1, 1).bytes(encodeEntry(log, entry), LENGTH_BYTES)
}

/** How many bytes `writeEntry` writes. */
export function entryLength(log: LogId, entry: SignedEntry): number {
  return 1 + LENGTH_BYTES + encodeEntry(log, entry).length
}

/** The entry next in line, or `null`: it is no entry of this log. Id and body are those that the header names; its signature is *not* proven. */
export function readEntry(reader: ByteReader, log: LogId): SignedEntry | null {
  const form = FORMS[reader.uint(1) - 1]
  const bytes = reader.bytes(LENGTH_BYTES, MAX_ENTRY_BYTES)
  const decoded = form === undefined ? null : decodeEntry(bytes, form)
  if (decoded === null || !equalBytes(decoded.log, log)) return null
  const { content } = decoded.entry
  if (content.type === 'stripped' && content.bodyLength > MAX_ENTRY_BYTES) return null
  return decoded.entry
}
