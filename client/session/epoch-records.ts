import { ByteReader, ByteWriter, toBase64Url } from '@hamsa/crypto'
import { MAX_OPENING_BYTES } from '../conversation/epoch-opening.ts'
import type { EpochStore } from '../conversation/epoch-store.ts'
import type { LogId } from '../conversation/log.ts'
import { StorageError, type Vault } from '../storage/ports.ts'

const RECORD_VERSION = 1

/** The epoch openings of a log as one record of the vault: version 1 ‖ (length u32 ‖ opening) each. */
export function epochRecords(vault: Vault, log: LogId): EpochStore {
  const name = `epochs/${toBase64Url(log)}`
  return {
    async read() {
      const bytes = await vault.read(name)
      return bytes === null ? [] : decode(bytes)
    },
    write: (openings) => vault.write(name, encode(openings)),
  }
}

function encode(openings: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter().uint(RECORD_VERSION, 1)
  for (const opening of openings) writer.bytes(opening, 4)
  return writer.finish()
}

/** Throws `StorageError('corrupt')`: without its openings a log would write under keys that nobody has any more. */
function decode(bytes: Uint8Array): Uint8Array[] {
  const reader = new ByteReader(bytes)
  reader.version(RECORD_VERSION)
  const openings: Uint8Array[] = []
  while (reader.remaining > 0) openings.push(reader.bytes(4, MAX_OPENING_BYTES))
  if (!reader.end()) throw new StorageError('corrupt')
  return openings
}
