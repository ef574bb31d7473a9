import type { SigningPublicKey } from '@hamsa/crypto'
import type * as Y from 'yjs'
import type { Clock, Random } from '../clock.ts'
import { replicaOf } from '../conversation/replica.ts'
import { Listeners } from '../listeners.ts'
import { backOffMs } from './back-off.ts'
import { encodeControl } from './control-codec.ts'
import type { ControlFrame } from './control-frame.ts'
import type { FileLane } from './file-lane.ts'
import type { IceServer, IceServers } from './ice-servers.ts'
import { LinkStatus } from './link-status.ts'
import type { Link, LinkRequest, LinkState, LivePeer, OpenLink } from './link.ts'
import { PeerTable } from './peer-table.ts'
import type { RtcPlatform, UnloadTarget } from './platform.ts'
import { openQuietRoom, type QuietRoom } from './quiet-provider.ts'
import { relayTagOf, type RelayTag } from './relay-tag.ts'
import { RoomSignaling } from './room-signaling.ts'
import type { Signaling } from './signaling.ts'
import { TopicClaims } from './topic-claims.ts'

export type WebrtcLinkDeps = {
  readonly signaling: Signaling
  readonly iceServers: IceServers
  readonly platform: RtcPlatform
  readonly unloadTarget: UnloadTarget
  readonly clock: Clock
  readonly random: Random
}

/** Links over y-webrtc and simple-peer, relayed; each carries one epoch. PROTOCOL.md has the rules. */
export function makeWebrtcLinks(deps: WebrtcLinkDeps): OpenLink {
  const claims = new TopicClaims()
  return (request) => new WebrtcLink(request, deps, claims)
}

class WebrtcLink implements Link {
  readonly #request: LinkRequest
  readonly #deps: WebrtcLinkDeps
  readonly #doc: Y.Doc
  readonly #relayTag: RelayTag
  readonly #status: LinkStatus
  readonly #controlListeners = new Listeners<[ControlFrame, LivePeer]>()
  readonly #peers: PeerTable
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
    this.#relayTag = relayTagOf(request.roomKey)
    this.#status = new LinkStatus(() => ({
      closed: this.#closed,
      signaling: deps.signaling.state(),
      attempts: this.#peers.phases(),
    }))
    this.#peers = new PeerTable({
      ...deps,
      request,
      doc: this.#doc,
      status: this.#status,
      relay: () => this.#relay(),
      room: () => (this.#closed ? null : this.#room),
      onOpen: () => this.#roomSignaling?.settle(),
      onControl: (frame, from) => this.#controlListeners.notify(frame, from),
      onLost: () => this.#roomSignaling?.announceLater(),
    })
    this.#endWatch = deps.signaling.subscribe((state) => {
      this.#status.update()
      // The service that is back gives relays too.
      if (state === 'online' && this.#cancelRelayTry !== null) void this.#begin()
    })
    this.#status.update()
    void this.#start(claims)
  }

  state(): LinkState {
    return this.#status.state
  }

  subscribe(listener: (state: LinkState) => void): () => void {
    return this.#status.subscribe(listener)
  }

  send(frame: ControlFrame, to?: SigningPublicKey): void {
    this.#peers.send(encodeControl(frame), to)
  }

  onControl(listener: (frame: ControlFrame, from: LivePeer) => void): () => void {
    return this.#controlListeners.subscribe(listener)
  }

  files(to: SigningPublicKey): FileLane | null {
    return this.#peers.files(to)
  }

  wake(): void {
    if (this.#closed) return
    this.#deps.signaling.wake()
    this.#relayTries = 0
    if (this.#cancelRelayTry !== null) void this.#begin()
    this.#peers.wake()
    this.#roomSignaling?.wake()
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
    void this.#deps.iceServers.get(this.#relayTag, this.#request.inbox) // on its way while the room's key is made: `#begin` finds it there
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
      peerOpts: this.#peers.peerOpts,
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
      peers: this.#peers,
    })
  }

  #beginLater(): void {
    if (this.#closed) return
    this.#cancelRelayTry?.() // asked twice meanwhile: one of them goes on
    const delayMs = backOffMs(this.#relayTries++, this.#deps.random)
    this.#cancelRelayTry = this.#deps.clock.after(delayMs, () => void this.#begin())
  }

  async #relay(): Promise<readonly IceServer[] | null> {
    const { iceServers } = this.#deps
    const servers = await iceServers.get(this.#relayTag, this.#request.inbox)
    if (servers === null) {
      this.#status.fail(iceServers.isUnknownShop() ? 'unknown-shop' : 'no-relay')
    } else {
      this.#status.recover('no-relay')
      this.#status.recover('unknown-shop')
    }
    return servers
  }

  /** Asked after an `await`, where the compiler holds the field for unchanged. */
  #isClosed(): boolean {
    return this.#closed
  }
}
