import { relayCandidate, relayOnlySdp } from './candidate.ts'
import { FILE_CHANNEL } from './file-channel.ts'
import type { IceServer } from './ice-servers.ts'
import type { RtcPlatform } from './platform.ts'

/** What the connection tells its owner. */
export type RelayEvents = {
  /** Called for the channel that simple-peer asks for; what it returns is all that simple-peer sees. */
  wrapChannels(raw: RawChannels, connection: RelayPeerConnection): GuardedSurface
  /** The first relayed candidate of our own was found. */
  onRelayReached(): void
  /** Gathering ended without a relayed candidate: the relay gave none. */
  onRelayUnreachable(): void
  onIceState(state: RTCIceConnectionState): void
}

/** The platform's two channels: the one that simple-peer asked for, and the one for files. */
export type RawChannels = { readonly messages: RTCDataChannel; readonly files: RTCDataChannel }

/** The part of a data channel that simple-peer uses. */
export type GuardedSurface = {
  readonly label: string
  readonly readyState: RTCDataChannelState
  readonly bufferedAmount: number
  bufferedAmountLowThreshold: number
  binaryType: BinaryType
  onopen: (() => void) | null
  onmessage: ((event: { readonly data: unknown }) => void) | null
  onclose: (() => void) | null
  onerror: ((event: unknown) => void) | null
  onbufferedamountlow: (() => void) | null
  send(data: unknown): void
  close(): void
}

export type RelaySettings = {
  readonly platform: RtcPlatform
  readonly iceServers: readonly IceServer[]
  readonly events: RelayEvents
}

/** Thrown when a connection is about to start without a relay; simple-peer destroys the peer then. */
export class NoRelayError extends Error {
  constructor() {
    super('no relay: a connection would show this device’s address')
    this.name = 'NoRelayError'
  }
}

/**
 * The one RTCPeerConnection that simple-peer gets: it connects over the relay or not at all, and
 * lets no address out but relayed ones. Composed around the platform's connection, whose handlers
 * nobody else touches.
 */
export class RelayPeerConnection {
  oniceconnectionstatechange: (() => void) | null = null
  onicegatheringstatechange: (() => void) | null = null
  onconnectionstatechange: (() => void) | null = null
  onsignalingstatechange: (() => void) | null = null
  onicecandidate: ((event: { readonly candidate: RTCIceCandidateInit | null }) => void) | null =
    null
  ontrack: unknown = null
  ondatachannel: unknown = null
  readonly #raw: RTCPeerConnection
  readonly #events: RelayEvents
  #hasRelay = false
  #closed = false

  /** Throws `NoRelayError` when there is no TURN server with credentials. */
  constructor(config: RTCConfiguration, { platform, iceServers, events }: RelaySettings) {
    if (iceServers.length === 0) throw new NoRelayError()
    this.#events = events
    this.#raw = new platform.RTCPeerConnection({
      ...config,
      iceServers: iceServers.map((server) => ({ ...server, urls: [...server.urls] })),
      iceTransportPolicy: 'relay',
    })
    this.#raw.oniceconnectionstatechange = () => {
      events.onIceState(this.iceConnectionState)
      this.oniceconnectionstatechange?.()
    }
    this.#raw.onicegatheringstatechange = () => {
      this.onicegatheringstatechange?.()
      if (this.iceGatheringState === 'complete') this.#gathered()
    }
    this.#raw.onconnectionstatechange = () => this.onconnectionstatechange?.()
    this.#raw.onsignalingstatechange = () => this.onsignalingstatechange?.()
    this.#raw.onicecandidate = ({ candidate }) => this.#found(candidate)
  }

  get iceConnectionState(): RTCIceConnectionState {
    return this.#raw.iceConnectionState
  }
  get iceGatheringState(): RTCIceGatheringState {
    return this.#raw.iceGatheringState
  }
  get connectionState(): RTCPeerConnectionState {
    return this.#raw.connectionState
  }
  get signalingState(): RTCSignalingState {
    return this.#raw.signalingState
  }
  /** As the other side may see it: relayed candidates only. */
  get localDescription(): RTCSessionDescriptionInit | null {
    return relayOnly(this.#raw.localDescription)
  }
  get remoteDescription(): RTCSessionDescriptionInit | null {
    return this.#raw.remoteDescription
  }
  get hasRelay(): boolean {
    return this.#hasRelay
  }

  /** The real certificate at the far end of DTLS (DER), where the platform tells; else `null`. */
  remoteCertificate(): ArrayBuffer | null {
    const transport = this.#raw.sctp?.transport
    if (typeof transport?.getRemoteCertificates !== 'function') return null
    return transport.getRemoteCertificates()[0] ?? null
  }

  /** simple-peer asks once, in its constructor, before the offer; the file channel is made in the same moment. */
  createDataChannel(label: string | null, init: RTCDataChannelInit): GuardedSurface {
    const messages = this.#raw.createDataChannel(label ?? '', init)
    const files = this.#raw.createDataChannel('', FILE_CHANNEL)
    return this.#events.wrapChannels({ messages, files }, this)
  }

  createOffer(options?: RTCOfferOptions): Promise<RTCSessionDescriptionInit> {
    return this.#raw.createOffer(options)
  }

  createAnswer(options?: RTCAnswerOptions): Promise<RTCSessionDescriptionInit> {
    return this.#raw.createAnswer(options)
  }

  setLocalDescription(description: RTCLocalSessionDescriptionInit): Promise<void> {
    return this.#raw.setLocalDescription(description)
  }

  async setRemoteDescription({ type, sdp }: RTCSessionDescriptionInit): Promise<void> {
    const safe = relayOnlySdp(sdp ?? '')
    if (safe === null) throw new TypeError('session description too long')
    await this.#raw.setRemoteDescription({ type, sdp: safe })
  }

  /**
   * A candidate that is not relayed is passed over in silence: its sender may be an older client.
   * So is one that the platform refuses: simple-peer would end the connection, and others may do.
   */
  async addIceCandidate({ candidate, sdpMid, sdpMLineIndex }: RTCIceCandidateInit): Promise<void> {
    const safe = relayCandidate(candidate ?? '')
    if (safe === null || this.#closed) return
    const candidateInit = {
      candidate: safe,
      sdpMid: sdpMid ?? null,
      sdpMLineIndex: sdpMLineIndex ?? null,
    }
    await this.#raw.addIceCandidate(candidateInit).catch(() => undefined)
  }

  /** No parameter: simple-peer tells the promise form by that. */
  getStats(): Promise<RTCStatsReport> {
    return this.#raw.getStats()
  }

  close(): void {
    this.#closed = true
    this.#raw.close()
  }

  #found(candidate: RTCIceCandidate | null): void {
    if (candidate === null) {
      this.onicecandidate?.({ candidate: null })
      this.#gathered() // Firefox and Node bindings tell the end of gathering here first
      return
    }
    const safe = relayCandidate(candidate.candidate)
    if (safe === null) return
    if (!this.#hasRelay) {
      this.#hasRelay = true
      this.#events.onRelayReached()
    }
    const { sdpMid, sdpMLineIndex } = candidate
    this.onicecandidate?.({ candidate: { candidate: safe, sdpMid, sdpMLineIndex } })
  }

  #gathered(): void {
    if (!this.#hasRelay && !this.#closed) this.#events.onRelayUnreachable()
  }
}

function relayOnly(description: RTCSessionDescription | null): RTCSessionDescriptionInit | null {
  if (description === null) return null
  const sdp = relayOnlySdp(description.sdp)
  return sdp === null ? null : { type: description.type, sdp }
}
