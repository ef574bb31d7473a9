import { toBase64Url } from '@hamsa/crypto'
import type { RawData, WebSocket } from 'ws'
import type { AddressAccount, Guest } from './address-account.ts'
import type { Counts } from './counts.ts'
import { isInboxTopic, NONCE_BYTES } from './inbox.ts'
import { checkProof } from './inbox-proof.ts'
import type { Limits } from './limits.ts'
import { parseClientFrame } from './parse-frame.ts'
import { CLOSE, type ClientFrame, type Prove, type ServerFrame } from './protocol.ts'
import type { Shops } from './shops/shops.ts'
import { SocketFrames } from './socket-frames.ts'
import { TokenBucket } from './token-bucket.ts'
import type { Subscriber, Topics } from './topics.ts'

export type ConnectionDeps = {
  readonly topics: Topics
  readonly shops: Shops
  readonly counts: Counts
  readonly limits: Limits
  /** Milliseconds, never going back. */
  readonly now: () => number
  readonly random: (length: number) => Uint8Array
}

/** ws would send bytes as a binary message. */
const AS_TEXT = { binary: false }

/**
 * One socket's life. What it sends can cost only itself: every fault ends in a close code of this
 * socket, and after `#end` it hears and says nothing more.
 */
export class Connection implements Subscriber, Guest {
  readonly #socket: WebSocket
  readonly #deps: ConnectionDeps
  readonly #account: AddressAccount
  readonly #frames: SocketFrames
  #knocks: TokenBucket | null = null
  readonly #topics = new Set<string>()
  /** Inbox topics whose proof is being verified; left out again by an `unsubscribe` that comes first. */
  #proving: Set<string> | null = null
  #firstFrame: NodeJS.Timeout | null
  #nonce: Uint8Array | null = null
  #proven = false
  #settled = false
  #stirred = true
  #ended = false

