import type { SigningPair } from '@hamsa/crypto'
import type { Link, LinkState, LivePeer, OpenLink, RoomKey, Topic } from '../link/link.ts'
import type { Signaling } from '../link/signaling.ts'
import type { Clock } from '../clock.ts'
import type { Talk } from './talk.ts'

/** How long a knock makes the shop listen for a key that nobody has proven yet. */
export const LISTEN_MS = 30_000
/** How long a proven visit may be interrupted before its room is left; the shopper knocks anew by then. */
export const SILENT_MS = 60_000

export type VisitParts = {
  readonly openLink: OpenLink
  readonly signaling: Signaling
  readonly clock: Clock
}

export type VisitRequest = {
  readonly talk: Talk
  readonly topic: Topic
  readonly roomKey: RoomKey
  readonly device: SigningPair
  readonly certificate: Uint8Array
  /** The shop's inbox topic. */
  readonly inbox: string
  /** What goes to the visit's topic, once now and again when the same knock comes twice. */
  readonly answer: string
  readonly admit: (peer: LivePeer) => Promise<boolean>
  /** The handshake has proven the shopper's key on a live channel. */
  readonly onProven: () => void
  /** Nobody came, or the shopper left; called once, not after `end()`. */
  readonly onSilent: () => void
}

/** The shop's side of one visit: its room is open for as long as somebody is there or expected. */
export class Visit {
  readonly #parts: VisitParts
  readonly #request: VisitRequest
  readonly #link: Link
  readonly #ends: (() => void)[]
  #callOff: () => void
  #proven = false
  #open = false
  #ended = false

  constructor(parts: VisitParts, request: VisitRequest) {
    this.#parts = parts
    this.#request = request
    const { talk, topic, roomKey, device, certificate, inbox, admit } = request
    const leave = parts.signaling.join(topic, () => undefined) // publishing needs a subscription
    this.#link = parts.openLink({
      log: talk.log,
      topic,
      roomKey,
      role: 'shop',
      signing: device,
      certificate,
      inbox,
      admit,
    })
    this.#ends = [leave, this.#link.subscribe((state) => this.#linkChanged(state))]
    this.#callOff = parts.clock.after(LISTEN_MS, () => this.#silent())
    talk.attach(this.#link)
    this.repeatAnswer()
  }

  get proven(): boolean {
    return this.#proven
  }

  repeatAnswer(): void {
    this.#parts.signaling.publish(this.#request.topic, this.#request.answer)
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#callOff()
    for (const end of this.#ends) end()
    this.#request.talk.detach(this.#link)
  }

  #linkChanged(state: LinkState): void {
    const wasOpen = this.#open
    this.#open = state.type === 'open'
    if (this.#open) {
      this.#callOff()
      if (this.#proven) return
      this.#proven = true
      this.#request.onProven()
    } else if (wasOpen) {
      this.#callOff = this.#parts.clock.after(SILENT_MS, () => this.#silent())
    }
  }

  #silent(): void {
    if (this.#ended) return
    this.end()
    this.#request.onSilent()
  }
}
