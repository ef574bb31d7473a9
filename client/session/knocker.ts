import {
  MAX_WORK_BITS,
  fromBase64Url,
  makeVisitNonce,
  openAnswer,
  sealKnockSoon,
  toBase64Url,
  visitKeys,
  type OpenedAnswer,
  type VisitNonce,
} from '@hamsa/crypto'
import { inboxTopic } from '@hamsa/signaling/inbox'
import type { Invite } from '../identity/invite.ts'
import type { ShopperKeys } from '../identity/shopper-identity.ts'
import { parseRoomKey, parseTopic, type Link, type LinkState, type LivePeer } from '../link/link.ts'
import type { SessionParts } from './session-parts.ts'
import type { Talk } from './talk.ts'
import { ANSWER_PREFIX, KNOCK_PREFIX } from './visit-frames.ts'

/** Waits between knocks that nobody answers; the last one repeats. Each is stretched by up to its half. */
const KNOCK_DELAYS_MS = [5_000, 10_000, 25_000] as const

/** A knock this young may still be answered: waking does not knock again. Far below what the service takes of one socket, two a second. */
const FRESH_KNOCK_MS = 2_000
/** Those whose network came back in the same moment do not knock all at once. */
const WAKE_JITTER_MS = 250
/** A link that is lost this soon after waking was lost while nobody looked: the shop may long have left its room. */
const JUST_WOKEN_MS = 10_000

export type KnockerParts = {
  readonly session: SessionParts
  readonly invite: Invite
  readonly shopper: ShopperKeys
  readonly talk: Talk
  readonly admit: (peer: LivePeer) => Promise<boolean>
  readonly onAnswer: (answer: OpenedAnswer) => void
}

type Attempt = { readonly link: Link; readonly end: () => void }

/**
 * The shopper's side of meeting: knocks at the shop's inbox, each time with a fresh nonce and so in
 * a fresh room, until the link is open; and again whenever it was lost.
 */
export class Knocker {
  readonly #parts: KnockerParts
  readonly #endSignalingWatch: () => void
  #attempt: Attempt | null = null
  #callOff: () => void = () => undefined
  #tries = 0
  #knockedMs = -Infinity
  #wokenMs = -Infinity
  #workBits = 0
  #wasOpen = false
  #stopped = false

  constructor(parts: KnockerParts) {
    this.#parts = parts
    this.#endSignalingWatch = parts.session.signaling.subscribe((state) => {
      if (state === 'online' && !this.#isBusy()) this.#knock()
    })
    if (parts.session.signaling.state() === 'online') this.#knock()
  }

  stop(): void {
    if (this.#stopped) return
    this.#stopped = true
    this.#callOff()
    this.#endSignalingWatch()
    this.#attempt?.end()
    this.#attempt = null
  }

  /** Leaves the room, whoever is in it, and knocks for another. */
  knockAnew(): void {
    this.#knock()
  }

  /** The page was away, or its network changed: knocks at once where the link is lost, or is found to be. */
  wake(): void {
    if (this.#stopped) return
    this.#wokenMs = this.#parts.session.clock.now()
    this.#tries = 0
    if (!this.#isBusy()) this.#knockSoon()
  }

  #isBusy(): boolean {
    const state = this.#attempt?.link.state().type
    return state === 'open' || state === 'connecting'
  }

  #knock(): void {
    if (this.#stopped) return
    this.#attempt?.end()
    this.#wasOpen = false
    this.#knockedMs = this.#parts.session.clock.now()
    this.#attempt = this.#open(makeVisitNonce())
    this.#schedule()
  }

  #schedule(): void {
    const base =
      KNOCK_DELAYS_MS[Math.min(this.#tries++, KNOCK_DELAYS_MS.length - 1)] ?? KNOCK_DELAYS_MS[2]
    this.#knockAfter(base * (1 + this.#parts.session.random() / 2))
  }

  /** At once, but for others who woke in the same moment and for a knock that is on its way. */
  #knockSoon(): void {
    const { clock, random } = this.#parts.session
    const freshMs = this.#knockedMs + FRESH_KNOCK_MS - clock.now()
    this.#knockAfter(Math.max(freshMs, 0) + random() * WAKE_JITTER_MS)
  }

  #knockAfter(delayMs: number): void {
    this.#callOff()
    this.#callOff = this.#parts.session.clock.after(delayMs, () => {
      if (this.#isBusy()) this.#schedule()
      else this.#knock()
    })
  }

  #open(nonce: VisitNonce): Attempt | null {
    const { session, invite, shopper, talk, admit } = this.#parts
    const keys = visitKeys(shopper.conversationSecret, nonce)
    const topic = parseTopic(keys.topic)
    const roomKey = parseRoomKey(keys.roomKey)
    if (topic === null || roomKey === null) return null
    const leave = session.signaling.join(topic, (data) => void this.#receive(data, nonce))
    const link = session.openLink({
      log: talk.log,
      topic,
      roomKey,
      role: 'shopper',
      signing: shopper.identity.signing,
      certificate: null,
      inbox: inboxTopic(invite.inbox.signing),
      admit,
    })
    const unwatch = link.subscribe((state) => this.#linkChanged(state))
    talk.attach(link)
    let hasEnded = false
    const sealed = sealKnockSoon({
      inbox: invite.inbox,
      inviteId: invite.token.id,
      inviteSecret: invite.token.secret,
      shopper: shopper.identity,
      conversationSecret: shopper.conversationSecret,
      visitNonce: nonce,
      workBits: this.#workBits,
    })
    void sealed.then((knock) => {
      if (hasEnded) return // another one is on its way, or nobody wants in any more
      session.signaling.publish(inboxTopic(invite.inbox.signing), KNOCK_PREFIX + toBase64Url(knock))
    })
    return {
      link,
      end: () => {
        hasEnded = true
        unwatch()
        leave()
        talk.detach(link)
      },
    }
  }

  #linkChanged(state: LinkState): void {
    const wasOpen = this.#wasOpen
    this.#wasOpen = state.type === 'open'
    if (this.#wasOpen) {
      this.#tries = 0
      this.#callOff()
    } else if (wasOpen) {
      const { clock } = this.#parts.session
      if (clock.now() - this.#wokenMs < JUST_WOKEN_MS) this.#knockSoon()
      else this.#schedule() // the room heals by itself first; only then is it time for a new one
    }
  }

  async #receive(data: unknown, visitNonce: VisitNonce): Promise<void> {
    if (typeof data !== 'string' || !data.startsWith(ANSWER_PREFIX)) return
    const bytes = fromBase64Url(data.slice(ANSWER_PREFIX.length))
    if (bytes === null) return
    const { session, invite, shopper, onAnswer } = this.#parts
    const answer = await openAnswer(bytes, {
      answerKey: visitKeys(shopper.conversationSecret, visitNonce).answerKey,
      visitNonce,
      shopperSigning: shopper.identity.signing.publicKey,
      root: invite.root,
      nowMs: session.clock.now(),
    })
    if (answer === null || this.#stopped) return
    if (answer.answer.type === 'needs-work') {
      this.#workBits = Math.min(answer.answer.bits, MAX_WORK_BITS)
      this.#knock()
    }
    onAnswer(answer)
  }
}
