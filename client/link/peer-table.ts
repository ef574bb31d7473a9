import { equalBytes, toBase64Url, type SigningPublicKey } from '@hamsa/crypto'
import * as Y from 'yjs'
import type { Clock, Random } from '../clock.ts'
import type { Verdict } from '../conversation/log.ts'
import type { ControlFrame } from './control-frame.ts'
import { AttemptVoice } from './attempt-voice.ts'
import { DenyList } from './deny-list.ts'
import type { FileLane } from './file-lane.ts'
import { GuardedChannel, type ChannelFailure, type ChannelGuard } from './guarded-channel.ts'
import { shakeHands, type Duplex, type HandshakeResult } from './handshake.ts'
import type { IceServer, IceServers } from './ice-servers.ts'
import type { LinkStatus } from './link-status.ts'
import type { LinkRequest, LivePeer } from './link.ts'
import { PeerAttempt, type AttemptPhase } from './peer-attempt.ts'
import { PeerOptions } from './peer-options.ts'
import type { RtcPlatform } from './platform.ts'
import type { QuietRoom } from './quiet-provider.ts'
import type { RelayEvents, RelayPeerConnection } from './relay-peer-connection.ts'
import { proveRelay } from './relay-proof.ts'
import { fingerprintsFor } from './remote-certificate.ts'
import type { RoomPeers } from './room-signaling.ts'
import type { Signaling } from './signaling.ts'

/** Devices of one shop and one shopper, with room for a reload that is not noticed yet. */
const MAX_CONVERSATION_PEERS = 6
const MAX_ROOM_PEERS = 24

/** What the table asks of its link, and tells it. */
export type PeerTableSettings = {
  readonly request: LinkRequest
  /** The log's document. */
  readonly doc: Y.Doc
  readonly status: Pick<LinkStatus, 'fail' | 'recover' | 'update'>
  readonly signaling: Pick<Signaling, 'publish'>
  readonly iceServers: Pick<IceServers, 'forget'>
  readonly platform: RtcPlatform
  readonly clock: Clock
  readonly random: Random
  /** Relays for one connection; `null` when there is none. */
  readonly relay: () => Promise<readonly IceServer[] | null>
  /** `null` before the room is there, and once the link is closed. */
  readonly room: () => Pick<QuietRoom, 'connectTo' | 'key'> | null
  readonly onOpen: () => void
  readonly onControl: (frame: ControlFrame, from: LivePeer) => void
  readonly onLost: () => void
}

/** Whom one link is connected with: makes each connection, guards it, and keeps who was refused. */
export class PeerTable implements RoomPeers {
  readonly #settings: PeerTableSettings
  readonly #attempts = new Map<string, PeerAttempt>()
  readonly #denied: DenyList
  readonly #options: PeerOptions

  constructor(settings: PeerTableSettings) {
    this.#settings = settings
    this.#denied = new DenyList(settings.clock)
    this.#options = new PeerOptions(settings.platform)
  }

  /** simple-peer's options, for the room that makes the connections. */
  get peerOpts(): object {
    return this.#options.options
  }