  constructor(socket: WebSocket, account: AddressAccount, deps: ConnectionDeps) {
    this.#socket = socket
    this.#deps = deps
    this.#account = account
    this.#frames = new SocketFrames(deps.limits.frames, deps.now)
    this.#firstFrame = setTimeout(() => this.close(CLOSE.tooSlow), deps.limits.firstFrameMs)
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary))
    socket.on('ping', () => this.#pay())
    socket.on('pong', () => this.#pay())
    // A frame that breaks RFC 6455 or a limit of the WebSocket layer: ws closes with the fitting code.
    socket.on('error', (error) => this.#break(error))
    socket.on('close', () => this.#end())
    account.wait(this)
  }

  /** To this socket; a reader that does not keep up is closed rather than waited for. */
  send(text: string | Buffer): void {
    if (this.#ended) return
    if (this.#socket.bufferedAmount > this.#deps.limits.bufferedBytes) this.close(CLOSE.tooSlow)
    else this.#socket.send(text, AS_TEXT)
  }

  /** Called at each heartbeat: pings, or cuts a socket that has not stirred since the last one. */
  beat(): void {
    if (!this.#stirred) return this.cut()
    this.#stirred = false
    this.#socket.ping()
  }

  /** Says why and closes; ws cuts the connection when the other end does not answer in time. */
  close(code: number): void {
    if (this.#ended) return
    this.#end()
    this.#socket.close(code)
  }

  makeRoom(): void {
    this.close(CLOSE.tooSlow)
  }

  /** Cuts the connection without a word. */
  cut(): void {
    this.#end()
    this.#socket.terminate()
  }

  /** Closes for a broken rule, which its address is blamed for. */
  #fail(code: number): void {
    if (this.#ended) return
    this.#account.blame(this)
    this.close(code)
  }

  /** ws has closed the socket, or the network has. */
  #break(error: Error): void {
    const isFault = 'code' in error && String(error.code).startsWith('WS_ERR_')
    if (isFault && !this.#ended) this.#account.blame(this)
    this.#end()
  }

  #end(): void {
    this.#ended = true
    this.#clearFirstFrame()
    this.#account.leave(this)
    for (const topic of this.#topics) this.#deps.topics.leave(topic, this)
    this.#topics.clear()
    this.#proving = null
  }

  #clearFirstFrame(): void {
    if (this.#firstFrame !== null) clearTimeout(this.#firstFrame)
    this.#firstFrame = null
  }

  /** Whether the socket may send one more frame, of whatever kind; if not, it is closed. */
  #pay(): boolean {
    if (this.#ended) return false
    this.#stirred = true
    this.#deps.counts.frames++
    if (this.#frames.take(this.#account)) return true
    this.#fail(CLOSE.tooMany)
    return false
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (!this.#pay()) return
    this.#clearFirstFrame()
    // ws gives a Buffer unless its binaryType is changed, which nobody here does.
    if (isBinary || !Buffer.isBuffer(data)) return this.#fail(CLOSE.badFrame)
    const text = data.toString()
    const frame = parseClientFrame(text)
    if (frame === null) return this.#fail(CLOSE.badFrame)
    this.#act(frame, text, data)
  }

  #act(frame: ClientFrame, text: string, bytes: Buffer): void {
    switch (frame.type) {
      case 'subscribe':
        for (const topic of frame.topics) if (!isInboxTopic(topic)) this.#join(topic)
        return
      case 'unsubscribe':
        for (const topic of frame.topics) this.#leave(topic)
        return
      case 'publish':
        if (isInboxTopic(frame.topic)) return this.#knock(frame.topic, text, bytes)
        if (this.#topics.has(frame.topic)) this.#publish(frame.topic, text, bytes)
        return
      case 'ping':
        return this.#answer({ type: 'pong' })
      case 'challenge':
        this.#nonce ??= this.#deps.random(NONCE_BYTES)
        return this.#answer({ type: 'challenge', nonce: toBase64Url(this.#nonce) })
      case 'prove':
        // Whatever the platform's verification throws on, it is this socket that pays.
        this.#prove(frame).catch(() => this.#fail(CLOSE.notAllowed))
        return
      default:
        assertNever(frame)
    }
  }

  /** Anyone may publish to an inbox, so whoever floods one pays, not the desk that listens there. */
  #knock(topic: string, text: string, bytes: Buffer): void {
    if (text.length > this.#deps.limits.knockChars) return this.#fail(CLOSE.badFrame)
    this.#knocks ??= new TokenBucket(this.#deps.limits.knocks, this.#deps.now)
    if (!this.#knocks.take()) return this.#fail(CLOSE.tooMany)
    this.#deps.counts.knocks++
    this.#publish(topic, text, bytes)
  }

  /** The text goes on as it came: it is parsed once, and never built anew. */
  #publish(topic: string, text: string, bytes: Buffer): void {
    const { topics, counts } = this.#deps
    counts.publishes++
    counts.deliveries += topics.publish(topic, text, bytes, this)
  }

  /** Beyond a limit the topic is left out and the socket stays: a busy desk keeps the visits it has. */
  #join(topic: string): boolean {
    const { topics, limits } = this.#deps
    if (this.#topics.has(topic)) return true
    if (this.#topics.size >= (this.#proven ? limits.topicsOfInbox : limits.topics)) return false
    if (!this.#settle() || !topics.join(topic, this)) return false
    this.#topics.add(topic)
    return true
  }

  /** With its first topic the socket takes a place of its address; without one it is closed. */
  #settle(): boolean {
    if (this.#ended) return false
    this.#settled ||= this.#account.settle(this)
    if (!this.#settled) this.close(CLOSE.tooMany)
    return this.#settled
  }

  #leave(topic: string): void {
    this.#endProving(topic)
    if (this.#topics.delete(topic)) this.#deps.topics.leave(topic, this)
  }

  async #prove(frame: Prove): Promise<void> {
    if (this.#nonce === null) return this.#fail(CLOSE.notAllowed)
    const { topic, claim } = frame
    this.#proving ??= new Set()
    this.#proving.add(topic)
    const proof = await checkProof(frame, this.#nonce)
    if (proof === null) return this.#fail(CLOSE.notAllowed)
    const isServed = await this.#deps.shops.admit({ topic, claim, ...proof })
    if (!this.#endProving(topic)) return // left meanwhile, or the socket has ended
    if (!isServed) return this.#answer({ type: 'unknown-shop', topic })
    if (!this.#proven) this.#frames.widen(this.#deps.limits.framesOfInbox)
    this.#proven = true
    if (this.#join(topic)) this.#answer({ type: 'proved', topic })
  }

  /** Whether the proof was still waited for. */
  #endProving(topic: string): boolean {
    return this.#proving?.delete(topic) === true
  }

  #answer(frame: ServerFrame): void {
    this.send(JSON.stringify(frame))
  }
}

function assertNever(frame: never): never {
  throw new Error(`no rule for ${JSON.stringify(frame)}`)
}
