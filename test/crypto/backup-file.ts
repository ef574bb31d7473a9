import { concatBytes, openBackup, randomBytes, sealBackup, toUtf8 } from '@hamsa/crypto'
import { stretchCheaply } from './backup-by-hand.ts'
import { collect } from './chunks.ts'

export const OPTIONS = { passphrase: 'four words are long enough', stretch: stretchCheaply }
/** Header, check and checksum. */
export const OPENING_BYTES = 41 + 48 + 8

export async function fileOf(
  records: Iterable<Uint8Array>,
  options = OPTIONS,
): Promise<Uint8Array> {
  return concatBytes(...(await collect(sealBackup(records, options))))
}

/** What comes out of a file, and how that ended: `whole`, or the fault's name. */
export async function read(
  chunks: Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  options = OPTIONS,
): Promise<{ readonly records: Uint8Array[]; readonly end: string }> {
  const opened = openBackup(chunks instanceof Uint8Array ? [chunks] : chunks, options)
  const records: Uint8Array[] = []
  for (;;) {
    const next = await opened.next()
    if (next.done !== true) {
      records.push(next.value)
      continue
    }
    return { records, end: next.value.type === 'whole' ? 'whole' : next.value.fault }
  }
}

/** Where each block of a file starts, and where the file ends, by the lengths in it. */
export function blockStarts(file: Uint8Array): number[] {
  const starts = [OPENING_BYTES]
  for (let offset = OPENING_BYTES; offset < file.length;) {
    offset += 4 + new DataView(file.buffer, file.byteOffset).getUint32(offset)
    starts.push(offset)
  }
  return starts
}

export function blocksOf(file: Uint8Array): Uint8Array[] {
  const starts = blockStarts(file)
  return starts.slice(0, -1).map((start, index) => file.slice(start, starts[index + 1]))
}

export const isBeginningOf = (some: readonly Uint8Array[], all: readonly Uint8Array[]): boolean =>
  some.every((record, index) => Buffer.from(record).equals(all[index] ?? new Uint8Array(1)))

export const RECORDS = [toUtf8('one'), new Uint8Array(), randomBytes(70), toUtf8('two')].map(
  (record) => new Uint8Array(record),
)
