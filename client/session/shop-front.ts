import { equalBytes, toBase64Url, type KnockContents } from '@hamsa/crypto'
import { profileOfName } from '../identity/shop-profile.ts'
import { encodeSignedProfile, signProfile } from '../identity/signed-profile.ts'
import { Listeners } from '../listeners.ts'
import { StorageError } from '../storage/ports.ts'
import { conversationName, loadConversations } from './conversation-record.ts'
import { DeskConversation, type DeskConversationParts } from './desk-conversation.ts'
import { DisclosureChoice } from './disclosure.ts'
import { InviteBinding } from './invite-binding.ts'
import type { OpenShop } from './open-shop.ts'
import { Reception, type ConversationChoice } from './reception.ts'
import type { SessionParts } from './session-parts.ts'
import { ShopInvites } from './shop-invites.ts'
import type { Connection, Disclosure } from './snapshots.ts'
import type { FrontSnapshot, ShopFrontParts } from './shop-front-parts.ts'
import { StaffLog } from './staff-log.ts'

/** A shop that is open: its conversations, its invites and its inbox. */
export class ShopFront {
  readonly #parts: SessionParts
  readonly #shop: OpenShop
  readonly #claim: () => string | null
  readonly #staff: StaffLog
  readonly #disclosure: DisclosureChoice
  readonly #invites: ShopInvites
  readonly #inviteUrl: string
  readonly #listeners = new Listeners()
  readonly #conversations = new Map<string, DeskConversation>()
  readonly #binding: InviteBinding
  readonly #ends: (() => void)[]
  #reception: Reception | null = null
  #inviteFailed = false
  #isServed = true
  #firstProfile: Uint8Array | null = null
  #closed = false

