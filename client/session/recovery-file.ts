import { sealBackup, type StretchPassphrase } from '@hamsa/crypto'
import type { LogRef } from '../conversation/log.ts'
import { compareEntries } from '../conversation/order.ts'
import { conversationLogId, staffLogId } from '../identity/shopper-identity.ts'
import type { ShopKeys } from '../identity/shop-identity.ts'
import { entriesRecords, fileRecords } from '../recovery/file-records.ts'
import { encodeRecord } from '../recovery/record-codec.ts'
import type { EntriesRecord, RecoveryContent } from '../recovery/recovery-record.ts'
import { BACKED_UP_PREFIXES } from '../recovery/vault-names.ts'
import type { EntryStore, Storage } from '../storage/ports.ts'
import { loadCertificates } from './certificate-book.ts'
import { loadConversations } from './conversation-record.ts'
import { fileName } from './file-name.ts'
import { SHOP_CERTIFICATES } from './shop-record.ts'
import type { FileToSave } from './snapshots.ts'

export const RECOVERY_MEDIA_TYPE = 'application/octet-stream'

export type RecoveryFileParts = {
  readonly storage: Pick<Storage, 'vault' | 'entries'>
  readonly shop: ShopKeys
  readonly stretch: StretchPassphrase
  /** Unix milliseconds; for the file's name. */
  readonly now: () => number
  /** Called when all of the file was pulled: only then there is one. What it throws comes through to who pulls. */
  readonly onSaved: () => void | Promise<void>
}

/**
 * Everything of the shop, sealed under a passphrase, for `restore`. Nothing is read before the first
 * chunk is pulled; the chunks can be pulled once. What storage rejects with comes through to who pulls.
 */
export function recoveryFile(parts: RecoveryFileParts, passphrase: string): FileToSave {
  return {
    name: fileName(parts.shop.card.name, parts.now(), 'hamsa'),
    mediaType: RECOVERY_MEDIA_TYPE,
    chunks: sealed(parts, passphrase),
  }
}

async function* sealed(parts: RecoveryFileParts, passphrase: string): AsyncGenerator<Uint8Array> {
  const { stretch, onSaved } = parts
  yield* sealBackup(encoded(fileRecords(contentOf(parts))), { passphrase, stretch })
  await onSaved()
}

async function* encoded(records: ReturnType<typeof fileRecords>): AsyncGenerator<Uint8Array> {
  for await (const record of records) yield encodeRecord(record)
}

/**
 * The desk goes on meanwhile, so the order counts. Openings come before entries: each cut then names
 * only entries that are in the file. Certificates come after entries: each entry is under one that is
 * in the file. A log is one reading of storage, where no entry is without its causes.
 */
async function* contentOf({ storage, shop }: RecoveryFileParts): AsyncGenerator<RecoveryContent> {
  const { vault, entries } = storage
  const root = shop.root.signing.publicKey
  yield { type: 'shop', keys: shop }
  for (const prefix of BACKED_UP_PREFIXES) {
    for (const name of await vault.names(prefix)) {
      const bytes = await vault.read(name)
      if (bytes !== null) yield { type: 'vault', name, bytes }
    }
  }
  yield* logRecords(entries, { kind: 'staff', id: staffLogId(root) })
  for (const record of await loadConversations(vault)) {
    yield { type: 'conversation', ...record }
    const id = conversationLogId(root, record.shopper)
    yield* logRecords(entries, { kind: 'conversation', id })
  }
  const certificates = await loadCertificates(vault, SHOP_CERTIFICATES)
  if (certificates.length > 0) yield { type: 'certificates', certificates }
}

/** One log is held at a time, and only while it is written. */
async function* logRecords(store: EntryStore, log: LogRef): AsyncGenerator<EntriesRecord> {
  const { entries } = await store.load(log.id)
  yield* entriesRecords(log, entries.toSorted(compareEntries))
}
