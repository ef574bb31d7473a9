import { fromBase64Url, sign, toBase64Url, type SigningPair } from '@hamsa/crypto'
import { inboxTopic, PROVE_LABEL, proveMessage } from '@hamsa/signaling/inbox'
import { parseServerFrame } from '@hamsa/signaling/parse-frame'
import {
  CLOSE,
  MAX_FRAME_BYTES,
  MAX_TOPICS_PER_FRAME,
  type ClientFrame,
  type ServerFrame,
} from '@hamsa/signaling/protocol'
import { Listeners } from '../listeners.ts'
import { backOffMs } from './back-off.ts'
import type { SignalSocketSettings, Socket } from './socket-to-service.ts'
import type { InboxPass, Signaling, SignalingState } from './signaling.ts'

const PING_INTERVAL_MS = 15_000
/** No frame within this time of a ping: the connection is dead, whatever the socket says. */
const PONG_DEADLINE_MS = 10_000
/** The same after `wake`, when a dead socket is likely and someone is waiting. */
const WAKE_PONG_DEADLINE_MS = 3_000
/** A proof that was not answered is tried again. */
const PROOF_DEADLINE_MS = 5_000
/** The same after the service did not know the shop: somebody must tell it first. */
const UNKNOWN_DEADLINE_MS = 30_000
/** A connection that held this long lets the back-off begin anew. */
const SETTLED_MS = 30_000
/** Where the back-off begins after the service said "too many" or "not allowed". */
const TURNED_AWAY_ATTEMPT = 5

type OnData = (data: unknown) => void
type Inbox = {
  readonly key: SigningPair
  readonly listeners: Listeners<[unknown]>
  readonly pass: InboxPass | null
  proved: boolean
  /** The service has asked whose inbox it is. */
  asked: boolean
}
/** Between two connections there is no socket; `openedMs` is null until it has opened. */
type Connection = { readonly socket: Socket; openedMs: number | null; nonce: Uint8Array | null }

/** A tab's one connection to the signalling service. Connects at once; `close` ends it. */
export function openSignaling(settings: SignalSocketSettings): Signaling {
  return new SignalSocket(settings)
}

class SignalSocket implements Signaling {
  readonly #settings: SignalSocketSettings
  readonly #listeners = new Listeners<[SignalingState]>()
  readonly #topics = new Map<string, Listeners<[unknown]>>()
  readonly #inboxes = new Map<string, Inbox>()
  #connection: Connection | null = null
  #state: SignalingState = 'offline'
  #attempt = 0
  #closed = false
  #cancelConnect: (() => void) | null = null
  #cancelPing: (() => void) | null = null
  #cancelDead: (() => void) | null = null
  #cancelProof: (() => void) | null = null

  constructor(settings: SignalSocketSettings) {
    this.#settings = settings
    this.#connect()
  }

  state(): SignalingState {
    return this.#state
  }

  subscribe(listener: (state: SignalingState) => void): () => void {
    return this.#listeners.subscribe(listener)
  }

