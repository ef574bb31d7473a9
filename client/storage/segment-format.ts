import { compareBytes, type SigningPublicKey } from '@hamsa/crypto'
import type { CertificateId, EntryId, WriterId } from '../conversation/log.ts'
import type { SignedEntry } from '../conversation/signed-entry.ts'

/*
 * Segment: several entries of one log in few bytes and quick to read. STORAGE.md draws the format;
 * segment-encoder.ts and segment-decoder.ts are its two ends.
 */

export const SALT_BYTES = 16
export const BODY_HASH_BYTES = 32
export const MAX_PARENTS = 8
/** Above the highest number that a header can state. */
export const SEQUENCE_END = 2 ** 32
export const TIME_END = 2 ** 48

/** Bits of an entry's first byte; the lowest four count its parents. */
export const PARENTS_MASK = 0x0f
export const STRIPPED = 0x10
/** The previous id is written out; else it is the id of the signer's entry before, in this segment. */
export const PREVIOUS_APART = 0x20

/** By whom an entry is. Few to a segment, so they stand in a table. */
export type Signer = {
  readonly author: SigningPublicKey
  readonly certificate: CertificateId
  readonly writer: WriterId
  /** The signer's entry before, in this segment. */
  last: Pick<SignedEntry, 'id' | 'sequence'> | null
}

export function isAscending(ids: readonly EntryId[]): boolean {
  for (let index = 1; index < ids.length; index++) {
    const [left, right] = [ids[index - 1], ids[index]]
    if (left === undefined || right === undefined || compareBytes(left, right) >= 0) return false
  }
  return true
}
