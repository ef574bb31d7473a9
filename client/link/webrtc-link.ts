import { toBase64Url } from '@hamsa/crypto'
import * as Y from 'yjs'
import type { Verdict } from '../conversation/log.ts'
import { replicaOf } from '../conversation/replica.ts'
import { backOffMs } from './back-off.ts'
import { encodeControl } from './control-codec.ts'
import type { ControlFrame } from './control-frame.ts'
import { DenyList } from './deny-list.ts'
import { GuardedChannel, type ChannelFailure, type ChannelGuard } from './guarded-channel.ts'
import { shakeHands, type Duplex, type HandshakeResult } from './handshake.ts'
import type { IceServer, IceServers } from './ice-servers.ts'
import type { Link, LinkFailure, LinkRequest, LinkState, LivePeer, OpenLink } from './link.ts'
import { PeerAttempt } from './peer-attempt.ts'
import type { Clock, Random, RtcPlatform, UnloadTarget } from './platform.ts'
import { openQuietRoom, type QuietRoom } from './quiet-provider.ts'
import {
  RelayPeerConnection,
  type RelayEvents,
  type RelaySettings,
} from './relay-peer-connection.ts'
import { proveRelay } from './relay-proof.ts'
import { fingerprintsFor } from './remote-certificate.ts'
import { RoomSignaling } from './room-signaling.ts'
import type { Signaling } from './signaling.ts'
import { TopicClaims } from './topic-claims.ts'

/** Devices of one shop and one shopper, with room for a reload that is not noticed yet. */
const MAX_CONVERSATION_PEERS = 6
const MAX_ROOM_PEERS = 24

export type WebrtcLinkDeps = {
  readonly signaling: Signaling
  readonly iceServers: IceServers
  readonly platform: RtcPlatform
  readonly unloadTarget: UnloadTarget
  readonly clock: Clock
  readonly random: Random
}

/** Links over y-webrtc and simple-peer, relayed. PROTOCOL.md has the rules. */
export function makeWebrtcLinks(deps: WebrtcLinkDeps): OpenLink {
  const claims = new TopicClaims()
  return (request) => new WebrtcLink(request, deps, claims)
}

class WebrtcLink implements Link {
  readonly #request: LinkRequest
  readonly #deps: WebrtcLinkDeps
  readonly #doc: Y.Doc
  readonly #denied: DenyList
  readonly #attempts = new Map<string, PeerAttempt>()
  readonly #stateListeners = new Set<(state: LinkState) => void>()
  readonly #controlListeners = new Set<(frame: ControlFrame, from: LivePeer) => void>()
  readonly #endWatch: () => void
  #state: LinkState = { type: 'offline' }
  #failure: LinkFailure | null = null
  #room: QuietRoom | null = null
  #roomSignaling: RoomSignaling | null = null
  /** For the connection that simple-peer is about to ask for. */
  #nextRelay: RelaySettings | null = null
  #relayTries = 0
  #cancelRelayTry: (() => void) | null = null
  #closed = false

  constructor(request: LinkRequest, deps: WebrtcLinkDeps, claims: TopicClaims) {
    this.#request = request
    this.#deps = deps
    this.#doc = replicaOf(request.log)
    this.#denied = new DenyList(deps.clock)
    this.#endWatch = deps.signaling.subscribe(() => this.#update())
    this.#update()
    void this.#start(claims)
  }

  state(): LinkState {
    return this.#state
  }

  subscribe(listener: (state: LinkState) => void): () => void {
    const own = (state: LinkState): void => listener(state)
    this.#stateListeners.add(own)
    return () => void this.#stateListeners.delete(own)
  }

