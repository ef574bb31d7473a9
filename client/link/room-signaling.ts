import type { Clock, Random } from '../clock.ts'
import { backOffMs, wakeDelayMs } from './back-off.ts'
import { HeardBefore } from './heard-before.ts'
import type { Topic } from './link.ts'
import type { PeerAttempt } from './peer-attempt.ts'
import { openRoomMessage, sealRoomMessage, type RoomValue } from './room-cipher.ts'
import { parseRoomMessage, type RoomMessage } from './room-message.ts'
import type { Signaling } from './signaling.ts'

/** Messages that wait to be opened; a flood beyond it is dropped. */
const MAX_WAITING = 256

/** What is to be known of a connection, and done with it. */
export type RoomAttempt = Pick<
  PeerAttempt,
  | 'phase'
  | 'initiator'
  | 'hasRemote'
  | 'ownToken'
  | 'remoteToken'
  | 'offerToken'
  | 'signal'
  | 'answer'
  | 'destroy'
>

/** Whom the room is connected with. */
export type RoomPeers = {
  find(remotePeerId: string): RoomAttempt | undefined
  ids(): readonly string[]
  /** Whether this remote may be talked to at all: `false` for one that was refused lately. */
  admits(remotePeerId: string): boolean
  /** `null` when there may be no connection now: no relay, too many peers, one that is denied. */
  connect(initiator: boolean, remotePeerId: string): Promise<RoomAttempt | null>
}

export type RoomSignalingSettings = {
  readonly signaling: Signaling
  readonly topic: Topic
  /** Own id in the room, y-webrtc's. */
  readonly peerId: string
  /** y-webrtc's room key. */
  readonly key: CryptoKey
  readonly peers: RoomPeers
  readonly clock: Clock
  readonly random: Random
}

/**
 * Does for one room what y-webrtc's own SignalingConn does, but takes no harm from what it gets,
 * and announces again by itself. Of two ends the one with the lower id offers, so that two offers
 * do not meet; where they do (a stock client), the higher token wins, as in y-webrtc.
 */
export class RoomSignaling {
  readonly #settings: RoomSignalingSettings
  readonly #leave: () => void
  readonly #endWatch: () => void
  readonly #heardBefore = new HeardBefore()
  #chain = Promise.resolve()
  #waiting = 0
  /** Announcements that nobody has followed, and connections lost since the last one that opened: each with a back-off of its own. */
  #unanswered = 0
  #losses = 0
  #next: { readonly dueMs: number; readonly cancel: () => void } | null = null
  #closed = false

  constructor(settings: RoomSignalingSettings) {
    this.#settings = settings
    this.#leave = settings.signaling.join(settings.topic, (data) => this.#take(data))
    this.#endWatch = settings.signaling.subscribe((state) => {
      if (state === 'online') this.announceNow()
    })
    this.announceNow()
  }

  /** Something changed for the better: tells the room at once, and begins the back-off anew. */
  announceNow(): void {
    this.#unanswered = this.#losses = 0
    this.#announce()
  }

  /** The page was away, or its network changed. Woken again before it has spoken, it speaks once. */
  wake(): void {
    this.#unanswered = this.#losses = 0
    this.#announceAfter(wakeDelayMs(this.#settings.random))
  }

  /** After a peer was lost: tells the room again, later each time. It is there: no need to wait as long as for nobody. */
  announceLater(): void {
    this.#announceAfter(backOffMs(this.#losses++, this.#settings.random))
  }

  /** A connection opened: the next loss is told soon. */
  settle(): void {
    this.#unanswered = this.#losses = 0
    this.#callOff()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#callOff()
    this.#endWatch()
    this.#leave()
  }

  #announce(to?: string): void {
    if (this.#closed) return
    const { peerId, peers, clock } = this.#settings
    const have = [...peers.ids()]
    const message: RoomValue = { type: 'announce', from: peerId, have, token: clock.now() }
    void this.#publish(to === undefined ? message : { ...message, to })
    if (to !== undefined) return
    this.#callOff()
    // Nobody there: an announcement may be lost, so say it again.
    if (have.length > 0) return
    this.#announceAfter(backOffMs(++this.#unanswered, this.#settings.random))
  }

  /** Unless it is to be said sooner anyway. */
  #announceAfter(delayMs: number): void {
    const { clock } = this.#settings
    const dueMs = clock.now() + delayMs
    if (this.#closed || (this.#next !== null && this.#next.dueMs <= dueMs)) return
    this.#callOff()
    this.#next = { dueMs, cancel: clock.after(delayMs, () => this.#announce()) }
  }

  #callOff(): void {
    this.#next?.cancel()
    this.#next = null
  }

  async #publish(message: RoomValue): Promise<void> {
    const { signaling, topic, key } = this.#settings
    const data = await sealRoomMessage(message, key)
    if (!this.#closed) signaling.publish(topic, data) // while offline it is lost: `online` announces again
  }

  /** One after another: a candidate must not overtake its offer. */
  #take(data: unknown): void {
    // Knocks and answers of the session share topics with rooms; theirs have a dot, base64 has none.
    if (typeof data !== 'string' || data.includes('.') || this.#waiting >= MAX_WAITING) return
    this.#waiting++
    const handle = (): Promise<void> => this.#handle(data)
    this.#chain = this.#chain.then(handle, handle)
  }

  async #handle(data: string): Promise<void> {
    const message = parseRoomMessage(await openRoomMessage(data, this.#settings.key))
    this.#waiting--
    if (message === null || this.#closed || message.from === this.#settings.peerId) return
    if (message.to !== null && message.to !== this.#settings.peerId) return
    await this.#act(message)
  }

  async #act(message: RoomMessage): Promise<void> {
    if (message.type === 'announce') await this.#heard(message)
    else if (message.signal.type === 'offer') await this.#offered(message)
    else this.#signalled(message)
  }

  #signalled({ from, offer, signal }: RoomMessage & { readonly type: 'signal' }): void {
    const attempt = this.#settings.peers.find(from)
    // What belongs to an earlier attempt would spoil this one.
    if (offer === null || offer === attempt?.offerToken) attempt?.signal(signal)
  }

  async #heard(message: RoomMessage & { readonly type: 'announce' }): Promise<void> {
    const { peers, peerId } = this.#settings
    const { from, to, have, token } = message
    if (!peers.admits(from) || this.#heardBefore.has(message)) return
    this.#heardBefore.add(message)
    const existing = peers.find(from)
    if (existing !== undefined) {
      // It lives on here but is lost to the other end, whose network may have changed.
      const isLost = have !== null && !have.includes(peerId) && token > existing.remoteToken
      if (existing.phase.type !== 'open' || !isLost) return
      await existing.destroy()
    }
    if (to !== null || peerId < from) {
      const attempt = await peers.connect(true, from)
      if (attempt !== null) attempt.remoteToken = token
    } else {
      this.#announce(from)
    }
  }

  async #offered(message: RoomMessage & { readonly type: 'signal' }): Promise<void> {
    const { peers } = this.#settings
    const { from, token, signal } = message
    if (this.#heardBefore.has(message)) return
    const existing = peers.find(from)
    if (existing !== undefined) {
      const isOlder = existing.hasRemote
        ? token <= existing.remoteToken
        : existing.initiator && existing.ownToken > token
      if (isOlder) return
      await existing.destroy()
    }
    const attempt = await peers.connect(false, from)
    if (attempt === null) return
    this.#heardBefore.add(message)
    attempt.answer(signal, token)
  }
}
