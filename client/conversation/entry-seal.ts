import {
  ByteReader,
  ByteWriter,
  concatBytes,
  isSealedOnce,
  open,
  SEAL_OVERHEAD_BYTES,
  sealOnce,
  type Label,
} from '@hamsa/crypto'
import { decodeEntry, encodeEntry } from './entry.ts'
import { MAX_ENTRY_BYTES, type LogId } from './log.ts'
import type { EntryContent, SignedEntry } from './signed-entry.ts'

/** First byte of a sealed entry; says what is inside, too. */
const FORM = { whole: 1, stripped: 2 } as const
/** The two forms never share a nonce, or one nonce would come with two plaintexts. */
const LABEL: Readonly<Record<EntryContent['type'], Label>> = {
  whole: 'hamsa/entry/seal/1',
  stripped: 'hamsa/entry/seal-stripped/1',
}
const EPOCH_BYTES = 4
const TAG_BYTES = 4
const PREFIX_BYTES = 1 + EPOCH_BYTES + TAG_BYTES
/** Longest sealed entry. */
export const MAX_SEALED_BYTES = PREFIX_BYTES + SEAL_OVERHEAD_BYTES + MAX_ENTRY_BYTES

/** An epoch of a log. */
export type Epoch = {
  /** From 0. */
  readonly number: number
  /** First four bytes of its opening's id, as a number; 0 for epoch 0. Tells rival epochs of one number apart. */
  readonly tag: number
  /** Seals its entries; 32 bytes. */
  readonly key: Uint8Array
}

/**
 * Seals an entry for an epoch: form 1 ‖ epoch u32 ‖ tag u32 ‖ `sealOnce`. The nonce hangs on entry id and
 * signature, which together fix every byte of the entry (the id fixes salt and body too). So an
 * entry has exactly one sealed form in an epoch, and no nonce ever comes with two plaintexts, not
 * even when an author signs one header twice.
 */
export function sealEntry(log: LogId, entry: SignedEntry, epoch: Epoch): Uint8Array {
  const { type } = entry.content
  const box = sealOnce(epoch.key, LABEL[type], contextOf(entry), encodeEntry(log, entry))
  return new ByteWriter()
    .uint(FORM[type], 1)
    .uint(epoch.number, EPOCH_BYTES)
    .uint(epoch.tag, TAG_BYTES)
    .raw(box)
    .finish()
}

export type Opened =
  | { readonly type: 'opened'; readonly log: LogId; readonly entry: SignedEntry }
  /** Sealed for another epoch than the given one, or for a rival of it. */
  | { readonly type: 'other-epoch' }
  | { readonly type: 'bad-seal' }

/** Opens a sealed entry and checks that this is its one sealed form. The signature is not checked. */
export function openEntry(sealed: Uint8Array, epoch: Epoch): Opened {
  const bad: Opened = { type: 'bad-seal' }
  if (sealed.length < PREFIX_BYTES || sealed.length > MAX_SEALED_BYTES) return bad
  const reader = new ByteReader(sealed.subarray(0, PREFIX_BYTES))
  const form = formOf(reader.uint(1))
  if (form === null) return bad
  if (reader.uint(EPOCH_BYTES) !== epoch.number || reader.uint(TAG_BYTES) !== epoch.tag) {
    return { type: 'other-epoch' }
  }

  const box = sealed.subarray(PREFIX_BYTES)
  const bytes = open(epoch.key, box)
  const decoded = bytes === null ? null : decodeEntry(bytes, form)
  if (decoded === null) return bad
  if (!isSealedOnce(epoch.key, LABEL[form], contextOf(decoded.entry), box)) return bad
  return { type: 'opened', ...decoded }
}

function formOf(code: number): EntryContent['type'] | null {
  if (code === FORM.whole) return 'whole'
  return code === FORM.stripped ? 'stripped' : null
}

function contextOf({ id, signature }: SignedEntry): Uint8Array {
  return concatBytes(id, signature)
}
