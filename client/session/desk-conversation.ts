import { encodeCertificate, firstEpochKey } from '@hamsa/crypto'
import { makeWriterId } from '../conversation/ids.ts'
import type { WriterId } from '../conversation/log.ts'
import { openLog } from '../conversation/open-log.ts'
import { conversationLogId } from '../identity/shopper-identity.ts'
import type { ShopKeys } from '../identity/shop-identity.ts'
import { idOfCertificate, loadCertificates } from './certificate-book.ts'
import { connectionOf } from './connection-of.ts'
import { epochRecords } from './epoch-records.ts'
import { EpochTurn, membersOf } from './epoch-turn.ts'
import {
  conversationName,
  saveConversation,
  type ConversationRecord,
} from './conversation-record.ts'
import { ConversationMembers } from './members.ts'
import type { SessionParts } from './session-parts.ts'
import type { ConversationSummary, Thread } from './snapshots.ts'
import { Talk } from './talk.ts'
import { loadWriter, renewWriter, saveWriter } from './writer.ts'

/** Name of the record that holds all certificates of this shop's devices. */
export const SHOP_CERTIFICATES = 'shop-certificates'

/** Certificates told to a shopper, the newest; more than three years of one device. */
const MAX_TOLD_CERTIFICATES = 64

/** One shopper, as the desk knows them: the log, what is unread, and whether they are here. */
export class DeskConversation {
  readonly id: string
  readonly talk: Talk
  readonly #parts: SessionParts
  #record: ConversationRecord
  /** The writer to be stored with the record; `null` once that is done. */
  #unstored: WriterId | null

  private constructor(
    parts: SessionParts,
    record: ConversationRecord,
    talk: Talk,
    unstored: WriterId | null,
  ) {
    this.id = conversationName(record.shopper)
    this.talk = talk
    this.#parts = parts
    this.#record = record
    this.#unstored = unstored
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
    const writer = stored ? await loadWriter(vault, logId) : makeWriterId()
    const members = new ConversationMembers(record.shopper)
    const certificates = await loadCertificates(vault, SHOP_CERTIFICATES)
    for (const certificate of certificates) {
      members.addDevice(idOfCertificate(certificate), certificate)
    }
    const log = await openLog({
      ref: { kind: 'conversation', id: logId },
      firstKey: firstEpochKey(record.secret, logId),
      self: { ...shop.device, certificate: idOfCertificate(shop.certificate) },
      writer,
      renewWriter: () => renewWriter(vault, logId),
      membership: members,
      store: entries,
      epochs: epochRecords(vault, logId),
      unseal: parts.unseal,
      now: () => parts.clock.now(),
    })
    const talk = await Talk.open({
      log,
      self: shop.device.signing,
      isOwnSide: (author) => !members.isShopper(author),
      certificates: certificates.slice(-MAX_TOLD_CERTIFICATES).map(encodeCertificate),
      vault,
      clock: parts.clock,
    })
    const turn = new EpochTurn(log, () => [
      ...membersOf(certificates),
      { key: record.shopper, box: record.shopperBox },
    ])
    log.subscribe(() => void turn.turnIfFull())
    return new DeskConversation(parts, record, talk, stored ? null : writer)
  }

  get record(): ConversationRecord {
    return this.#record
  }

  get stored(): boolean {
    return this.#unstored === null
  }

  /** Stores the conversation; throws `StorageError`. Called when the shopper's key is proven, before a byte is exchanged. */
  async keep(): Promise<void> {
    if (this.#unstored === null) return
    const { vault } = this.#parts.storage
    await saveWriter(vault, this.talk.log.ref.id, this.#unstored)
    await saveConversation(vault, this.#record)
    this.#unstored = null
  }

  /** Counts everything of the shopper's as read. */
  async markRead(): Promise<void> {
    const read = this.#received()
    if (read === this.#record.read) return
    const record = { ...this.#record, read }
    await saveConversation(this.#parts.storage.vault, record)
    this.#record = record
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
    return this.talk.messages().filter((message) => !message.mine).length
  }
}
