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
import { LinkStatus } from './link-status.ts'
import type { IceServer, IceServers } from './ice-servers.ts'
import type { Link, LinkRequest, LinkState, LivePeer, OpenLink } from './link.ts'
import { Listeners } from '../listeners.ts'
import { PeerAttempt } from './peer-attempt.ts'
import { PeerOptions } from './peer-options.ts'
import type { Clock, Random } from '../clock.ts'
import type { RtcPlatform, UnloadTarget } from './platform.ts'
import { openQuietRoom, type QuietRoom } from './quiet-provider.ts'
import type { RelayEvents, RelayPeerConnection } from './relay-peer-connection.ts'
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
  readonly #status: LinkStatus
  readonly #controlListeners = new Listeners<[ControlFrame, LivePeer]>()
  readonly #peers: PeerOptions
  readonly #endWatch: () => void
  #room: QuietRoom | null = null
  #roomSignaling: RoomSignaling | null = null
  #relayTries = 0
  #cancelRelayTry: (() => void) | null = null
  #closed = false

  constructor(request: LinkRequest, deps: WebrtcLinkDeps, claims: TopicClaims) {
    this.#request = request
    this.#deps = deps
    this.#doc = replicaOf(request.log)
    this.#denied = new DenyList(deps.clock)
    this.#peers = new PeerOptions(deps.platform)
    this.#status = new LinkStatus(() => ({
      closed: this.#closed,
      signaling: deps.signaling.state(),
      attempts: [...this.#attempts.values()].map(({ phase }) => phase),
    }))
    this.#endWatch = deps.signaling.subscribe(() => this.#status.update())
    this.#status.update()
    void this.#start(claims)
  }

  state(): LinkState {
    return this.#status.state
  }

  subscribe(listener: (state: LinkState) => void): () => void {
    return this.#status.subscribe(listener)
  }

  send(frame: ControlFrame): void {
    const bytes = encodeControl(frame)
    for (const { channel } of this.#attempts.values()) channel?.sendControl(bytes)
  }

  onControl(listener: (frame: ControlFrame, from: LivePeer) => void): () => void {
    return this.#controlListeners.subscribe(listener)
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
    this.#status.update()
    this.#status.clear()
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
      peerOpts: this.#peers.options,
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
    if (servers === null) this.#status.fail('no-relay')
    else this.#status.recover('no-relay')
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
        this.#peers.prepare({ platform, iceServers, events: this.#relayEvents(starting) })
      },
    )
    this.#attempts.set(remotePeerId, attempt)
    this.#status.update()
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
        this.#status.recover('relay-unreachable')
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
        this.#status.recover('any')
        this.#denied.forgive(nameOf(peer))
        this.#roomSignaling?.settle()
      },
      onControl: (frame, from) => {
        this.#controlListeners.notify(frame, from)
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
      admit: async (peer) =>
        !this.#denied.isDenied(nameOf(peer)) && (await admit(peer).catch(refuseForNow)),
    })
  }

  #failed(attempt: PeerAttempt, failure: ChannelFailure, peer: LivePeer | null): void {
    this.#denied.deny(attempt.remotePeerId)
    if (failure === 'interrupted') return // it went away, or refused us: it need not say
    if (failure === 'peer-refused' && peer !== null) this.#denied.deny(nameOf(peer))
    this.#status.fail(failure)
  }

  #timedOut(attempt: PeerAttempt): void {
    if (!attempt.reachedRelay) this.#unreachable()
  }

  #unreachable(): void {
    this.#deps.iceServers.forget() // perhaps it is the credentials that it does not take
    this.#status.fail('relay-unreachable')
  }

  #lost(attempt: PeerAttempt): void {
    const { remotePeerId } = attempt
    if (this.#attempts.get(remotePeerId) === attempt) this.#attempts.delete(remotePeerId)
    this.#roomSignaling?.announceLater()
    this.#status.update()
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

/** Who decides could not (its storage failed): nobody is let in on that. */
function refuseForNow(): boolean {
  return false
}

/** The log could not judge (it was closed, or storage failed): nobody's fault. */
function holdBack(): Verdict {
  return { type: 'hold', reason: 'storage' }
}

function nameOf({ key }: LivePeer): string {
  return `key:${toBase64Url(key)}`
}
