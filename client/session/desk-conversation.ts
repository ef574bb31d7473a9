import { encodeCertificate, equalBytes, firstEpochKey, type InviteId } from '@hamsa/crypto'
import { makeWriterId } from '../conversation/ids.ts'
import type { WriterId } from '../conversation/log.ts'
import { openLog } from '../conversation/open-log.ts'
import { conversationLogId } from '../identity/shopper-identity.ts'
import { MAX_TOLD_CERTIFICATES } from './certificate-book.ts'
import { connectionOf } from './connection-of.ts'
import {
  conversationName,
  eraseConversation,
  saveConversation,
  type ConversationRecord,
} from './conversation-record.ts'
import { epochRecords } from './epoch-records.ts'
import { EpochTurn } from './epoch-turn.ts'
import type { DisclosureChoice } from './disclosure.ts'
import type { OpenShop } from './open-shop.ts'
import { SafetyNumber } from './safety-number.ts'
import type { SessionParts } from './session-parts.ts'
import { ConversationMembers } from './shop-devices.ts'
import type { ConversationSummary, Message, Thread } from './snapshots.ts'
import type { StaffLog } from './staff-log.ts'
import { Talk } from './talk.ts'
import { threadOf } from './thread-of.ts'
import { loadWriter, renewWriter, saveWriter } from './writer.ts'

export type DeskConversationParts = {
  readonly session: SessionParts
  readonly shop: OpenShop
  readonly staff: StaffLog
  readonly disclosure: DisclosureChoice
}

/** One shopper, as the desk knows them: the log, what is unread, and whether they are here. */
export class DeskConversation {
  readonly id: string
  readonly talk: Talk
  readonly #parts: DeskConversationParts
  readonly #safetyNumber: SafetyNumber
  readonly #isFresh: boolean
  #record: ConversationRecord
  /** The writer to be stored with the record; `null` once that is done. */
  #unstored: WriterId | null
  /** The visit that was let in last; `null` before the first one since the page was opened. */
  #visit: { readonly inviteId: InviteId; readonly spokenBefore: number; isBound: boolean } | null =
    null

  private constructor(
    parts: DeskConversationParts,
    record: ConversationRecord,
    talk: Talk,
    unstored: WriterId | null,
  ) {
    this.id = conversationName(record.shopper)
    this.talk = talk
    this.#parts = parts
    this.#record = record
    this.#unstored = unstored
    this.#isFresh = unstored !== null
    this.#safetyNumber = new SafetyNumber(parts.shop.root, record.shopper)
  }

