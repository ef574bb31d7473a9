import { firstEpochKey, toUtf8 } from '@hamsa/crypto'
import { effectsOf } from '../conversation/effects/conversation-effects.ts'
import { makeWriterId } from '../conversation/ids.ts'
import type { Entry } from '../conversation/log.ts'
import { openLog } from '../conversation/open-log.ts'
import { conversationLogId } from '../identity/shopper-identity.ts'
import type { ShopKeys } from '../identity/shop-identity.ts'
import type { ExportedConversation, ExportedMessage } from '../recovery/readable-export.ts'
import { readableHtml } from '../recovery/readable-html.ts'
import { readableJson } from '../recovery/readable-json.ts'
import type { Vault } from '../storage/ports.ts'
import { idOfCertificate, loadCertificates } from './certificate-book.ts'
import {
  conversationName,
  loadConversations,
  type ConversationRecord,
} from './conversation-record.ts'
import { epochRecords } from './epoch-records.ts'
import { dayOf, fileName } from './file-name.ts'
import type { SessionParts } from './session-parts.ts'
import { ConversationMembers, ShopDevices } from './shop-devices.ts'
import { SHOP_CERTIFICATES } from './shop-record.ts'
import type { ExportWords, FileToSave } from './snapshots.ts'

export type ReadableExportParts = Pick<SessionParts, 'storage' | 'unseal' | 'clock'> & {
  readonly shop: ShopKeys
}

const LOCALES: Readonly<Record<ExportWords['language'], string>> = { ar: 'ar-u-nu-latn', en: 'en' }
export const EXPORT_MEDIA_TYPES = { html: 'text/html', json: 'application/json' } as const

/**
 * All conversations as the desk shows them, the earliest first, readable by everyone who gets the
 * file. One conversation is held at a time; the chunks can be pulled once. What storage rejects with
 * comes through to who pulls.
 */
export function readableExport(
  parts: ReadableExportParts,
  format: keyof typeof EXPORT_MEDIA_TYPES,
  words: ExportWords,
): FileToSave {
  const conversations = conversationsOf(parts, words)
  const time = new Intl.DateTimeFormat(LOCALES[words.language], {
    dateStyle: 'long',
    timeStyle: 'short',
  })
  const formatTime = (wallTimeMs: number): string => time.format(wallTimeMs)
  return {
    name: fileName(parts.shop.card.name, parts.clock.now(), format),
    mediaType: EXPORT_MEDIA_TYPES[format],
    chunks: inUtf8(
      format === 'html'
        ? readableHtml(conversations, { ...words, formatTime })
        : readableJson(conversations),
    ),
  }
}

/** Keys of the shoppers, as the words of an export are asked for their names: the earliest first. */
export async function exportedShoppers(vault: Vault): Promise<readonly string[]> {
  const records = await recordsOf(vault)
  return records.map(({ shopper }) => conversationName(shopper))
}

async function recordsOf(vault: Vault): Promise<readonly ConversationRecord[]> {
  const records = await loadConversations(vault)
  return records.toSorted((left, right) => left.createdMs - right.createdMs)
}

async function* inUtf8(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const text of texts) yield toUtf8(text)
}

async function* conversationsOf(
  parts: ReadableExportParts,
  { names }: ExportWords,
): AsyncGenerator<ExportedConversation> {
  const records = await recordsOf(parts.storage.vault)
  const given = names(records.map(({ shopper }) => conversationName(shopper)))
  for (const [index, record] of records.entries()) {
    const name =
      given.get(conversationName(record.shopper)) ?? `${index + 1} · ${dayOf(record.createdMs)}`
    yield { name, messages: await messagesOf(parts, record) }
  }
}

/** What the screen would show of a conversation, opened beside the desk's own: nothing is written but the bodies that a deletion takes. */
async function messagesOf(
  { storage, unseal, clock, shop }: ReadableExportParts,
  record: ConversationRecord,
): Promise<readonly ExportedMessage[]> {
  const { vault, entries } = storage
  const id = conversationLogId(shop.root.signing.publicKey, record.shopper)
  const devices = new ShopDevices()
  for (const certificate of await loadCertificates(vault, SHOP_CERTIFICATES)) {
    devices.add(certificate)
  }
  const members = new ConversationMembers(record.shopper, devices)
  const log = await openLog({
    ref: { kind: 'conversation', id },
    firstKey: firstEpochKey(record.secret, id),
    self: { ...shop.device, certificate: idOfCertificate(shop.certificate) },
    writer: makeWriterId(), // nothing is appended
    membership: members,
    store: entries,
    epochs: epochRecords(vault, id),
    unseal,
    now: () => clock.now(),
  })
  try {
    return exportedMessages(log.snapshot().entries, members)
  } finally {
    log.close()
  }
}

/** Texts as they were edited last, and where one was taken back; what has no words is left out. */
function exportedMessages(
  entries: readonly Entry[],
  members: ConversationMembers,
): readonly ExportedMessage[] {
  const effects = effectsOf(entries, {
    log: 'conversation',
    roleOf: (author, certificate) => members.roleOf(author, certificate),
  })
  return entries.flatMap(({ id, author, wallTimeMs }) => {
    const effect = effects.message(id)
    if (effect === null || (effect.text === null && !effect.deleted)) return []
    const { text, deleted, edited } = effect
    const side = members.isShopper(author) ? 'shopper' : 'shop'
    return [{ author: side, text: text ?? '', wallTimeMs, deleted, edited }]
  })
}