  phases(): readonly AttemptPhase[] {
    return [...this.#attempts.values()].map(({ phase }) => phase)
  }

  /** An encoded control frame, to every open peer or to the one with this key. */
  send(bytes: Uint8Array, to?: SigningPublicKey): void {
    for (const { channel, phase } of this.#attempts.values()) {
      if (phase.type !== 'open' || (to !== undefined && !equalBytes(phase.peer.key, to))) continue
      channel?.sendControl(bytes)
    }
  }

  /** For files, to the open peer with this key. */
  files(to: SigningPublicKey): FileLane | null {
    for (const { channel, phase } of this.#attempts.values()) {
      if (phase.type === 'open' && equalBytes(phase.peer.key, to)) return channel?.fileLane ?? null
    }
    return null
  }

  /** Asks every open peer for a sign of life. */
  wake(): void {
    for (const { channel } of this.#attempts.values()) channel?.wake()
  }

  find(remotePeerId: string): PeerAttempt | undefined {
    return this.#attempts.get(remotePeerId)
  }

  ids(): readonly string[] {
    return [...this.#attempts.keys()]
  }

  admits(remotePeerId: string): boolean {
    return !this.#denied.isDenied(remotePeerId)
  }

  async connect(initiator: boolean, remotePeerId: string): Promise<PeerAttempt | null> {
    const { request, status, signaling, platform, clock, random } = this.#settings
    const iceServers = await this.#settings.relay()
    const room = this.#settings.room()
    if (iceServers === null || room === null) return null
    const limit = request.log.ref.kind === 'conversation' ? MAX_CONVERSATION_PEERS : MAX_ROOM_PEERS
    if (this.#attempts.size >= limit || this.#attempts.has(remotePeerId)) return null
    if (this.#denied.isDenied(remotePeerId)) return null

    const voice = new AttemptVoice({
      key: room.key,
      publish: (data) => void signaling.publish(request.topic, data),
      clock,
      random,
    })
    const publisher = { send: ({ data }: { data: unknown }) => voice.send(data) }
    const attempt = new PeerAttempt(
      {
        remotePeerId,
        initiator,
        clock,
        random,
        voice,
        connect: () => room.connectTo(publisher, initiator, remotePeerId),
        onTimeout: (late) => this.#timedOut(late),
        onClosed: (lost) => this.#lost(lost),
      },
      (starting) => {
        this.#options.prepare({ platform, iceServers, events: this.#relayEvents(starting) })
      },
    )
    this.#attempts.set(remotePeerId, attempt)
    status.update()
    return attempt
  }

  #relayEvents(attempt: PeerAttempt): RelayEvents {
    return {
      wrapChannels: (raw, connection) => {
        attempt.channel = new GuardedChannel(raw, this.#guard(attempt, connection))
        return attempt.channel
      },
      onRelayReached: () => {
        attempt.reachedRelay = true
        this.#settings.status.recover('relay-unreachable')
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
    const { request, doc, status, clock, random } = this.#settings
    return {
      clock,
      random,
      proveRelay: () => proveRelay(() => readStats(connection, attempt), clock),
      shakeHands: (duplex) => this.#shakeHands(duplex, connection),
      judge: (update) => request.log.receive(update).catch(holdBack),
      stateVector: () => Y.encodeStateVector(doc),
      onConnected: () => {
        attempt.phase = { type: 'connected' }
        attempt.unwatch()
      },
      onOpen: (peer, proof) => {
        attempt.settle(peer, proof)
        status.recover('any')
        this.#denied.forgive(nameOf(peer))
        this.#settings.onOpen()
      },
      onControl: (frame, from) => {
        this.#settings.onControl(frame, from)
      },
      onFailed: (failure, peer) => this.#failed(attempt, failure, peer),
      onClosed: () => void attempt.destroy(),
    }
  }

  async #shakeHands(duplex: Duplex, connection: RelayPeerConnection): Promise<HandshakeResult> {
    const { log, role, signing, certificate, admit } = this.#settings.request
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
    this.#settings.status.fail(failure)
  }

  #timedOut(attempt: PeerAttempt): void {
    if (!attempt.reachedRelay) this.#unreachable()
  }

  #unreachable(): void {
    this.#settings.iceServers.forget() // perhaps it is the credentials that it does not take
    this.#settings.status.fail('relay-unreachable')
  }

  #lost(attempt: PeerAttempt): void {
    const { remotePeerId } = attempt
    if (this.#attempts.get(remotePeerId) === attempt) this.#attempts.delete(remotePeerId)
    this.#settings.onLost()
    this.#settings.status.update()
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

/** The log could not judge: nobody's fault. */
function holdBack(): Verdict {
  return { type: 'hold', reason: 'closed' }
}

function nameOf({ key }: LivePeer): string {
  return `key:${toBase64Url(key)}`
}
