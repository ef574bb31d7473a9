import { equalBytes } from '@hamsa/crypto'
import type { Clock, Random } from '../clock.ts'
import type { Verdict } from '../conversation/log.ts'
import { parseControl } from './control-codec.ts'
import type { ControlFrame } from './control-frame.ts'
import { FileChannel } from './file-channel.ts'
import type { FileLane } from './file-lane.ts'
import { FrameAssembler, type Message } from './frame-codec.ts'
import { HandQueue } from './hand-queue.ts'
import type { Duplex, HandshakeResult } from './handshake.ts'
import { encodeRoom, parseRoom } from './lane-room.ts'
import type { LivePeer, RelayProof } from './link.ts'
import { MessageQueue } from './message-queue.ts'
import { PacedSender } from './paced-sender.ts'
import { PeerKnowledge } from './peer-knowledge.ts'
import { Pulse } from './pulse.ts'
import type { GuardedSurface, RawChannels } from './relay-peer-connection.ts'
import type { SealedStream } from './sealed-stream.ts'
import { SyncAsker } from './sync-asker.ts'
import { encodeStep1, parseSyncMessage } from './sync-message.ts'

export const HANDSHAKE_DEADLINE_MS = 10_000

export type ChannelFailure =
  /** The peer went away or did not answer in time. */
  'interrupted' | 'relay-not-proven' | 'peer-refused'

/** What the channel asks of the link. */
export type ChannelGuard = {
  readonly clock: Clock
  readonly random: Random
  proveRelay(): Promise<RelayProof | null>
  shakeHands(duplex: Duplex): Promise<HandshakeResult>
  /** The gate; stores what it accepts. */
  judge(update: Uint8Array): Promise<Verdict>
  /** Yjs state vector of what is held now. */
  stateVector(): Uint8Array
  /** The transport is there; proof and handshake begin. */
  onConnected(): void
  onOpen(peer: LivePeer, proof: RelayProof): void
  onControl(frame: ControlFrame, from: LivePeer): void
  /** Once at most; the channel is closed by then. `peer` when the handshake came as far as its name. */
  onFailed(failure: ChannelFailure, peer: LivePeer | null): void
  onClosed(): void
}

type Open = { readonly type: 'open'; readonly peer: LivePeer; readonly stream: SealedStream }
type Phase = { readonly type: 'connecting' } | Open | { readonly type: 'closed' }

/**
 * What simple-peer takes for its data channel. It opens only after relay proof and handshake; every
 * inbound sync message has passed the gate before y-webrtc sees it; only sync messages go out.
 */
export class GuardedChannel implements GuardedSurface {
  onopen: (() => void) | null = null
  onmessage: ((event: { readonly data: unknown }) => void) | null = null
  onclose: (() => void) | null = null
  onerror: ((event: unknown) => void) | null = null
  onbufferedamountlow: (() => void) | null = null
  bufferedAmountLowThreshold = 0
  binaryType: BinaryType = 'arraybuffer'
  readonly #raw: RTCDataChannel
  readonly #guard: ChannelGuard
  readonly #sender: PacedSender
  readonly #assembler = new FrameAssembler()
  readonly #knowledge = new PeerKnowledge()
  readonly #hands = new HandQueue()
  readonly #asker: SyncAsker
  readonly #pulse: Pulse
  readonly #files: FileChannel
  readonly #inbound = new MessageQueue((message) => this.#handle(message))
  #phase: Phase = { type: 'connecting' }

