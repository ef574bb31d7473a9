import type { Clock, Random } from '../clock.ts'
import type { AttemptVoice } from './attempt-voice.ts'
import type { LivePeer, RelayProof } from './link.ts'
import type { RoomConnection } from './quiet-provider.ts'
import type { PeerSignal } from './room-message.ts'
import type { GuardedChannel } from './guarded-channel.ts'

const WATCHDOG_MS = 5_000
const WATCHDOG_JITTER_MS = 2_000
/** Different candidates that one attempt takes; a relay gives a handful. */
const MAX_CANDIDATES = 32

export type AttemptPhase =
  | { readonly type: 'connecting' }
  /** The data channel is there; proof and handshake run. */
  | { readonly type: 'connected' }
  | { readonly type: 'open'; readonly peer: LivePeer; readonly proof: RelayProof }
  | { readonly type: 'closed' }

export type AttemptSettings = {
  readonly remotePeerId: string
  readonly initiator: boolean
  readonly clock: Clock
  readonly random: Random
  /** Says what the attempt has to say to its peer. */
  readonly voice: AttemptVoice
  /** Makes the connection; sets the attempt's relay connection up meanwhile. */
  readonly connect: () => RoomConnection
  /** Nothing came of it within 5–7 s, or a live connection fell silent for as long. */
  readonly onTimeout: (attempt: PeerAttempt) => void
  readonly onClosed: (attempt: PeerAttempt) => void
}

/** One attempt to connect to one remote, from its first signal to its end. */
export class PeerAttempt {
  readonly remotePeerId: string
  readonly initiator: boolean
  phase: AttemptPhase = { type: 'connecting' }
  /** The guarded channel, once simple-peer has asked for it. */
  channel: GuardedChannel | null = null
  /** Token of the remote's newest offer or announce that this attempt goes back to. */
  remoteToken = 0
  /** The relay gave a candidate for it. */
  reachedRelay = false
  #hasRemote = false
  readonly #candidates = new Set<string>()
  #cancelWatchdog: (() => void) | null = null
  readonly #settings: AttemptSettings
  readonly #connection: RoomConnection
  readonly #closed: Promise<void>

  constructor(settings: AttemptSettings, begin: (attempt: PeerAttempt) => void) {
    this.#settings = settings
    this.remotePeerId = settings.remotePeerId
    this.initiator = settings.initiator
    begin(this)
    this.#connection = settings.connect()
    this.#closed = new Promise((resolve) => {
      // After y-webrtc's own listener: by now the room has forgotten the connection.
      this.#connection.peer.once('close', () => {
        this.phase = { type: 'closed' }
        this.#cancelWatchdog?.()
        settings.voice.stop()
        settings.onClosed(this)
        resolve()
      })
    })
    this.watch()
  }

  /** Whether the remote's description is in: an offer that comes now is about another attempt. */
  get hasRemote(): boolean {
    return this.#hasRemote
  }

  /** Own token of the standing offer; 0 before it was sent. */
  get ownToken(): number {
    return tokenOf(this.#connection.conn)
  }

  /** Token of the offer that all signals of this attempt belong to; `null` before it is made. */
  get offerToken(): number | null {
    return this.#settings.voice.offerToken
  }

  /** The channel is proven and open: nothing needs to be said again. */
  settle(peer: LivePeer, proof: RelayProof): void {
    this.phase = { type: 'open', peer, proof }
    this.#settings.voice.stop()
  }

  /** Takes the peer's offer, which this attempt was made to answer. */
  answer(offer: PeerSignal, token: number): void {
    this.remoteToken = token
    this.#settings.voice.offerToken = token
    this.signal(offer)
  }

  /** Ends the attempt unless the channel is there in time. */
  watch(): void {
    this.#cancelWatchdog?.()
    const { clock, random } = this.#settings
    const delayMs = WATCHDOG_MS + random() * WATCHDOG_JITTER_MS
    this.#cancelWatchdog = clock.after(delayMs, () => {
      this.#settings.onTimeout(this)
      void this.destroy()
    })
  }

  unwatch(): void {
    this.#cancelWatchdog?.()
    this.#cancelWatchdog = null
  }

  /** Heard twice, or what an open connection no longer needs, changes nothing: it may be a replay. */
  signal(signal: PeerSignal): void {
    if (this.phase.type === 'closed' || this.phase.type === 'open') return
    if (signal.type === 'candidate') {
      const { candidate } = signal.candidate
      if (this.#candidates.has(candidate) || this.#candidates.size >= MAX_CANDIDATES) return
      this.#candidates.add(candidate)
    } else {
      if (this.#hasRemote || (signal.type === 'answer') !== this.initiator) return
      this.#hasRemote = true
      // As y-webrtc does: the exchange of descriptions is over, a later offer is a new one.
      forgetToken(this.#connection.conn)
    }
    try {
      this.#connection.peer.signal(signal)
    } catch {
      // The browser's parser refuses it. Without a description there is nothing to connect to.
      if (signal.type !== 'candidate') void this.destroy()
    }
  }

  /** Resolves when everything is closed; harmless when it was. */
  destroy(): Promise<void> {
    this.#connection.conn.destroy()
    return this.#closed
  }
}

/** y-webrtc's own "none" is `undefined`, which its declaration leaves out. */
function tokenOf(conn: { readonly glareToken: number | undefined }): number {
  return conn.glareToken ?? 0
}

function forgetToken(conn: { glareToken: number | undefined }): void {
  conn.glareToken = undefined
}
