import {
  equalBytes,
  fromBase64Url,
  openKnock,
  sealAnswer,
  toBase64Url,
  visitKeys,
  encodeCertificate,
  encodeInboxCertificate,
  type Answer,
  type KnockContents,
} from '@hamsa/crypto'
import { inboxTopic } from '@hamsa/signaling/inbox'
import type { InviteJudgement } from '../staff/invite-book.ts'
import { parseRoomKey, parseTopic } from '../link/link.ts'
import { StorageError } from '../storage/ports.ts'
import type { DeskConversation } from './desk-conversation.ts'
import type { OpenShop } from './open-shop.ts'
import type { ShopInvites } from './shop-invites.ts'
import type { SessionParts } from './session-parts.ts'
import { Visit } from './visit.ts'
import { ANSWER_PREFIX, KNOCK_PREFIX } from './visit-frames.ts'

/** Rooms listened to at once for keys that nobody has proven yet; beyond it a knock is answered `busy`. */
export const MAX_LISTENING = 32
/** From so many on, an unknown key must show work before it gets one. */
export const WORK_FROM = 8
/** About a tenth of a second on a desktop and a second on a phone, for each knock of a flood. */
export const WORK_BITS = 14
/** Knocks opened at once and a second; opening one takes about 10 ms of the page. */
const KNOCKS_BURST = 60
const KNOCKS_PER_SECOND = 20
/** Longest knock as it is published: prefix and base64url of 1,024 bytes. */
const MAX_KNOCK_CHARS = 1_400
/** Knocks waiting to be opened; each costs two agreements and a signature check. */
const MAX_QUEUED_KNOCKS = 64
/** Nonces remembered, so that a replayed knock is not answered twice. */
const MAX_NONCES = 10_000

/** A place is told for whoever shows one; each means *wait and knock again*, since nobody is let in out of turn. */
const BUSY: Answer = { type: 'busy', place: 1 }

export type ConversationChoice =
  | { readonly type: 'found'; readonly conversation: DeskConversation }
  /** The key is known under another conversation secret. */
  | { readonly type: 'contradiction' }
  /** Storage failed just now; another knock may go better. */
  | { readonly type: 'unavailable' }

export type ReceptionParts = {
  readonly session: SessionParts
  readonly shop: OpenShop
  readonly invites: ShopInvites
  /** The signed profile that goes with a welcome, at most `MAX_PROFILE_BYTES`. */
  readonly profile: () => Uint8Array
  /** Whether this shopper gets no answer at all. */
  readonly isBlocked: (knock: KnockContents) => boolean
  /** Whether this shopper is known and has been proven before. */
  readonly isKnown: (knock: KnockContents) => boolean
  /** The shopper's conversation; made, but not stored, when it is the first knock. */
  readonly conversationFor: (knock: KnockContents) => Promise<ConversationChoice>
  /** One-time token that makes the service serve this shop, if there is one now. */
  readonly claim: () => string | null
  /** The service serves this shop, or does not. */
  readonly onVerdict: (isServed: boolean) => void
  /** A visit has begun, ended or was proven. */
  readonly onChange: (conversation: DeskConversation) => void
}

/**
 * Receives knocks at the shop's inbox and opens visits.
 *
 * - A knock shows, stores and counts nothing until the handshake has proven the shopper's key.
 * - A knock that comes twice gets the same answer while its visit lasts, and none after it.
 */
export class Reception {
  readonly #parts: ReceptionParts
  readonly #visits = new Map<
    string,
    {
      readonly knock: KnockContents
      readonly visit: Visit
      readonly conversation: DeskConversation
    }
  >()
  readonly #nonces = new Set<string>()
  #leave: () => void
  #queued = 0
  #tokens = KNOCKS_BURST
  #filledAtMs: number
  #queue: Promise<void> = Promise.resolve()
  #closed = false

  constructor(parts: ReceptionParts) {
    this.#parts = parts
    this.#filledAtMs = parts.session.clock.now()
    this.#leave = this.#join()
  }

