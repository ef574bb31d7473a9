import { LOG_ID_BYTES } from '../conversation/ids.ts'
import type { LogRef } from '../conversation/log.ts'
import type { SignedEntry } from '../conversation/signed-entry.ts'
import { entryLength } from './entry-codec.ts'
import { MAX_ENTRIES_A_RECORD, MAX_RECORD_BYTES } from './record-codec.ts'
import {
  countRecord,
  NO_COUNTS,
  type EntriesRecord,
  type RecoveryContent,
  type RecoveryRecord,
} from './recovery-record.ts'

/** Version, type, kind and id of the log, count: what stands before the entries of a record. */
const ENTRIES_HEAD_BYTES = 1 + 1 + 1 + LOG_ID_BYTES + 2

/** The entries of one log, in the order given, as records that each keep the limits. */
export function* entriesRecords(
  log: LogRef,
  entries: Iterable<SignedEntry>,
): Generator<EntriesRecord> {
  let part: SignedEntry[] = []
  let size = ENTRIES_HEAD_BYTES
  for (const entry of entries) {
    const length = entryLength(log.id, entry)
    const isFull = part.length === MAX_ENTRIES_A_RECORD || size + length > MAX_RECORD_BYTES
    if (isFull && part.length > 0) {
      yield { type: 'entries', log, entries: part }
      part = []
      size = ENTRIES_HEAD_BYTES
    }
    part.push(entry)
    size += length
  }
  if (part.length > 0) yield { type: 'entries', log, entries: part }
}

/** All records of a file: these, and the end that counts them. The first one is the shop or the shopper. */
export async function* fileRecords(
  content: Iterable<RecoveryContent> | AsyncIterable<RecoveryContent>,
): AsyncGenerator<RecoveryRecord> {
  let counts = NO_COUNTS
  for await (const record of content) {
    counts = countRecord(counts, record)
    yield record
  }
  yield { type: 'end', counts }
}
