import { equalBytes, type KnockContents } from '@hamsa/crypto'
import { formatInvite } from '../identity/invite.ts'
import { publicInvite, type ShopKeys } from '../identity/shop-identity.ts'
import { StorageError } from '../storage/ports.ts'
import { idOfCertificate, loadCertificates, saveCertificates } from './certificate-book.ts'
import { conversationName, loadConversations } from './conversation-record.ts'
import { DeskConversation, SHOP_CERTIFICATES } from './desk-conversation.ts'
import { Listeners } from '../listeners.ts'
import { Reception, type ConversationChoice } from './reception.ts'
import type { SessionParts } from './session-parts.ts'
import type { Connection, DeskSnapshot } from './snapshots.ts'

/** A shop that is open: its conversations, which of them is on screen, and its inbox. */
export class ShopFront {
  readonly #parts: SessionParts
  readonly #shop: ShopKeys
  readonly #inviteUrl: string
  readonly #listeners = new Listeners()
  readonly #conversations = new Map<string, DeskConversation>()
  readonly #endSignalingWatch: () => void
  #reception: Reception | null = null
  #selected: string | null = null
  #closed = false

  private constructor(parts: SessionParts, shop: ShopKeys) {
    this.#parts = parts
    this.#shop = shop
    this.#inviteUrl = formatInvite(parts.place.origin, publicInvite(shop))
    this.#endSignalingWatch = parts.signaling.subscribe(() => this.#listeners.notify())
  }

  /** Opens every stored conversation and begins to listen for knocks. Throws `StorageError`. */
  static async open(parts: SessionParts, shop: ShopKeys): Promise<ShopFront> {
    const { vault } = parts.storage
    const known = await loadCertificates(vault, SHOP_CERTIFICATES)
    const own = idOfCertificate(shop.certificate)
    if (!known.some((certificate) => equalBytes(idOfCertificate(certificate), own))) {
      await saveCertificates(vault, SHOP_CERTIFICATES, [...known, shop.certificate])
    }
    const front = new ShopFront(parts, shop)
    for (const record of await loadConversations(vault)) {
      front.#add(await DeskConversation.open(parts, shop, record, true))
    }
    front.#reception = new Reception({
      session: parts,
      shop,
      isKnown: (knock) =>
        front.#conversations.get(conversationName(knock.shopperSigning))?.stored === true,
      conversationFor: (knock) => front.#conversationFor(knock),
      onChange: (conversation) => front.#visitChanged(conversation),
    })
    return front
  }

  snapshot(): DeskSnapshot {
    const listed = [...this.#conversations.values()].filter((conversation) => conversation.stored)
    const selected = this.#selectedConversation()
    return {
      type: 'open',
      shopName: this.#shop.card.name,
      inviteUrl: this.#inviteUrl,
      inviteIsLocal: this.#parts.place.isLocal,
      connection: this.#connection(),
      conversations: listed
        .map((conversation) => conversation.summary())
        .sort((left, right) => right.lastTimeMs - left.lastTimeMs),
      thread: selected?.thread() ?? null,
      recoverySaved: false,
    }
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.subscribe(listener)
  }

  openConversation(id: string): void {
    if (!this.#conversations.has(id)) return
    this.#selected = id
    this.#markSelectedRead()
    this.#listeners.notify()
  }

  /** The conversation on screen, to be shown again by whoever takes over. */
  get selected(): string | null {
    return this.#selected
  }

  closeConversation(): void {
    this.#selected = null
    this.#listeners.notify()
  }

  send(text: string): void {
    void this.#selectedConversation()?.talk.send(text)
  }

  retry(messageKey: string): void {
    void this.#selectedConversation()?.talk.retry(messageKey)
  }

  discard(messageKey: string): void {
    this.#selectedConversation()?.talk.discard(messageKey)
  }

  wake(): void {
    for (const { talk } of this.#conversations.values()) talk.wake()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#reception?.close()
    this.#endSignalingWatch()
    for (const conversation of this.#conversations.values()) conversation.talk.close()
    this.#listeners.clear()
  }

  #selectedConversation(): DeskConversation | null {
    return this.#selected === null ? null : (this.#conversations.get(this.#selected) ?? null)
  }

  async #conversationFor(knock: KnockContents): Promise<ConversationChoice> {
    const known = this.#conversations.get(conversationName(knock.shopperSigning))
    if (known !== undefined) {
      return equalBytes(known.record.secret, knock.conversationSecret)
        ? { type: 'found', conversation: known }
        : { type: 'contradiction' }
    }
    const record = {
      shopper: knock.shopperSigning,
      shopperBox: knock.shopperBox,
      secret: knock.conversationSecret,
      inviteId: knock.inviteId,
      createdMs: this.#parts.clock.now(),
      read: 0,
    }
    try {
      const conversation = await DeskConversation.open(this.#parts, this.#shop, record, false)
      this.#add(conversation)
      return { type: 'found', conversation }
    } catch (error) {
      if (error instanceof StorageError) return { type: 'unavailable' }
      throw error
    }
  }

  #add(conversation: DeskConversation): void {
    this.#conversations.set(conversation.id, conversation)
    conversation.talk.subscribe(() => {
      if (conversation.id === this.#selected) this.#markSelectedRead()
      this.#listeners.notify()
    })
  }

  /** A visit that ended unproven leaves nothing behind. */
  #visitChanged(conversation: DeskConversation): void {
    if (!conversation.stored && this.#reception?.hosts(conversation) !== true) {
      conversation.talk.close()
      this.#conversations.delete(conversation.id)
    }
    this.#listeners.notify()
  }

  #markSelectedRead(): void {
    this.#selectedConversation()
      ?.markRead()
      .then(
        () => this.#listeners.notify(),
        (error: unknown) => {
          // It stays unread and is tried again at the next message.
          if (!(error instanceof StorageError)) throw error
        },
      )
  }

  #connection(): Connection {
    const state = this.#parts.signaling.state()
    return { type: state === 'online' ? 'ready' : state }
  }
}
