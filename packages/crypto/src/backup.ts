import { ByteReader, ByteWriter } from './byte-codec.ts'
import { concatBytes, equalBytes, toUtf8 } from './bytes.ts'
import { ChunkReader } from './chunk-reader.ts'
import { CryptoError } from './crypto-error.ts'
import { deriveKey, hash } from './hash.ts'
import { SALT_BYTES, STRETCH_COST, type StretchPassphrase } from './passphrase.ts'
import { randomBytes } from './random.ts'
import { SECRET_KEY_BYTES, TAG_BYTES } from './secretbox.ts'
import { Stream, STREAM_PREFIX_BYTES } from './stream.ts'

/*
 * file    header 41 ‖ check 48 ‖ checksum 8 ‖ blocks
 * header  magic 5 ‖ version 1 ‖ log2 N 1 ‖ r 1 ‖ p 1 ‖ salt 16 ‖ nonce prefix 16
 * check   the stream's first block: 32 zeros, sealed
 * block   length 4 ‖ sealed record; the last one is empty and sealed as the last
 */

export const BACKUP_VERSION = 1
/** Longest record. */
export const MAX_RECORD_BYTES = 1024 * 1024
const MAGIC = toUtf8('HAMSA')
const START_BYTES = MAGIC.length + 1
const HEADER_BYTES = START_BYTES + 3 + SALT_BYTES + STREAM_PREFIX_BYTES
/** 256 bits that must open to zeros: no file opens under two passphrases, so none can try many at a time on us. */
const CHECK = new Uint8Array(32)
const CHECKSUM_BYTES = 8
const LENGTH_BYTES = 4
const NOTHING = new Uint8Array()

export type BackupOptions = {
  readonly passphrase: string
  readonly stretch: StretchPassphrase
}

/** How the reading of a backup ended. */
export type BackupEnd =
  /** Every record was given, as it was sealed, in order, and nothing is left over. */
  { readonly type: 'whole' } | { readonly type: 'fault'; readonly fault: BackupFault }

export type BackupFault =
  | 'not-a-backup'
  /** Made by a Hamsa that is newer than this one. */
  | 'newer-version'
  | 'wrong-passphrase'
  /** Some byte is not what was written, or blocks were moved, left out or added. */
  | 'damaged'
  /** Its end is missing; what was given until then is right. */
  | 'cut-short'

/**
 * The bytes of a backup, in chunks to be written one after the other: never more than one record is
 * held. Throws `bad-length` for a record over `MAX_RECORD_BYTES`; what `records` throws comes through.
 */
export async function* sealBackup(
  records: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: BackupOptions,
): AsyncGenerator<Uint8Array, void, void> {
  const header = makeHeader()
  const stream = await streamOf(header, options)
  const opening = concatBytes(header, stream.seal(CHECK, 'inner'))
  yield concatBytes(opening, checksumOf(opening))
  for await (const record of records) {
    if (record.length > MAX_RECORD_BYTES) throw new CryptoError('bad-length', 'backup record')
    yield blockOf(stream.seal(record, 'inner'))
  }
  yield blockOf(stream.seal(NOTHING, 'last'))
}

/**
 * The records of a backup, and at the end whether that was all of it. Takes any bytes, cut anywhere;
 * what `chunks` throws comes through. Records come before the end is known: keep none of them for
 * good until it says `whole`, unless half a backup is better than none.
 */
export async function* openBackup(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: BackupOptions,
): AsyncGenerator<Uint8Array, BackupEnd, void> {
  const source = new ChunkReader(chunks)
  try {
    const opening = await readOpening(source)
    if (opening.type === 'fault') return opening
    const stream = await streamOf(opening.header, options)
    const check = stream.open(opening.check, 'inner')
    if (check === null || !equalBytes(check, CHECK)) return fault('wrong-passphrase')
    for (;;) {
      const length = await source.take(LENGTH_BYTES)
      if (length === null) return fault('cut-short')
      const size = new ByteReader(length).uint(LENGTH_BYTES)
      if (size < TAG_BYTES || size > TAG_BYTES + MAX_RECORD_BYTES) return fault('damaged')
      const sealed = await source.take(size)
      if (sealed === null) return fault('cut-short')
      const record = stream.open(sealed, 'inner')
      if (record !== null) {
        yield record
        continue
      }
      const last = stream.open(sealed, 'last')
      if (last?.length !== 0) return fault('damaged')
      return (await source.take(1)) === null ? { type: 'whole' } : fault('damaged')
    }
  } finally {
    await source.close()
  }
}

type Opening =
  | { readonly type: 'opening'; readonly header: Uint8Array; readonly check: Uint8Array }
  | { readonly type: 'fault'; readonly fault: BackupFault }

/** What stands before the blocks; its checksum tells damage here from a wrong passphrase, before anything is stretched. */
async function readOpening(source: ChunkReader): Promise<Opening> {
  const start = await source.take(START_BYTES)
  const version = start?.[MAGIC.length] ?? 0
  if (start === null || !equalBytes(start.subarray(0, MAGIC.length), MAGIC) || version === 0) {
    return fault('not-a-backup')
  }
  if (version > BACKUP_VERSION) return fault('newer-version')
  const checkBytes = TAG_BYTES + CHECK.length
  const rest = await source.take(HEADER_BYTES - START_BYTES + checkBytes + CHECKSUM_BYTES)
  if (rest === null) return fault('cut-short')
  const reader = new ByteReader(concatBytes(start, rest))
  const header = reader.raw(HEADER_BYTES)
  const check = reader.raw(checkBytes)
  const checksum = reader.raw(CHECKSUM_BYTES)
  if (!equalBytes(checksum, checksumOf(concatBytes(header, check)))) return fault('damaged')
  if (!isOurCost(header)) return fault('damaged')
  return { type: 'opening', header, check }
}

function makeHeader(): Uint8Array {
  return new ByteWriter()
    .raw(MAGIC)
    .uint(BACKUP_VERSION, 1)
    .raw(COST)
    .raw(randomBytes(SALT_BYTES))
    .raw(randomBytes(STREAM_PREFIX_BYTES))
    .finish()
}

const COST = Uint8Array.of(STRETCH_COST.logN, STRETCH_COST.r, STRETCH_COST.p)

/** A file that asked for another cost could take all memory, or make guessing cheap. */
function isOurCost(header: Uint8Array): boolean {
  return equalBytes(header.subarray(START_BYTES, START_BYTES + COST.length), COST)
}

/** Under a key that hangs on passphrase and header, so on a salt that no other file has. */
async function streamOf(header: Uint8Array, options: BackupOptions): Promise<Stream> {
  const prefixStart = HEADER_BYTES - STREAM_PREFIX_BYTES
  const salt = header.slice(prefixStart - SALT_BYTES, prefixStart)
  const stretched = await options.stretch(options.passphrase, salt)
  const key = deriveKey(stretched, header, 'hamsa/backup/1', SECRET_KEY_BYTES)
  return new Stream(key, header.slice(prefixStart))
}

function checksumOf(opening: Uint8Array): Uint8Array {
  return hash('hamsa/backup/header/1', opening).slice(0, CHECKSUM_BYTES)
}

function blockOf(sealed: Uint8Array): Uint8Array {
  return new ByteWriter().bytes(sealed, LENGTH_BYTES).finish()
}

function fault(reason: BackupFault): { readonly type: 'fault'; readonly fault: BackupFault } {
  return { type: 'fault', fault: reason }
}
