import {
  ByteWriter,
  concatBytes,
  equalBytes,
  open,
  SEAL_OVERHEAD_BYTES,
  sealOnce,
} from '@hamsa/crypto'
import { decodeEntry, type DecodedEntry } from './entry.ts'
import { MAX_ENTRY_BYTES } from './log.ts'

const SEAL_VERSION = 1
const EPOCH_BYTES = 4
const PREFIX_BYTES = 1 + EPOCH_BYTES
/** Longest sealed entry. */
export const MAX_SEALED_BYTES = PREFIX_BYTES + SEAL_OVERHEAD_BYTES + MAX_ENTRY_BYTES

/** An epoch of a log: its number, from 0, and the 32-byte key that seals its entries. */
export type Epoch = { readonly number: number; readonly key: Uint8Array }

/**
 * Seals an entry for an epoch: version 1 ‖ epoch u32 ‖ `sealOnce`. The nonce hangs on entry id and
 * signature, which together fix every byte of the entry (the id fixes salt and body too). So an
 * entry has exactly one sealed form in an epoch, and no nonce ever comes with two plaintexts, not
 * even when an author signs one header twice.
 */
export function sealEntry(decoded: DecodedEntry, epoch: Epoch): Uint8Array {
  const box = sealOnce(epoch.key, 'hamsa/entry/seal/1', contextOf(decoded), decoded.bytes)
  return new ByteWriter().uint(SEAL_VERSION, 1).uint(epoch.number, EPOCH_BYTES).raw(box).finish()
}

export type Opened =
  | { readonly type: 'opened'; readonly decoded: DecodedEntry }
  /** Sealed for an epoch that is not open here yet. */
  | { readonly type: 'newer-epoch' }
  | { readonly type: 'bad-seal' }

/** Opens a sealed entry and checks that this is its one sealed form. The signature is not checked. */
export function openEntry(sealed: Uint8Array, epoch: Epoch): Opened {
  const bad: Opened = { type: 'bad-seal' }
  if (sealed.length < PREFIX_BYTES || sealed.length > MAX_SEALED_BYTES) return bad
  if (sealed[0] !== SEAL_VERSION) return bad
  const number = sealed.subarray(1, PREFIX_BYTES).reduce((value, byte) => value * 256 + byte, 0)
  if (number > epoch.number) return { type: 'newer-epoch' }
  if (number < epoch.number) return bad

  const bytes = open(epoch.key, sealed.subarray(PREFIX_BYTES))
  const decoded = bytes === null ? null : decodeEntry(bytes)
  if (decoded === null || !equalBytes(sealEntry(decoded, epoch), sealed)) return bad
  return { type: 'opened', decoded }
}

function contextOf({ entry, signature }: DecodedEntry): Uint8Array {
  return concatBytes(entry.id, signature)
}
