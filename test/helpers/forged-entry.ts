import { compareBytes, randomBytes, sign, toBase64Url, type SigningPair } from '@hamsa/crypto'
import { clientIdOf } from '../../client/conversation/client-id.ts'
import { encodeBody } from '../../client/conversation/bodies/body-codecs.ts'
import { bodyHashOf, encodeHeader, entryIdOf } from '../../client/conversation/entry-header.ts'
import { sealEntry, type Epoch } from '../../client/conversation/entry-seal.ts'
import { encodeEntry, type EntryDraft } from '../../client/conversation/entry.ts'
import { makeWriterId, NO_CERTIFICATE } from '../../client/conversation/ids.ts'
import type { Draft, LogId } from '../../client/conversation/log.ts'
import type { SignedEntry } from '../../client/conversation/signed-entry.ts'
import { encodeUpdate } from '../../client/conversation/update-encoder.ts'
import type { UpdateItem } from '../../client/conversation/update-item.ts'

/** What of a log's world a forger must know. */
export type ForgersWorld = { readonly ref: { readonly id: LogId }; readonly epoch: Epoch }

/** An entry that a hostile member signs by hand: any field may be given. */
export function forgeEntry(
  { ref }: Pick<ForgersWorld, 'ref'>,
  self: SigningPair,
  fields: Partial<EntryDraft> = {},
): SignedEntry {
  const { body, log, ...given } = {
    log: ref.id,
    certificate: NO_CERTIFICATE,
    writer: makeWriterId(),
    sequence: 0,
    previous: null,
    parents: [],
    lamport: 1,
    wallTimeMs: 1,
    ...bodyOf({ kind: 'text', text: 'forged' }),
    ...fields,
  }
  const salt = randomBytes(16)
  const own = { ...given, author: self.publicKey, parents: given.parents.toSorted(compareBytes) }
  const bodyHash = bodyHashOf(salt, body)
  const header = encodeHeader({ ...own, log, bodyLength: body.length, bodyHash })
  return {
    ...own,
    id: entryIdOf(header),
    signature: sign('hamsa/entry/1', header, self.secretKey),
    content: { type: 'whole', salt, body },
  }
}

/** Kind and body of a draft. */
export function bodyOf(draft: Draft): Pick<EntryDraft, 'kind' | 'body'> {
  const encoded = encodeBody(draft)
  if (typeof encoded === 'string') throw new Error(encoded)
  return encoded
}

/** The item in which an honest replica would carry an entry of this epoch; any field may be given. */
export function itemOf(
  { ref, epoch }: ForgersWorld,
  entry: SignedEntry,
  fields: Partial<UpdateItem> = {},
): UpdateItem {
  return {
    client: clientIdOf(ref.id, epoch.number, entry.author, entry.writer),
    clock: entry.sequence,
    key: toBase64Url(entry.id),
    sealed: sealEntry(ref.id, entry, epoch),
    ...fields,
  }
}

export function updateOf(world: ForgersWorld, ...entries: readonly SignedEntry[]): Uint8Array {
  return encodeUpdate(entries.map((entry) => itemOf(world, entry)))
}

/** An entry as its author signed it, byte for byte. */
export function bytesOf({ ref }: Pick<ForgersWorld, 'ref'>, entry: SignedEntry): Uint8Array {
  return encodeEntry(ref.id, entry)
}
