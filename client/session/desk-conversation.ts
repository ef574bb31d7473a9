import { firstEpochKey } from '@hamsa/crypto'
import { openLog } from '../conversation/open-log.ts'
import { conversationLogId } from '../identity/shopper-identity.ts'
import type { ShopKeys } from '../identity/shop-identity.ts'
import { loadCertificates } from './certificate-book.ts'
import { connectionOf } from './connection-of.ts'
import {
  conversationName,
  saveConversation,
  type ConversationRecord,
} from './conversation-record.ts'
import { idOfCertificate } from './certificate-book.ts'
import { ConversationMembers } from './members.ts'
import type { SessionParts } from './session-parts.ts'
import type { ConversationSummary, Message, Thread } from './snapshots.ts'
import { Talk } from './talk.ts'
import { loadWriter, saveWriter } from './writer.ts'

/** Name of the record that holds all certificates of this shop's devices. */
export const SHOP_CERTIFICATES = 'shop-certificates'

/** One shopper, as the desk knows them: the log, what is unread, and whether they are here. */
export class DeskConversation {
  readonly id: string
  readonly talk: Talk
  readonly #parts: SessionParts
  #record: ConversationRecord
  #stored: boolean

  private constructor(parts: SessionParts, record: ConversationRecord, talk: Talk, stored: boolean) {
    this.id = conversationName(record.shopper)
    this.talk = talk
    this.#parts = parts
    this.#record = record
    this.#stored = stored
  }

  /** `stored` is false for a knock whose key nobody has proven yet: it leaves no trace until `keep`. */
  static async open(
    parts: SessionParts,
    shop: ShopKeys,
    record: ConversationRecord,
    stored: boolean,
  ): Promise<DeskConversation> {
    const { vault, entries } = parts.storage
    const logId = conversationLogId(shop.root.signing.publicKey, record.shopper)
    const members = new ConversationMembers(record.shopper)
    for (const certificate of await loadCertificates(vault, SHOP_CERTIFICATES)) {
      members.addDevice(idOfCertificate(certificate), certificate.signing)
    }
    const log = await openLog({
      ref: { kind: 'conversation', id: logId },
      epoch: { number: 0, key: firstEpochKey(record.secret, logId) },
      self: { signing: shop.device.signing, certificate: idOfCertificate(shop.certificate) },
      writer: await loadWriter(vault, logId),
      onNewWriter: (writer) => saveWriter(vault, logId, writer),
      membership: members,
      store: entries,
      now: () => parts.clock.now(),
    })
    const talk = await Talk.open({
      log,
      self: shop.device.signing,
      isOwnSide: (author) => !members.isShopper(author),
      vault,
      clock: parts.clock,
    })
    return new DeskConversation(parts, record, talk, stored)
  }

  get record(): ConversationRecord {
    return this.#record
  }

  get stored(): boolean {
    return this.#stored
  }

  /** Stores the conversation; throws `StorageError`. Called when the shopper's key is proven, before a byte is exchanged. */
  async keep(): Promise<void> {
    if (this.#stored) return
    await saveConversation(this.#parts.storage.vault, this.#record)
    this.#stored = true
  }

  /** Counts everything of the shopper's as read. */
  async markRead(): Promise<void> {
    const read = this.#received()
    if (read === this.#record.read) return
    this.#record = { ...this.#record, read }
    await saveConversation(this.#parts.storage.vault, this.#record)
  }

  summary(): ConversationSummary {
    const messages = this.talk.messages()
    const last = messages.at(-1)
    return {
      id: this.id,
      shopperKey: this.id,
      lastText: last?.text ?? null,
      lastTimeMs: last?.wallTimeMs ?? this.#record.createdMs,
      lastMine: last?.mine ?? false,
      unread: Math.max(0, this.#received() - this.#record.read),
      connection: this.#connection(),
    }
  }

  thread(): Thread {
    return {
      conversation: this.id,
      messages: this.talk.messages(),
      connection: this.#connection(),
      storageFailed: this.talk.storageFailed(),
    }
  }

  #connection(): Thread['connection'] {
    return connectionOf(this.talk.linkState(), this.#parts.signaling.state())
  }

  #received(): number {
    return this.talk.messages().filter((message: Message) => !message.mine).length
  }
}