  send(frame: ControlFrame): void {
    const bytes = encodeControl(frame)
    for (const { channel } of this.#attempts.values()) channel?.sendControl(bytes)
  }

  onControl(listener: (frame: ControlFrame, from: LivePeer) => void): () => void {
    const own = (frame: ControlFrame, from: LivePeer): void => listener(frame, from)
    this.#controlListeners.add(own)
    return () => void this.#controlListeners.delete(own)
  }

  wake(): void {
    if (this.#closed) return
    this.#deps.signaling.wake()
    this.#relayTries = 0
    if (this.#cancelRelayTry !== null) void this.#begin()
    this.#roomSignaling?.announceNow()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#endWatch()
    this.#cancelRelayTry?.()
    this.#roomSignaling?.close()
    this.#room?.close()
    this.#update()
    this.#stateListeners.clear()
    this.#controlListeners.clear()
  }

  /** From here to the end of the room; the topic is free again when this resolves. */
  async #start(claims: TopicClaims): Promise<void> {
    const { topic, roomKey } = this.#request
    const release = await claims.claim(topic)
    if (this.#closed) {
      release()
      return
    }
    const room = await openQuietRoom({
      topic,
      roomKey,
      doc: this.#doc,
      unloadTarget: this.#deps.unloadTarget,
      peerOpts: this.#peerOpts(),
    })
    void room.closed.then(release)
    this.#room = room
    if (this.#isClosed()) room.close()
    else await this.#begin()
  }

  /** Joins the room once there is a relay; until then it asks for one again and again. */
  async #begin(): Promise<void> {
    this.#cancelRelayTry?.()
    this.#cancelRelayTry = null
    if ((await this.#relay()) === null) {
      this.#beginLater()
      return
    }
    if (this.#isClosed() || this.#room === null || this.#roomSignaling !== null) return
    const { signaling, clock, random } = this.#deps
    this.#roomSignaling = new RoomSignaling({
      signaling,
      topic: this.#request.topic,
      peerId: this.#room.room.peerId,
      key: this.#room.key,
      clock,
      random,
      peers: {
        find: (id) => this.#attempts.get(id),
        ids: () => [...this.#attempts.keys()],
        admits: (id) => !this.#denied.isDenied(id),
        connect: (initiator, id) => this.#connect(initiator, id),
      },
    })
  }

  #beginLater(): void {
    if (this.#closed) return
    this.#cancelRelayTry?.() // asked twice meanwhile: one of them goes on
    const delayMs = backOffMs(this.#relayTries++, this.#deps.random)
    this.#cancelRelayTry = this.#deps.clock.after(delayMs, () => void this.#begin())
  }

  async #relay(): Promise<readonly IceServer[] | null> {
    const servers = await this.#deps.iceServers.get()
    if (servers === null) this.#setFailure('no-relay')
    else if (this.#failure === 'no-relay') this.#setFailure(null)
    return servers
  }

  async #connect(initiator: boolean, remotePeerId: string): Promise<PeerAttempt | null> {
    const iceServers = await this.#relay()
    const room = this.#room
    if (iceServers === null || room === null || this.#isClosed()) return null
    const limit =
      this.#request.log.ref.kind === 'conversation' ? MAX_CONVERSATION_PEERS : MAX_ROOM_PEERS
    if (this.#attempts.size >= limit || this.#attempts.has(remotePeerId)) return null
    if (this.#denied.isDenied(remotePeerId)) return null

    const { clock, random, platform, signaling } = this.#deps
    const publisher = {
      send: ({ topic, data }: { topic: string; data: unknown }) =>
        void signaling.publish(topic, data),
    }
    const attempt = new PeerAttempt(
      {
        remotePeerId,
        initiator,
        clock,
        random,
        connect: () => room.connectTo(publisher, initiator, remotePeerId),
        onTimeout: (late) => this.#timedOut(late),
        onClosed: (lost) => this.#lost(lost),
      },
      (starting) => {
        this.#nextRelay = { platform, iceServers, events: this.#relayEvents(starting) }
      },
    )
    this.#attempts.set(remotePeerId, attempt)
    this.#update()
    return attempt
  }

  #relayEvents(attempt: PeerAttempt): RelayEvents {
    return {
      wrapChannel: (raw, connection) => {
        attempt.channel = new GuardedChannel(raw, this.#guard(attempt, connection))
        return attempt.channel
      },
      onRelayReached: () => {
        attempt.reachedRelay = true
        if (this.#failure === 'relay-unreachable') this.#setFailure(null)
      },
      onRelayUnreachable: () => {
        this.#unreachable()
        void attempt.destroy()
      },
      onIceState: (state) => {
        if (state === 'disconnected') attempt.watch()
        else if (attempt.phase.type !== 'connecting') attempt.unwatch()
      },
    }
  }

  #guard(attempt: PeerAttempt, connection: RelayPeerConnection): ChannelGuard {
    const { clock, random } = this.#deps
    const { log } = this.#request
    return {
      clock,
      random,
      proveRelay: () => proveRelay(() => readStats(connection, attempt), clock),
      shakeHands: (duplex) => this.#shakeHands(duplex, connection),
      judge: (update) => log.receive(update).catch(holdBack),
      stateVector: () => Y.encodeStateVector(this.#doc),
      onConnected: () => {
        attempt.phase = { type: 'connected' }
        attempt.unwatch()
      },
      onOpen: (peer, proof) => {
        attempt.phase = { type: 'open', peer, proof }
        this.#failure = null
        this.#denied.forgive(nameOf(peer))
        this.#roomSignaling?.settle()
        this.#update()
      },
      onControl: (frame, from) => {
        for (const listener of [...this.#controlListeners]) listener(frame, from)
      },
      onFailed: (failure, peer) => this.#failed(attempt, failure, peer),
      onClosed: () => void attempt.destroy(),
    }
  }

  async #shakeHands(duplex: Duplex, connection: RelayPeerConnection): Promise<HandshakeResult> {
    const { log, role, signing, certificate, admit } = this.#request
    return shakeHands(duplex, {
      logId: log.ref.id,
      epoch: log.epoch,
      role,
      offerer: connection.localDescription?.type === 'offer',
      fingerprints: await fingerprintsFor(connection),
      signing,
      certificate,
      admit: async (peer) => !this.#denied.isDenied(nameOf(peer)) && (await admit(peer)),
    })
  }

  #failed(attempt: PeerAttempt, failure: ChannelFailure, peer: LivePeer | null): void {
    this.#denied.deny(attempt.remotePeerId)
    if (failure === 'interrupted') return // it went away, or refused us: it need not say
    if (failure === 'peer-refused' && peer !== null) this.#denied.deny(nameOf(peer))
    this.#setFailure(failure)
  }

  #timedOut(attempt: PeerAttempt): void {
    if (!attempt.reachedRelay) this.#unreachable()
  }

  #unreachable(): void {
    this.#deps.iceServers.forget() // perhaps it is the credentials that it does not take
    this.#setFailure('relay-unreachable')
  }

  #lost(attempt: PeerAttempt): void {
    const { remotePeerId } = attempt
    if (this.#attempts.get(remotePeerId) === attempt) this.#attempts.delete(remotePeerId)
    this.#roomSignaling?.announceLater()
    this.#update()
  }

  #setFailure(failure: LinkFailure | null): void {
    this.#failure = failure
    this.#update()
  }

  #update(): void {
    const state = this.#computeState()
    if (sameState(state, this.#state)) return
    this.#state = state
    for (const listener of [...this.#stateListeners]) listener(state)
  }

  #computeState(): LinkState {
    if (this.#closed) return { type: 'closed' }
    const phases = [...this.#attempts.values()].map(({ phase }) => phase)
    const open = phases.filter((phase) => phase.type === 'open')
    if (open[0] !== undefined) {
      return { type: 'open', peers: open.map(({ peer }) => peer), proof: open[0].proof }
    }
    if (this.#deps.signaling.state() !== 'online') return { type: 'offline' }
    if (this.#failure !== null) return { type: 'failed', failure: this.#failure }
    return { type: phases.length > 0 ? 'connecting' : 'waiting' }
  }

  #peerOpts(): object {
    const takeNext = (): RelaySettings => {
      const settings = this.#nextRelay
      this.#nextRelay = null
      if (settings === null) throw new Error('a connection that this link did not ask for')
      return settings
    }
    const { RTCSessionDescription, RTCIceCandidate } = this.#deps.platform
    return {
      trickle: true,
      channelConfig: { negotiated: true, id: 0 },
      // simple-peer fills what is missing here with a public STUN server.
      config: { iceServers: [], iceTransportPolicy: 'relay' },
      wrtc: {
        RTCPeerConnection: class extends RelayPeerConnection {
          constructor(config: RTCConfiguration) {
            super(config, takeNext())
          }
        },
        RTCSessionDescription,
        RTCIceCandidate,
      },
    }
  }

  /** Asked after an `await`, where the compiler holds the field for unchanged. */
  #isClosed(): boolean {
    return this.#closed
  }
}

async function readStats(
  connection: RelayPeerConnection,
  attempt: PeerAttempt,
): Promise<RTCStatsReport | null> {
  if (attempt.phase.type === 'closed') return null
  try {
    return await connection.getStats()
  } catch {
    return null // closed meanwhile
  }
}

/** The log could not judge (it was closed, or storage failed): nobody's fault. */
function holdBack(): Verdict {
  return { type: 'hold', reason: 'storage' }
}

function nameOf({ key }: LivePeer): string {
  return `key:${toBase64Url(key)}`
}

function sameState(left: LinkState, right: LinkState): boolean {
  if (left.type === 'open' && right.type === 'open') {
    const isSame = left.peers.every((peer, index) => peer === right.peers[index])
    return isSame && left.peers.length === right.peers.length && left.proof === right.proof
  }
  if (left.type === 'failed' && right.type === 'failed') return left.failure === right.failure
  return left.type === right.type
}