  private constructor(
    { session: parts, shop, claim }: ShopFrontParts,
    staff: StaffLog,
    disclosure: DisclosureChoice,
  ) {
    const { origin } = parts.place
    this.#parts = parts
    this.#shop = shop
    this.#claim = claim
    this.#staff = staff
    this.#disclosure = disclosure
    this.#invites = new ShopInvites({ shop, staff, origin, now: () => parts.clock.now() })
    this.#binding = new InviteBinding({
      invites: this.#invites,
      turnOut: (conversation, reason) => this.#reception?.turnOut(conversation, reason),
      onErased: (conversation) => this.#erased(conversation),
    })
    this.#inviteUrl = this.#invites.publicUrl
    this.#ends = [
      parts.signaling.subscribe(() => this.#listeners.notify()),
      staff.subscribe(() => this.#listeners.notify()),
      shop.subscribe(() => this.#tellCertificates()),
      disclosure.subscribe(() => this.#listeners.notify()),
    ]
  }

  /** Opens every stored conversation and begins to listen for knocks. Throws `StorageError`. */
  static async open(parts: ShopFrontParts): Promise<ShopFront> {
    const { session, shop } = parts
    const disclosure = await DisclosureChoice.load(session.storage.vault)
    const front = new ShopFront(parts, await StaffLog.open(session, shop), disclosure)
    try {
      await front.#load()
    } catch (error) {
      front.close()
      throw error
    }
    return front
  }

  snapshot(): FrontSnapshot {
    const listed = [...this.#conversations.values()].filter((conversation) => conversation.stored)
    return {
      shopName: this.#shop.keys.card.name,
      inviteUrl: this.#inviteUrl,
      connection: this.#connection(),
      conversations: listed
        .map((conversation) =>
          conversation.summary(this.#invites.labelOf(conversation.record.shopper)),
        )
        .sort((left, right) => right.lastTimeMs - left.lastTimeMs),
      invites: this.#invites.summaries(),
      inviteFailed: this.#inviteFailed,
      disclosure: this.#disclosure.state,
    }
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.subscribe(listener)
  }

  /** `null` when there is none of this id, or no more. */
  conversation(id: string): DeskConversation | null {
    return this.#conversations.get(id) ?? null
  }

  /** This message of a conversation is in view. */
  shown(id: string, messageKey: string): void {
    this.conversation(id)
      ?.shown(messageKey)
      .then(
        (isNews) => {
          if (isNews) this.#listeners.notify()
        },
        (error: unknown) => {
          // It stays unread and is tried again at the next message.
          if (!(error instanceof StorageError)) throw error
        },
      )
  }

  showSafetyNumber(id: string): void {
    this.conversation(id)?.showSafetyNumber(() => this.#listeners.notify())
  }

  /** Shows the service the token that has come meanwhile. */
  showClaim(): void {
    this.#reception?.joinAnew()
  }

  /** A link for one person. */
  async makeInvite(forWhom: string, lifetimeMs: number | null): Promise<void> {
    await this.#tryInvite(() => this.#invites.make(forWhom, lifetimeMs))
  }

  /** Ends an invite; who came by it is turned out at once. */
  async revokeInvite(id: string): Promise<void> {
    if (!(await this.#tryInvite(() => this.#invites.revoke(id)))) return
    for (const conversation of this.#conversations.values()) {
      const invite = conversation.visitInvite
      if (invite !== null && toBase64Url(invite) === id) {
        this.#reception?.turnOut(conversation, 'revoked')
      }
    }
  }

  disclose(disclosure: Disclosure): void {
    void this.#disclosure.choose(disclosure)
  }

  wake(): void {
    for (const { talk } of this.#conversations.values()) talk.wake()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#reception?.close()
    for (const end of this.#ends) end()
    for (const conversation of this.#conversations.values()) conversation.talk.close()
    this.#staff.close()
    this.#listeners.clear()
  }

  async #load(): Promise<void> {
    for (const record of await loadConversations(this.#parts.storage.vault)) {
      const conversation = await DeskConversation.open(this.#conversationParts(), record, true)
      this.#add(conversation)
    }
    await this.#finish()
    this.#reception = new Reception({
      session: this.#parts,
      shop: this.#shop,
      invites: this.#invites,
      profile: () => this.#profile(),
      isBlocked: ({ shopperSigning }) =>
        this.#staff.state.shopper(shopperSigning)?.blocked === true,
      isKnown: ({ shopperSigning }) =>
        this.#conversations.get(conversationName(shopperSigning))?.stored === true,
      conversationFor: (knock) => this.#conversationFor(knock),
      claim: this.#claim,
      onVerdict: (isServed) => {
        this.#isServed = isServed
        this.#listeners.notify()
      },
      onChange: (conversation) => this.#visitChanged(conversation),
    })
  }

  /**
   * What an earlier page did not come to store: which shoppers there are, and whose first words used
   * an invite, the earliest first. What cannot be stored now either waits for the next start.
   */
  async #finish(): Promise<void> {
    const conversations = [...this.#conversations.values()].sort(
      (left, right) => left.record.createdMs - right.record.createdMs,
    )
    try {
      await this.#invites.tellPublic()
      for (const conversation of conversations) {
        await conversation.tellStaff()
        await this.#binding.bindEarlier(conversation)
      }
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
    }
  }

  /** What could not be stored has not happened, and the screen says so. */
  async #tryInvite(work: () => Promise<void>): Promise<boolean> {
    this.#inviteFailed = false
    const done = await work().then(
      () => true,
      (error: unknown) => {
        if (!(error instanceof StorageError)) throw error
        return false
      },
    )
    this.#inviteFailed = !done
    this.#listeners.notify()
    return done
  }

  #conversationParts(): DeskConversationParts {
    const [session, shop, staff] = [this.#parts, this.#shop, this.#staff]
    return { session, shop, staff, disclosure: this.#disclosure }
  }

  async #conversationFor(knock: KnockContents): Promise<ConversationChoice> {
    const known = this.#conversations.get(conversationName(knock.shopperSigning))
    if (known !== undefined) {
      if (this.#binding.isUnderWay(known)) return { type: 'unavailable' }
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
      const conversation = await DeskConversation.open(this.#conversationParts(), record, false)
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
      void this.#binding.bind(conversation)
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

  #erased(conversation: DeskConversation): void {
    this.#conversations.delete(conversation.id)
    this.#listeners.notify()
  }

  #tellCertificates(): void {
    for (const { talk } of this.#conversations.values()) talk.tellCertificates()
  }

  /** What the shop says of itself: its name, until it has said more. */
  #profile(): Uint8Array {
    const { card, root } = this.#shop.keys
    this.#firstProfile ??= encodeSignedProfile(signProfile(profileOfName(card.name), root.signing))
    return this.#staff.state.profile() ?? this.#firstProfile
  }

  #connection(): Connection {
    const state = this.#parts.signaling.state()
    if (state !== 'online') return { type: state }
    return { type: this.#isServed ? 'ready' : 'unknown-shop' }
  }
}