  /** `stored` is false for a knock whose key nobody has proven yet: it leaves no trace until `keep`. */
  static async open(
    parts: DeskConversationParts,
    record: ConversationRecord,
    stored: boolean,
  ): Promise<DeskConversation> {
    const { session, shop, disclosure } = parts
    const { vault, entries } = session.storage
    const logId = conversationLogId(shop.root, record.shopper)
    const writer = stored ? await loadWriter(vault, logId) : makeWriterId()
    const members = new ConversationMembers(record.shopper, shop.devices)
    const log = await openLog({
      ref: { kind: 'conversation', id: logId },
      firstKey: firstEpochKey(record.secret, logId),
      self: shop.author,
      writer,
      renewWriter: () => renewWriter(vault, logId),
      membership: members,
      store: entries,
      epochs: epochRecords(vault, logId),
      unseal: session.unseal,
      now: () => session.clock.now(),
    })
    const talk = await Talk.open({
      log,
      self: shop.keys.device.signing,
      isOwnSide: (author) => !members.isShopper(author),
      certificates: () => shop.certificates.slice(-MAX_TOLD_CERTIFICATES).map(encodeCertificate),
      onCertificates: (certificates) => shop.learn(certificates),
      revocations: () => shop.keys.revocations,
      disclosure,
      vault,
      clock: session.clock,
    })
    const turn = new EpochTurn(log, () => [
      ...shop.members(),
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

  /** The invite of the visit that is going on. */
  get visitInvite(): InviteId | null {
    return this.#visit?.inviteId ?? null
  }

  /** The invite that the shopper is about to use: they have spoken in this visit, and it is not theirs yet. */
  get inviteInUse(): InviteId | null {
    const visit = this.#visit
    return visit === null || visit.isBound || this.#spoken() <= visit.spokenBefore
      ? null
      : visit.inviteId
  }

  /** Nothing of it was there before this page was opened, and the shop has not written in it. */
  get isStrangers(): boolean {
    const { log } = this.talk
    return this.#isFresh && log.heads().every(({ author }) => !this.talk.isOwnSide(author))
  }

  /** Whether the shopper has ever said anything. */
  get hasSpoken(): boolean {
    return this.#spoken() > 0
  }

  /** A proven visit by this invite begins. Throws `StorageError`. */
  async enter(inviteId: InviteId): Promise<void> {
    if (this.#visit !== null && equalBytes(this.#visit.inviteId, inviteId)) return
    if (!equalBytes(this.#record.inviteId, inviteId)) await this.#save({ inviteId })
    this.#visit = { inviteId, spokenBefore: this.#spoken(), isBound: false }
  }

  /** The use of the visit's invite is the shopper's. */
  bound(): void {
    if (this.#visit !== null) this.#visit.isBound = true
  }

  /** The visit was ended. */
  leave(): void {
    this.#visit = null
  }

  /** Stores the conversation; throws `StorageError`. Called when the shopper's key is proven, before a byte is exchanged. */
  async keep(): Promise<void> {
    if (this.#unstored === null) return
    const { vault } = this.#parts.session.storage
    await saveWriter(vault, this.talk.log.ref.id, this.#unstored)
    await saveConversation(vault, this.#record)
    await this.tellStaff()
    this.#unstored = null
  }

  /** Tells the shop's other devices of this shopper, once. Throws `StorageError`. */
  async tellStaff(): Promise<void> {
    const { staff } = this.#parts
    const { shopper, shopperBox, secret, inviteId, createdMs } = this.#record
    const known = staff.state.shopper(shopper)?.conversation ?? null
    if (known !== null) return
    const body = { shopper, shopperBox, secret, inviteId, createdMs }
    await staff.say({ kind: 'staff-conversation', ...body })
  }

  /** Closes it, and removes all that is stored of it. Throws `StorageError`. */
  async erase(): Promise<void> {
    const { session, staff } = this.#parts
    const { shopper } = this.#record
    const { id } = this.talk.log.ref
    await staff.say({ kind: 'staff-erase', shopper })
    this.talk.close() // first: what it still wrote would outlive the rest
    await eraseConversation(session.storage.vault, shopper, id)
    await session.storage.entries.erase(id)
  }

  /** This message is in view: what came up to it counts as read. Whether that is news. Throws `StorageError`. */
  async shown(messageKey: string): Promise<boolean> {
    this.talk.shown(messageKey)
    const messages = this.talk.messages()
    const last = messages.findLastIndex(({ key }) => key === messageKey)
    const read = countReceived(messages.slice(0, last + 1))
    if (read <= this.#record.read) return false
    await this.#save({ read })
    return true
  }

  showSafetyNumber(onShown: () => void): void {
    this.#safetyNumber.show(this.#parts.session.clock, onShown)
  }

  summary(label: string | null): ConversationSummary {
    const messages = this.talk.messages()
    const last = messages.at(-1)
    return {
      id: this.id,
      shopperKey: this.id,
      label,
      lastText: last?.text ?? null,
      // A clock that is wrong orders nothing.
      lastTimeMs: last?.timeDoubtful === false ? last.wallTimeMs : this.#record.createdMs,
      lastMine: last?.mine ?? false,
      unread: Math.max(0, countReceived(messages) - this.#record.read),
      isOtherWriting: this.talk.isOtherWriting,
      connection: connectionOf(this.talk.linkState(), this.#parts.session.signaling.state()),
    }
  }

  thread(): Thread {
    return threadOf({
      conversation: this.id,
      talk: this.talk,
      signaling: this.#parts.session.signaling,
      safetyNumber: this.#safetyNumber,
    })
  }

  async #save(changes: Partial<ConversationRecord>): Promise<void> {
    const record = { ...this.#record, ...changes }
    if (this.stored) await saveConversation(this.#parts.session.storage.vault, record)
    this.#record = record
  }

  /** Stored entries of the shopper, of any kind. */
  #spoken(): number {
    return this.talk.log
      .heads()
      .filter(({ author }) => !this.talk.isOwnSide(author))
      .reduce((sum, { sequence }) => sum + sequence + 1, 0)
  }
}

function countReceived(messages: readonly Message[]): number {
  return messages.filter(({ mine }) => !mine).length
}