  constructor({ messages: raw, files }: RawChannels, guard: ChannelGuard) {
    this.#raw = raw
    this.#guard = guard
    const { clock, random } = guard
    const ask = (): void =>
      this.#transmit({ kind: 'sync', bytes: encodeStep1(guard.stateVector()) })
    this.#asker = new SyncAsker({ clock, random, ask })
    this.#files = new FileChannel(files, {
      clock,
      tellRoom: (total) => this.sendControl(encodeRoom(total)),
      heard: () => this.#pulse.heard(),
      refuse: () => this.#fail('peer-refused', this.#peer()),
    })
    this.#pulse = new Pulse({
      clock,
      ask,
      waitingBytes: () => this.#sender.waitingBytes,
      onSilent: () => this.close(),
    })
    raw.binaryType = 'arraybuffer'
    this.#sender = new PacedSender({ channel: raw, clock, onBroken: () => this.close() })
    raw.onopen = () => void this.#establish()
    raw.onmessage = ({ data }: MessageEvent<unknown>) => this.#take(data)
    raw.onclose = () => this.#cut()
    raw.onerror = () => this.#cut()
  }

  get label(): string {
    return this.#raw.label
  }
  get readyState(): RTCDataChannelState {
    return this.#phase.type
  }
  get bufferedAmount(): number {
    return this.#sender.waitingBytes
  }

  /** For files, to this peer; `null` while not open. */
  get fileLane(): FileLane | null {
    return this.#files.lane
  }

  /** From y-webrtc. Awareness and every other kind stay here, and so does what the peer itself has sent. */
  send(data: unknown): void {
    if (this.#phase.type !== 'open' || !(data instanceof Uint8Array)) return
    const message = parseSyncMessage(data)
    if (message === null) return
    if (message.type === 'update' && this.#knowledge.covers(message.bytes)) return
    this.#transmit({ kind: 'sync', bytes: data })
  }

  /** An encoded control frame; lost without blame while not open. */
  sendControl(bytes: Uint8Array): void {
    if (this.#phase.type !== 'open') return
    this.#transmit({ kind: 'control', bytes: this.#phase.stream.seal(bytes) })
  }

  /** The page was away, or its network changed: is the peer still there? */
  wake(): void {
    if (this.#phase.type === 'open') this.#pulse.ask()
  }

  close(): void {
    if (this.#phase.type === 'closed') return
    this.#phase = { type: 'closed' }
    this.#hands.end()
    this.#asker.end()
    this.#pulse.end()
    this.#inbound.end()
    this.#raw.onopen = this.#raw.onmessage = this.#raw.onclose = this.#raw.onerror = null
    this.#sender.end()
    this.#raw.close()
    this.#files.close()
    this.onclose?.()
    this.#guard.onClosed()
  }

  /** The far end closed, or the network did. In the handshake that is how a refusal looks from here. */
  #cut(): void {
    if (this.#phase.type === 'connecting') this.#fail('interrupted', null)
    else this.close()
  }

  #transmit(message: Message): void {
    if (!this.#sender.send(message)) this.close()
  }

  #fail(failure: ChannelFailure, peer: LivePeer | null): void {
    if (this.#phase.type === 'closed') return
    this.close()
    this.#guard.onFailed(failure, peer)
  }

  async #establish(): Promise<void> {
    this.#guard.onConnected()
    const proof = await this.#guard.proveRelay()
    if (proof === null) {
      this.#fail('relay-not-proven', null)
      return
    }
    const cancelDeadline = this.#guard.clock.after(HANDSHAKE_DEADLINE_MS, () => this.#hands.end())
    const result = await this.#guard.shakeHands({
      send: (bytes) => this.#transmit({ kind: 'handshake', bytes }),
      receive: () => this.#hands.next(),
    })
    cancelDeadline()
    this.#hands.end()
    if (this.#phase.type !== 'connecting') return
    if (result.type === 'failed') {
      const interrupted = result.failure === 'interrupted'
      this.#fail(interrupted ? 'interrupted' : 'peer-refused', result.peer)
      return
    }
    this.#phase = { type: 'open', peer: result.peer, stream: result.stream }
    this.#files.open(result.files)
    this.#guard.onOpen(result.peer, proof)
    this.onopen?.()
    this.#asker.begin()
    this.#inbound.open()
  }

  #take(data: unknown): void {
    this.#pulse.heard()
    if (!(data instanceof ArrayBuffer)) {
      this.#fail('peer-refused', this.#peer())
      return
    }
    const assembled = this.#assembler.take(new Uint8Array(data))
    if (assembled.type === 'incomplete') return
    if (assembled.type === 'malformed' || !this.#queue(assembled.message)) {
      this.#fail('peer-refused', this.#peer())
    }
  }

  /** `false` when the peer breaks a rule or sends more than is held for it. */
  #queue(message: Message): boolean {
    return message.kind === 'handshake'
      ? this.#hands.put(message.bytes)
      : this.#inbound.put(message)
  }

  async #handle(message: Message): Promise<void> {
    if (this.#phase.type !== 'open') return
    try {
      if (message.kind === 'sync') await this.#handleSync(message.bytes, this.#phase.peer)
      else this.#handleControl(message.bytes, this.#phase)
    } catch (error) {
      this.close() // what takes nothing more must not look open
      throw error
    }
  }

  async #handleSync(bytes: Uint8Array, peer: LivePeer): Promise<void> {
    const message = parseSyncMessage(bytes)
    if (message === null) return
    if (message.type === 'step1') {
      if (this.#knowledge.learnStateVector(message.bytes)) this.#deliver(bytes)
      return
    }
    this.#knowledge.learnUpdate(message.bytes)
    const verdict = await this.#guard.judge(message.bytes)
    switch (verdict.type) {
      case 'accept':
        if (message.type === 'step2') this.#asker.answered()
        this.#deliver(bytes)
        break
      case 'hold':
        this.#asker.askAgain()
        break
      case 'refuse':
        // Blame goes to the author: who only passed a bad entry on is asked for the rest, not cut off.
        if (verdict.author === undefined || equalBytes(verdict.author, peer.key)) {
          this.#fail('peer-refused', peer)
        } else {
          this.#asker.askAgain()
        }
        break
    }
  }

  #handleControl(sealed: Uint8Array, { peer, stream }: Open): void {
    const bytes = stream.open(sealed)
    if (bytes === null) {
      this.#fail('peer-refused', peer)
      return
    }
    const room = parseRoom(bytes)
    if (room !== null) {
      this.#files.granted(room)
      return
    }
    const frame = parseControl(bytes) // a kind from a newer version is passed over
    if (frame === null) return
    if (frame.type === 'have') this.#asker.historyCame()
    this.#guard.onControl(frame, peer)
  }

  #deliver(bytes: Uint8Array): void {
    if (this.#phase.type === 'open') this.onmessage?.({ data: Uint8Array.from(bytes).buffer })
  }

  #peer(): LivePeer | null {
    return this.#phase.type === 'open' ? this.#phase.peer : null
  }
}