  join(topic: string, onData: OnData): () => void {
    const listeners = this.#topics.get(topic) ?? new Listeners<[unknown]>()
    const leave = listeners.subscribe(onData)
    if (listeners.size === 1) {
      this.#topics.set(topic, listeners)
      this.#send({ type: 'subscribe', topics: [topic] })
    }
    return () => {
      leave()
      if (listeners.size > 0 || this.#topics.get(topic) !== listeners) return
      this.#topics.delete(topic)
      this.#send({ type: 'unsubscribe', topics: [topic] })
    }
  }

  joinInbox(key: SigningPair, onData: OnData, pass: InboxPass | null = null): () => void {
    const topic = inboxTopic(key.publicKey)
    const fresh = { key, listeners: new Listeners<[unknown]>(), pass, proved: false, asked: false }
    const inbox = this.#inboxes.get(topic) ?? fresh
    const leave = inbox.listeners.subscribe(onData)
    if (inbox.listeners.size === 1) {
      this.#inboxes.set(topic, inbox)
      this.#prove()
    }
    return () => {
      leave()
      if (inbox.listeners.size > 0 || this.#inboxes.get(topic) !== inbox) return
      this.#inboxes.delete(topic)
      this.#send({ type: 'unsubscribe', topics: [topic] })
    }
  }

  publish(topic: string, data: unknown): boolean {
    return this.#state === 'online' && this.#send({ type: 'publish', topic, data })
  }

  wake(): void {
    if (this.#closed) return
    if (this.#connection === null) {
      this.#attempt = 0
      this.#connect()
    } else if (this.#connection.openedMs !== null) {
      this.#ping(WAKE_PONG_DEADLINE_MS)
    }
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#drop()
    this.#cancelConnect?.()
    this.#setState('offline')
    this.#listeners.clear()
    this.#topics.clear()
    this.#inboxes.clear()
  }

  #connect(): void {
    this.#cancelConnect?.()
    this.#cancelConnect = null
    this.#setState('connecting')
    const socket = this.#settings.openSocket()
    const connection: Connection = { socket, openedMs: null, nonce: null }
    this.#connection = connection
    socket.onopen = () => this.#opened(connection)
    socket.onmessage = ({ data }) => this.#take(data)
    socket.onclose = ({ code }) => this.#lost(code)
    socket.onerror = () => undefined // a close event follows
    this.#watch(PONG_DEADLINE_MS)
  }

  #opened(connection: Connection): void {
    connection.openedMs = this.#settings.clock.now()
    const topics = [...this.#topics.keys()]
    for (let index = 0; index < topics.length; index += MAX_TOPICS_PER_FRAME) {
      this.#send({ type: 'subscribe', topics: topics.slice(index, index + MAX_TOPICS_PER_FRAME) })
    }
    this.#prove()
    this.#ping(PONG_DEADLINE_MS)
  }

  #take(data: unknown): void {
    const frame = typeof data === 'string' ? parseServerFrame(data) : null
    if (frame === null) return
    this.#cancelDead?.() // anything that comes shows that the other end lives
    this.#cancelDead = null
    this.#act(frame)
  }

  #act(frame: ServerFrame): void {
    switch (frame.type) {
      case 'pong':
        this.#setState('online')
        break
      case 'publish': {
        const listeners = this.#topics.get(frame.topic) ?? this.#inboxes.get(frame.topic)?.listeners
        listeners?.notify(frame.data)
        break
      }
      case 'challenge':
        if (this.#connection !== null) this.#connection.nonce = fromBase64Url(frame.nonce)
        this.#prove()
        break
      case 'proved': {
        const inbox = this.#inboxes.get(frame.topic)
        if (inbox === undefined) break
        inbox.proved = true
        inbox.pass?.onVerdict(true)
        break
      }
      case 'unknown-shop':
        this.#showPass(frame.topic)
        break
    }
  }

  /** Shows the key of each inbox that is not joined yet; asks for the socket's nonce first. */
  #prove(): void {
    const open = [...this.#inboxes].filter(([, { proved }]) => !proved)
    if (open.length === 0 || this.#connection === null) return
    const { nonce } = this.#connection
    if (nonce === null) {
      this.#send({ type: 'challenge' })
    } else {
      for (const [topic, { key, pass, asked }] of open) {
        const shown = asked ? pass : null
        const signature = sign(PROVE_LABEL, proveMessage(nonce, topic), key.secretKey)
        this.#send({
          type: 'prove',
          topic,
          key: toBase64Url(key.publicKey),
          signature: toBase64Url(signature),
          certificate: shown === null ? null : toBase64Url(shown.certificate),
          claim: shown?.claim() ?? null,
        })
      }
    }
    this.#proveAfter(PROOF_DEADLINE_MS)
  }

  #proveAfter(delayMs: number): void {
    this.#cancelProof?.()
    this.#cancelProof = this.#settings.clock.after(delayMs, () => this.#prove())
  }

  /** The service asks whose inbox it is; when it has been told already, it does not serve this shop. */
  #showPass(topic: string): void {
    const inbox = this.#inboxes.get(topic)
    if (inbox === undefined) return
    if (inbox.pass !== null && !inbox.asked) {
      inbox.asked = true
      this.#prove()
    } else {
      inbox.pass?.onVerdict(false)
      this.#proveAfter(UNKNOWN_DEADLINE_MS)
    }
  }

  #ping(deadlineMs: number): void {
    this.#cancelPing?.()
    this.#send({ type: 'ping' })
    this.#watch(deadlineMs)
    this.#cancelPing = this.#settings.clock.after(PING_INTERVAL_MS, () =>
      this.#ping(PONG_DEADLINE_MS),
    )
  }

  /** Gives the connection up unless something comes in time. */
  #watch(deadlineMs: number): void {
    this.#cancelDead?.()
    this.#cancelDead = this.#settings.clock.after(deadlineMs, () => this.#lost(0))
  }

  #lost(code: number): void {
    const openedMs = this.#connection?.openedMs ?? null
    const { clock, random } = this.#settings
    this.#drop()
    this.#setState('offline')
    if (this.#closed) return
    if (openedMs !== null && clock.now() - openedMs >= SETTLED_MS) this.#attempt = 0
    if (code === CLOSE.tooMany || code === CLOSE.notAllowed) {
      this.#attempt = Math.max(this.#attempt, TURNED_AWAY_ATTEMPT)
    }
    this.#cancelConnect = clock.after(backOffMs(this.#attempt++, random), () => this.#connect())
  }

  /** Lets the socket go, and every timer that was about it. */
  #drop(): void {
    this.#cancelPing?.()
    this.#cancelDead?.()
    this.#cancelProof?.()
    this.#cancelPing = this.#cancelDead = this.#cancelProof = null
    for (const inbox of this.#inboxes.values()) inbox.proved = inbox.asked = false
    const socket = this.#connection?.socket
    this.#connection = null
    if (socket === undefined) return
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.close()
  }

  /** `false` when there is no open socket, or the frame is over the service's limit. */
  #send(frame: ClientFrame): boolean {
    if (this.#connection === null || this.#connection.openedMs === null) return false
    const text = JSON.stringify(frame)
    if (text.length > MAX_FRAME_BYTES) return false
    this.#connection.socket.send(text)
    return true
  }

  #setState(state: SignalingState): void {
    if (state === this.#state) return
    this.#state = state
    this.#listeners.notify(state)
  }
}
