import { assertLength, equalBytes, KEY_BYTES, SIGNATURE_BYTES } from '@hamsa/crypto'
import { CERTIFICATE_ID_BYTES, ENTRY_ID_BYTES, WRITER_ID_BYTES } from '../conversation/ids.ts'
import { MAX_ENTRY_BYTES, type EntryId } from '../conversation/log.ts'
import type { SignedEntry } from '../conversation/signed-entry.ts'
import { ById } from '../conversation/by-id.ts'
import {
  BODY_HASH_BYTES,
  isAscending,
  MAX_PARENTS,
  PREVIOUS_APART,
  SALT_BYTES,
  SEQUENCE_END,
  STRIPPED,
  TIME_END,
  type Signer,
} from './segment-format.ts'
import { SegmentWriter } from './segment-writer.ts'

/**
 * The segment of these entries. Any order is right; in order of Lamport time it comes out smallest,
 * since an entry can point back at what stands before it. Throws when an entry breaks the promises
 * of its type: that would be our own mistake.
 */
export function encodeSegment(entries: readonly SignedEntry[]): Uint8Array {
  const writer = new SegmentWriter()
  const signers = signersOf(entries)
  const table = [...new Set(signers.values())]
  writer.number(table.length)
  for (const { author, certificate, writer: storage } of table) {
    assertLength(author, KEY_BYTES, 'author')
    assertLength(certificate, CERTIFICATE_ID_BYTES, 'certificate id')
    assertLength(storage, WRITER_ID_BYTES, 'writer')
    writer.raw(author).raw(certificate).raw(storage)
  }
  writer.number(entries.length)
  const places = new ById<number>()
  let before: Pick<SignedEntry, 'lamport' | 'wallTimeMs'> = { lamport: 0, wallTimeMs: 0 }
  entries.forEach((entry, place) => {
    assertEncodable(entry)
    const signer = signers.get(entry)
    if (signer === undefined) throw new Error('every entry has its signer')
    const { previous, parents, content } = entry
    const isApart = previous !== null && !isNext(previous, entry.sequence, signer)
    writer
      .byte(
        parents.length |
          (content.type === 'stripped' ? STRIPPED : 0) |
          (isApart ? PREVIOUS_APART : 0),
      )
      .number(table.indexOf(signer))
      .number(entry.sequence)
      .difference(entry.lamport - before.lamport)
      .difference(entry.wallTimeMs - before.wallTimeMs)
      .byte(entry.kind)
      .raw(entry.id)
    if (isApart) writer.raw(previous)
    for (const parent of parents) {
      const at = places.get(parent)
      writer.number(at === undefined ? 0 : place - at)
      if (at === undefined) writer.raw(parent)
    }
    writer.raw(entry.signature)
    if (content.type === 'whole') {
      writer.raw(content.salt).number(content.body.length).raw(content.body)
    } else {
      writer.number(content.bodyLength).raw(content.bodyHash)
    }
    signer.last = entry
    before = entry
    places.set(entry.id, place)
  })
  return writer.finish()
}

/** One object for all entries of a signer. */
function signersOf(entries: readonly SignedEntry[]): Map<SignedEntry, Signer> {
  const signers: Signer[] = []
  const found = new Map<SignedEntry, Signer>()
  for (const entry of entries) {
    const { author, certificate, writer } = entry
    let signer = signers.find(
      (one) =>
        equalBytes(one.writer, writer) &&
        equalBytes(one.author, author) &&
        equalBytes(one.certificate, certificate),
    )
    if (signer === undefined) {
      signer = { author, certificate, writer, last: null }
      signers.push(signer)
    }
    found.set(entry, signer)
  }
  return found
}

function assertEncodable(entry: SignedEntry): void {
  const { content } = entry
  assertLength(entry.id, ENTRY_ID_BYTES, 'entry id')
  assertLength(entry.signature, SIGNATURE_BYTES, 'signature')
  if (content.type === 'whole') assertLength(content.salt, SALT_BYTES, 'salt')
  else assertLength(content.bodyHash, BODY_HASH_BYTES, 'hash of the body')
  const bodyLength = content.type === 'whole' ? content.body.length : content.bodyLength
  const isSound =
    isBelow(entry.sequence, SEQUENCE_END) &&
    isBelow(entry.lamport, TIME_END) &&
    isBelow(entry.wallTimeMs, TIME_END) &&
    isBelow(bodyLength, MAX_ENTRY_BYTES + 1) &&
    (entry.previous === null) === (entry.sequence === 0) &&
    entry.parents.length <= MAX_PARENTS &&
    isAscending(entry.parents)
  if (!isSound) throw new RangeError('an entry breaks the format')
}

function isNext(previous: EntryId, sequence: number, { last }: Signer): boolean {
  return last !== null && last.sequence === sequence - 1 && equalBytes(last.id, previous)
}

function isBelow(value: number, end: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value < end
}
