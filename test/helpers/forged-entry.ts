import { toBase64Url, type SigningPair } from '@hamsa/crypto'
import { clientIdOf } from '../../client/conversation/client-id.ts'
import { encodeText } from '../../client/conversation/entry-body.ts'
import { sealEntry } from '../../client/conversation/entry-seal.ts'
import { signEntry, type DecodedEntry, type EntryDraft } from '../../client/conversation/entry.ts'
import { makeWriterId, NO_CERTIFICATE } from '../../client/conversation/ids.ts'
import { encodeUpdate } from '../../client/conversation/update-encoder.ts'
import type { UpdateItem } from '../../client/conversation/update-item.ts'
import type { LogWorld } from './log-peer.ts'

/** An entry that a hostile member signs by hand: any field may be given. */
export function forgeEntry(
  world: LogWorld,
  self: SigningPair,
  fields: Partial<EntryDraft> = {},
): DecodedEntry {
  return signEntry(
    {
      log: world.ref.id,
      certificate: NO_CERTIFICATE,
      writer: makeWriterId(),
      sequence: 0,
      previous: null,
      parents: [],
      lamport: 1,
      wallTimeMs: 1,
      ...encodeText('forged'),
      ...fields,
    },
    self,
  )
}

/** The item in which an honest replica would carry an entry; any field may be given. */
export function itemOf(
  world: LogWorld,
  decoded: DecodedEntry,
  fields: Partial<UpdateItem> = {},
): UpdateItem {
  const { entry } = decoded
  return {
    client: clientIdOf(world.ref.id, world.epoch.number, entry.author, entry.writer),
    clock: entry.sequence,
    key: toBase64Url(entry.id),
    sealed: sealEntry(decoded, world.epoch),
    ...fields,
  }
}

export function updateOf(world: LogWorld, ...entries: readonly DecodedEntry[]): Uint8Array {
  return encodeUpdate(entries.map((entry) => itemOf(world, entry)))
}
