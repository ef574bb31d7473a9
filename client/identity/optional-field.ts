import type { ByteReader, ByteWriter } from '@hamsa/crypto'

/* A field that may be missing: 0, or 1 ‖ the field. Any other first byte is malformed. */

export function writeOptional<T>(
  writer: ByteWriter,
  value: T | null,
  write: (writer: ByteWriter, value: T) => void,
): void {
  writer.uint(value === null ? 0 : 1, 1)
  if (value !== null) write(writer, value)
}

/** `null` when the field is missing, or malformed: the reader has failed then. */
export function readOptional<T>(
  reader: ByteReader,
  read: (reader: ByteReader) => T | null,
): T | null {
  const flag = reader.uint(1)
  if (flag > 1) reader.fail()
  if (flag !== 1) return null
  const value = read(reader)
  if (value === null) reader.fail()
  return value
}
