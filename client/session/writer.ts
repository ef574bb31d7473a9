import { toBase64Url } from '@hamsa/crypto'
import { makeWriterId, parseWriterId } from '../conversation/ids.ts'
import type { LogId, WriterId } from '../conversation/log.ts'
import type { Vault } from '../storage/ports.ts'

/*
 * Which writer this storage is, for one log. Made once a storage and log, so that two shops cannot
 * tell by it that they talk to one person, and never part of a backup.
 */

export async function loadWriter(vault: Vault, log: LogId): Promise<WriterId> {
  const stored = await vault.read(nameOf(log))
  const known = stored === null ? null : parseWriterId(stored)
  return known ?? renewWriter(vault, log)
}

/** A new writer, for a storage that met entries of its own that it does not hold. */
export async function renewWriter(vault: Vault, log: LogId): Promise<WriterId> {
  const writer = makeWriterId()
  await saveWriter(vault, log, writer)
  return writer
}

export async function saveWriter(vault: Vault, log: LogId, writer: WriterId): Promise<void> {
  await vault.write(nameOf(log), writer)
}

function nameOf(log: LogId): string {
  return `writer/${toBase64Url(log)}`
}
