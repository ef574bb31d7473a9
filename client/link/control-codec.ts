/* Control frames as bytes: version ‖ kind ‖ fields, numbers big-endian. The rules stand in PROTOCOL.md. */
import {
  ByteReader,
  ByteWriter,
  MAX_CERTIFICATE_BYTES,
  parseSignature,
  parseSigningPublicKey,
  SIGNATURE_BYTES,
} from '@hamsa/crypto'
import { MAX_SEALED_BYTES } from '../conversation/entry-seal.ts'
import { MAX_OPENING_BYTES } from '../conversation/epoch-opening.ts'
import { MAX_HEADS, readHeads, writeHeads } from '../conversation/heads.ts'
import type { WantedRange } from '../conversation/history.ts'
import {
  ENTRY_ID_BYTES,
  parseEntryId,
  parseWriterId,
  WRITER_ID_BYTES,
} from '../conversation/ids.ts'
import {
  MAX_CERTIFICATES,
  MAX_HAVE_BYTES,
  MAX_HAVE_ENTRIES,
  MAX_OPENINGS,
  type ControlFrame,
} from './control-frame.ts'

export const CONTROL_VERSION = 1
const KEY_BYTES = 32
const EPOCH_BYTES = 4
const SEQUENCE_BYTES = 4
/** Longest encoded revocation list: 256 devices, their frame and its signature, rounded up. */
export const MAX_REVOCATIONS_BYTES = 9_000

const KIND = {
  heads: 1,
  have: 2,
  want: 3,
  typing: 4,
  seen: 5,
  certificates: 6,
  openings: 7,
  revocations: 8,
} as const

/** The frame's bytes. Throws a RangeError when it holds more than a peer takes: the caller splits. */
export function encodeControl(frame: ControlFrame): Uint8Array {
  const writer = new ByteWriter().uint(CONTROL_VERSION, 1).uint(KIND[frame.type], 1)
  switch (frame.type) {
    case 'heads':
      if (frame.heads.length > MAX_HEADS) throw new RangeError('too many heads in one frame')
      writeHeads(writer.uint(frame.epoch, EPOCH_BYTES).raw(frame.signature), frame.heads)
      break
    case 'have':
      if (!fits(frame.sealed)) throw new RangeError('too much in one have frame')
      writer.uint(frame.epoch, EPOCH_BYTES).uint(frame.done ? 1 : 0, 1)
      writer.uint(frame.sealed.length, 2)
      for (const sealed of frame.sealed) writer.bytes(sealed, 4)
      break
    case 'want':
      if (frame.ranges.length > MAX_HEADS) throw new RangeError('too many ranges in one frame')
      writer.uint(frame.epoch, EPOCH_BYTES).uint(frame.ranges.length, 2)
      for (const { author, writer: id, from, to } of frame.ranges) {
        writer.raw(author).raw(id).uint(from, SEQUENCE_BYTES).uint(to, SEQUENCE_BYTES)
      }
      break
    case 'typing':
      writer.uint(frame.active ? 1 : 0, 1)
      break
    case 'seen':
      writer.raw(frame.entry).raw(frame.signature)
      break
    case 'certificates':
      if (frame.certificates.length > MAX_CERTIFICATES) {
        throw new RangeError('too many certificates in one frame')
      }
      writer.uint(frame.certificates.length, 1)
      for (const certificate of frame.certificates) writer.bytes(certificate, 2)
      break
    case 'openings':
      if (frame.openings.length > MAX_OPENINGS)
        throw new RangeError('too many openings in one frame')
      writer.uint(frame.openings.length, 1)
      for (const opening of frame.openings) writer.bytes(opening, 4)
      break
    case 'revocations':
      writer.bytes(frame.list, 2)
      break
  }
  return writer.finish()
}

