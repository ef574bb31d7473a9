import { ByteReader, ByteWriter, fromBase64Url, toBase64Url } from '@hamsa/crypto'
import { MAX_OPENING_BYTES } from '../conversation/epoch-opening.ts'
import type { EpochStore } from '../conversation/epoch-store.ts'
import { parseLogId } from '../conversation/ids.ts'
import type { LogId } from '../conversation/log.ts'
import { StorageError, type Vault } from '../storage/ports.ts'

const RECORD_VERSION = 1
const PREFIX = 'epochs/'

/** The epoch openings of a log as one record of the vault: version 1 ‖ (length u32 ‖ opening) each. */
export function epochRecords(vault: Vault, log: LogId): EpochStore {
  const name = PREFIX + toBase64Url(log)
  return {
    async read() {
      const bytes = await vault.read(name)
      if (bytes === null) return []
      const openings = decodeOpenings(bytes)
      // Without its openings a log would write under keys that nobody has any more.
      if (openings === null) throw new StorageError('corrupt')
      return openings
    },
    write: (openings) => vault.write(name, encode(openings)),
  }
}

function encode(openings: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter().uint(RECORD_VERSION, 1)
  for (const opening of openings) writer.bytes(opening, 4)
  return writer.finish()
}

/** The log whose openings stand under a name, or `null`: it is no such name. */
export function logOfEpochs(name: string): LogId | null {
  if (!name.startsWith(PREFIX)) return null
  const bytes = fromBase64Url(name.slice(PREFIX.length))
  const log = bytes === null ? null : parseLogId(bytes)
  return log !== null && PREFIX + toBase64Url(log) === name ? log : null
}

/** The encoded openings in such a record, or `null`. */
export function decodeOpenings(bytes: Uint8Array): Uint8Array[] | null {
  const reader = new ByteReader(bytes)
  reader.version(RECORD_VERSION)
  const openings: Uint8Array[] = []
  while (reader.remaining > 0) openings.push(reader.bytes(4, MAX_OPENING_BYTES))
  return reader.end() ? openings : null
}