  /** Shows the service the token that has come meanwhile. */
  joinAnew(): void {
    if (this.#closed) return
    this.#leave()
    this.#leave = this.#join()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#leave()
    for (const { visit } of this.#visits.values()) visit.end()
    this.#visits.clear()
  }

  #join(): () => void {
    const { session, shop, claim, onVerdict } = this.#parts
    const { inbox, inboxCertificate } = shop.keys
    const certificate = encodeInboxCertificate(inboxCertificate)
    const pass = { certificate, claim, onVerdict }
    return session.signaling.joinInbox(inbox.signing, (data) => this.#receive(data), pass)
  }

  #receive(data: unknown): void {
    if (typeof data !== 'string' || data.length > MAX_KNOCK_CHARS) return
    if (!data.startsWith(KNOCK_PREFIX) || this.#queued >= MAX_QUEUED_KNOCKS) return
    const bytes = fromBase64Url(data.slice(KNOCK_PREFIX.length))
    if (bytes === null || !this.#takeToken()) return
    this.#queued++
    const work = async (): Promise<void> => {
      this.#queued--
      if (!this.#closed) await this.#open(bytes)
    }
    this.#queue = this.#queue.then(work, work) // one knock that broke an invariant must not deafen the shop
  }

  async #open(bytes: Uint8Array): Promise<void> {
    const { shop, invites, isBlocked } = this.#parts
    const knock = await openKnock(bytes, {
      inbox: shop.keys.inbox,
      inviteSecret: (id) => invites.secretOf(id),
    })
    if (knock === null || this.#closed || isBlocked(knock)) return
    const nonce = toBase64Url(knock.visitNonce)
    if (this.#nonces.has(nonce)) {
      this.#visits.get(nonce)?.visit.repeatAnswer()
      return
    }
    this.#remember(nonce)
    if (knock.type === 'unknown-invite') return this.#turnAway(knock, { type: 'foreign' })
    const judgement = invites.judge(knock.inviteId, knock.shopperSigning)
    if (judgement !== 'open') return this.#turnAway(knock, { type: judgement })
    const pressure = this.#pressureAgainst(knock)
    if (pressure !== null) return this.#turnAway(knock, pressure)
    const choice = await this.#parts.conversationFor(knock)
    if (choice.type === 'contradiction') return this.#turnAway(knock, { type: 'closed' })
    if (choice.type === 'unavailable') return this.#turnAway(knock, BUSY)
    const { conversation } = choice
    this.#endUnproven(conversation)
    this.#visit(nonce, knock, conversation)
  }

  #visit(nonce: string, knock: KnockContents, conversation: DeskConversation): void {
    const { session, shop, profile, onChange } = this.#parts
    const keys = visitKeys(knock.conversationSecret, knock.visitNonce)
    const topic = parseTopic(keys.topic)
    const roomKey = parseRoomKey(keys.roomKey)
    if (topic === null || roomKey === null || this.#closed) return
    const accepted: Answer = { type: 'accepted', profile: profile() }
    const visit = new Visit(session, {
      talk: conversation.talk,
      topic,
      roomKey,
      device: shop.keys.device.signing,
      certificate: encodeCertificate(shop.keys.certificate),
      inbox: inboxTopic(shop.keys.inbox.signing.publicKey),
      answer: this.#seal(knock, accepted),
      admit: async (peer) => {
        if (!equalBytes(peer.key, knock.shopperSigning)) return false
        try {
          await conversation.keep()
          await conversation.enter(knock.inviteId)
          return true
        } catch (error) {
          if (!(error instanceof StorageError)) throw error
          return false // without a record the messages could not be found again
        }
      },
      onProven: () => {
        for (const [other, open] of this.#visits) {
          if (other === nonce || open.conversation !== conversation) continue
          open.visit.end()
          this.#visits.delete(other)
        }
        onChange(conversation)
      },
      onSilent: () => {
        this.#visits.delete(nonce)
        onChange(conversation)
      },
    })
    this.#visits.set(nonce, { knock, visit, conversation })
  }

  /** Whether a visit of this conversation is open or awaited. */
  hosts(conversation: DeskConversation): boolean {
    return [...this.#visits.values()].some((open) => open.conversation === conversation)
  }

  /** Ends what was open with a shopper whose invite turned out to be no use, and says why. */
  turnOut(conversation: DeskConversation, reason: Exclude<InviteJudgement, 'open'>): void {
    for (const [nonce, open] of this.#visits) {
      if (open.conversation !== conversation) continue
      this.#turnAway(open.knock, { type: reason })
      open.visit.end()
      this.#visits.delete(nonce)
    }
    conversation.leave()
  }

  #turnAway(knock: KnockContents, answer: Answer): void {
    const { signaling } = this.#parts.session
    const { topic } = visitKeys(knock.conversationSecret, knock.visitNonce)
    const leave = signaling.join(topic, () => undefined) // publishing needs a subscription
    signaling.publish(topic, this.#seal(knock, answer))
    leave()
  }

  #seal(knock: KnockContents, answer: Answer): string {
    const { shop } = this.#parts
    const { answerKey } = visitKeys(knock.conversationSecret, knock.visitNonce)
    const sealed = sealAnswer({
      answer,
      answerKey,
      visitNonce: knock.visitNonce,
      shopperSigning: knock.shopperSigning,
      device: shop.keys.device.signing,
      certificate: shop.keys.certificate,
      revocationNumber: shop.revocationNumber,
    })
    return ANSWER_PREFIX + toBase64Url(sealed)
  }

  /**
   * What an unknown key is told while many rooms are listened to already; `null` to let it in. Keys
   * that have been proven before always get in: strangers cannot shut a known shopper out.
   */
  #pressureAgainst(knock: KnockContents): Answer | null {
    if (this.#parts.isKnown(knock)) return null
    const listening = [...this.#visits.values()].filter(
      ({ visit, conversation }) => !visit.proven && !conversation.stored,
    ).length
    if (listening >= MAX_LISTENING) return BUSY
    if (listening < WORK_FROM || knock.workBits >= WORK_BITS) return null
    return { type: 'needs-work', bits: WORK_BITS }
  }

  /** One key holds one room at a time that it has not proven itself in. */
  #endUnproven(conversation: DeskConversation): void {
    for (const [nonce, open] of this.#visits) {
      if (open.conversation !== conversation || open.visit.proven) continue
      open.visit.end()
      this.#visits.delete(nonce)
    }
  }

  #takeToken(): boolean {
    const nowMs = this.#parts.session.clock.now()
    const gained = (Math.max(0, nowMs - this.#filledAtMs) / 1_000) * KNOCKS_PER_SECOND
    this.#tokens = Math.min(KNOCKS_BURST, this.#tokens + gained)
    this.#filledAtMs = nowMs
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }

  #remember(nonce: string): void {
    this.#nonces.add(nonce)
    const [oldest] = this.#nonces
    if (this.#nonces.size > MAX_NONCES && oldest !== undefined) this.#nonces.delete(oldest)
  }
}