/** The frame of a peer's bytes, rebuilt; `null` when malformed, over a limit, or of a version or kind not known here. */
export function parseControl(bytes: Uint8Array): ControlFrame | null {
  const reader = new ByteReader(bytes)
  reader.version(CONTROL_VERSION)
  const frame = parseKind(reader.uint(1), reader)
  return reader.end() ? frame : null
}

function parseKind(kind: number, reader: ByteReader): ControlFrame | null {
  switch (kind) {
    case KIND.heads:
      return parseHeads(reader)
    case KIND.have:
      return parseHave(reader)
    case KIND.want:
      return parseWant(reader)
    case KIND.typing: {
      const active = reader.uint(1)
      return active > 1 ? null : { type: 'typing', active: active === 1 }
    }
    case KIND.seen: {
      const entry = parseEntryId(reader.raw(ENTRY_ID_BYTES))
      const signature = parseSignature(reader.raw(SIGNATURE_BYTES))
      return entry === null || signature === null ? null : { type: 'seen', entry, signature }
    }
    case KIND.certificates:
      return parseCertificates(reader)
    case KIND.openings:
      return parseOpenings(reader)
    case KIND.revocations:
      return { type: 'revocations', list: reader.bytes(2, MAX_REVOCATIONS_BYTES) }
    default:
      return null
  }
}

function parseCertificates(reader: ByteReader): ControlFrame | null {
  const count = reader.uint(1)
  if (count > MAX_CERTIFICATES) return null
  const certificates: Uint8Array[] = []
  for (let index = 0; index < count && reader.ok; index++) {
    certificates.push(reader.bytes(2, MAX_CERTIFICATE_BYTES))
  }
  return { type: 'certificates', certificates }
}

function parseOpenings(reader: ByteReader): ControlFrame | null {
  const count = reader.uint(1)
  if (count > MAX_OPENINGS) return null
  const openings: Uint8Array[] = []
  for (let index = 0; index < count && reader.ok; index++) {
    openings.push(reader.bytes(4, MAX_OPENING_BYTES))
  }
  return { type: 'openings', openings }
}

function parseHeads(reader: ByteReader): ControlFrame | null {
  const epoch = reader.uint(EPOCH_BYTES)
  const signature = parseSignature(reader.raw(SIGNATURE_BYTES))
  const heads = readHeads(reader, MAX_HEADS)
  return signature === null || heads === null ? null : { type: 'heads', epoch, heads, signature }
}

function parseWant(reader: ByteReader): ControlFrame | null {
  const epoch = reader.uint(EPOCH_BYTES)
  const count = reader.uint(2)
  if (count > MAX_HEADS) return null
  const ranges: WantedRange[] = []
  for (let index = 0; index < count && reader.ok; index++) {
    const author = parseSigningPublicKey(reader.raw(KEY_BYTES))
    const writer = parseWriterId(reader.raw(WRITER_ID_BYTES))
    const from = reader.uint(SEQUENCE_BYTES)
    const to = reader.uint(SEQUENCE_BYTES)
    if (author === null || writer === null || from > to) return null
    ranges.push({ author, writer, from, to })
  }
  return { type: 'want', epoch, ranges }
}

function parseHave(reader: ByteReader): ControlFrame | null {
  const epoch = reader.uint(EPOCH_BYTES)
  const done = reader.uint(1)
  const count = reader.uint(2)
  if (done > 1 || count > MAX_HAVE_ENTRIES) return null
  const sealed: Uint8Array[] = []
  for (let index = 0; index < count && reader.ok; index++) {
    sealed.push(reader.bytes(4, MAX_SEALED_BYTES))
  }
  return fits(sealed) ? { type: 'have', epoch, done: done === 1, sealed } : null
}

function fits(sealed: readonly Uint8Array[]): boolean {
  const bytes = sealed.reduce((sum, { length }) => sum + length, 0)
  return (
    sealed.length <= MAX_HAVE_ENTRIES &&
    bytes <= MAX_HAVE_BYTES &&
    sealed.every(({ length }) => length <= MAX_SEALED_BYTES)
  )
}
