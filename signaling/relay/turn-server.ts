import { AllocationTable } from './allocation-table.ts'
import type { Allocation, Client, Owner } from './allocation.ts'
import { AnswerMemory } from './answer-memory.ts'
import { authenticate } from './authentication.ts'
import type { Gatekeeper } from './authentication.ts'
import {
  encodeChannelData,
  isChannelData,
  parseChannelHeader,
  renumberChannelData,
} from './channel-data.ts'
import type { IpAddress } from './ip-address.ts'
import type { RelayLimits } from './limits.ts'
import { makeNonce } from './nonce.ts'
import {
  ATTRIBUTE,
  findAttribute,
  readXorAddress,
  unknownTypes,
  writeErrorCode,
  writeUnknownAttributes,
  writeXorAddress,
} from './stun-attribute.ts'
import type { StunAttribute } from './stun-attribute.ts'
import { ERROR_REASON } from './stun-error.ts'
import { encodeStun, parseStun } from './stun-message.ts'
import type { StunMessage } from './stun-message.ts'
import {
  allocate,
  bindingReply,
  channelBind,
  createPermission,
  refresh,
  refuse,
  relayedPeer,
} from './turn-requests.ts'
import type { RelayState, Reply } from './turn-requests.ts'

/** What is to be sent, and to whom. */
export type Outgoing = { readonly bytes: Uint8Array; readonly destination: Client }

/** Counters since the start, and what is held now; they name nobody. */
export type RelayStats = {
  readonly allocations: number
  readonly relayedPackets: number
  readonly relayedBytes: number
  /** Dropped by an allocation's bandwidth cap. */
  readonly throttledPackets: number
  /** Dropped for want of an allocation, a permission, a channel or a live peer. */
  readonly unwantedPackets: number
  /** Neither STUN nor ChannelData, or nothing this server does. */
  readonly malformedPackets: number
  readonly refusedRequests: number
}

/** Methods (RFC 8489 §18.2, RFC 8656 §17). */
export const METHOD = {
  binding: 0x001,
  allocate: 0x003,
  refresh: 0x004,
  send: 0x006,
  data: 0x007,
  createPermission: 0x008,
  channelBind: 0x009,
} as const

/** Requests that need a credential. */
const GUARDED: ReadonlySet<number> = new Set([
  METHOD.allocate,
  METHOD.refresh,
  METHOD.createPermission,
  METHOD.channelBind,
])

/**
 * The closed relay without its socket: packets in, at most one packet out for each. It knows no
 * clock and no randomness but what it is given. The rules stand in PROTOCOL.md.
 */
export class TurnServer {
  readonly #state: RelayState
  readonly #gate: Gatekeeper
  readonly #randomTransaction: () => Uint8Array
  readonly #answers = new AnswerMemory()
  readonly #counts = {
    relayedPackets: 0,
    relayedBytes: 0,
    throttledPackets: 0,
    unwantedPackets: 0,
    malformedPackets: 0,
    refusedRequests: 0,
  }

  constructor(of: {
    readonly relayIp: IpAddress
    readonly limits: RelayLimits
    readonly gate: Gatekeeper
    /** Draws a relayed port, unpredictably. */
    readonly randomPort: () => number
    /** Draws the 12 bytes that name a Data indication. */
    readonly randomTransaction: () => Uint8Array
  }) {
    const table = new AllocationTable(of.limits, of.randomPort)
    this.#state = { table, relayIp: of.relayIp, limits: of.limits }
    this.#gate = of.gate
    this.#randomTransaction = of.randomTransaction
  }

  stats(): RelayStats {
    return { allocations: this.#state.table.size, ...this.#counts }
  }

  /** Frees what has run out; the caller comes round every few seconds. */
  sweep(now: number): void {
    this.#state.table.sweep(now)
  }

  /**
   * Takes one packet: one datagram, or one whole message of a stream. `packet` is the server's from
   * then on: ChannelData is sent on in the very same bytes.
   */
  receive(packet: Buffer, client: Client, now: number): Outgoing | null {
    const first = packet[0]
    if (first === undefined || client.port === 0) return this.#drop('malformedPackets') // port 0: forged
    if (isChannelData(first)) return this.#relayChannelData(packet, client, now)
    const message = parseStun(packet)
    if (message === null) return this.#drop('malformedPackets')
    if (message.class === 'request') return this.#answer(message, client, now)
    if (message.class === 'indication' && message.method === METHOD.send) {
      return this.#relaySend(message, client, now)
    }
    return this.#drop('malformedPackets')
  }

  #answer(message: StunMessage, client: Client, now: number): Outgoing | null {
    if (message.method === METHOD.binding) {
      const unknown = unknownAttributes(message)
      return this.#reply(message, client, null, unknown ?? bindingReply(message, client))
    }
    if (!GUARDED.has(message.method)) return this.#drop('malformedPackets')
    const held = this.#state.table.ofClient(client.key, now)
    const verdict = authenticate(message, client, this.#gate, held, now)
    if (verdict.type === 'refused') {
      const challenge = verdict.code === 400 ? [] : this.#challenge(client, now)
      return this.#reply(message, client, null, { ...verdict, attributes: challenge })
    }
    const { owner } = verdict
    const unknown = unknownAttributes(message)
    if (unknown !== null) return this.#reply(message, client, owner, unknown)
    const remembered = this.#answers.recall(client.key, message.transaction, now)
    if (remembered !== null) return { bytes: remembered, destination: client }

    const reply = this.#carryOut(message, client, owner, held, now)
    const outgoing = this.#reply(message, client, owner, reply)
    if (reply.type === 'success' && changesOnce(message.method)) {
      this.#answers.remember(client.key, message.transaction, outgoing.bytes, now)
    }
    return outgoing
  }

  #carryOut(
    message: StunMessage,
    client: Client,
    owner: Owner,
    held: Allocation | null,
    now: number,
  ): Reply {
    const request = { message, client, owner, now }
    if (message.method === METHOD.allocate) return allocate(this.#state, request)
    if (held === null) return refuse(437)
    if (held.owner.username !== owner.username) return refuse(441)
    held.lastUsedAt = now
    if (message.method === METHOD.refresh) return refresh(this.#state, request, held)
    if (message.method === METHOD.channelBind) return channelBind(this.#state, request, held)
    return createPermission(this.#state, request, held)
  }

  #reply(message: StunMessage, client: Client, owner: Owner | null, reply: Reply): Outgoing {
    if (reply.type === 'refused') this.#counts.refusedRequests++
    const algorithm = message.integrity?.algorithm ?? 'sha1'
    const bytes = encodeStun({
      class: reply.type === 'success' ? 'success' : 'error',
      method: message.method,
      transaction: message.transaction,
      attributes: reply.type === 'success' ? reply.attributes : errorAttributes(reply),
      sign: owner === null ? null : { key: owner.key, algorithm },
      fingerprint: message.hasFingerprint,
    })
    return { bytes, destination: client }
  }

  #challenge(client: Client, now: number): StunAttribute[] {
    const nonce = makeNonce(this.#gate.nonceKey, client.key, now)
    return [
      { type: ATTRIBUTE.realm, value: Buffer.from(this.#gate.realm) },
      { type: ATTRIBUTE.nonce, value: Buffer.from(nonce) },
    ]
  }

  /** The path that nearly every packet takes. */
  #relayChannelData(packet: Buffer, client: Client, now: number): Outgoing | null {
    const header = parseChannelHeader(packet)
    if (header === null) return this.#drop('malformedPackets')
    const sender = this.#state.table.ofClient(client.key, now)
    const peer = sender?.peerOf(header.number, now) ?? null
    if (sender === null || peer === null) return this.#drop('unwantedPackets')
    if (!this.#mayPass(sender, peer, header.dataBytes, now)) return null
    const channel = peer.channelTo(sender, now)
    const bytes =
      channel === null
        ? this.#dataIndication(sender, packet.subarray(4, 4 + header.dataBytes))
        : renumberChannelData(packet, header, channel)
    return { bytes, destination: peer.client }
  }

  #relaySend(message: StunMessage, client: Client, now: number): Outgoing | null {
    const { attributes, transaction } = message
    const address = findAttribute(attributes, ATTRIBUTE.xorPeerAddress)
    const data = findAttribute(attributes, ATTRIBUTE.data)
    if (address === null || data === null || unknownTypes(attributes).length > 0) {
      return this.#drop('malformedPackets')
    }
    const sender = this.#state.table.ofClient(client.key, now)
    const peer = relayedPeer(this.#state, readXorAddress(address, transaction), now)
    if (sender === null || peer === null || !sender.permits(peer, now)) {
      return this.#drop('unwantedPackets')
    }
    if (!this.#mayPass(sender, peer, data.length, now)) return null
    const channel = peer.channelTo(sender, now)
    const bytes =
      channel === null ? this.#dataIndication(sender, data) : encodeChannelData(channel, data)
    return { bytes, destination: peer.client }
  }

  /** A peer hears only whom it has permitted, and at no more than the sender's share. */
  #mayPass(sender: Allocation, peer: Allocation, dataBytes: number, now: number): boolean {
    if (!peer.isLive(now) || !peer.permits(sender, now)) {
      this.#counts.unwantedPackets++
      return false
    }
    if (!sender.take(dataBytes, now)) {
      this.#counts.throttledPackets++
      return false
    }
    sender.lastUsedAt = now
    peer.lastUsedAt = now
    this.#counts.relayedPackets++
    this.#counts.relayedBytes += dataBytes
    return true
  }

  #dataIndication(sender: Allocation, data: Uint8Array): Uint8Array {
    const transaction = this.#randomTransaction()
    const from = { ip: this.#state.relayIp, port: sender.relayedPort }
    return encodeStun({
      class: 'indication',
      method: METHOD.data,
      transaction,
      attributes: [
        { type: ATTRIBUTE.xorPeerAddress, value: writeXorAddress(from, transaction) },
        { type: ATTRIBUTE.data, value: data },
      ],
    })
  }

  #drop(counter: 'malformedPackets' | 'unwantedPackets'): null {
    this.#counts[counter]++
    return null
  }
}

/** Carrying these out twice is not the same as once: their answers are remembered. */
function changesOnce(method: number): boolean {
  return method === METHOD.allocate || method === METHOD.refresh
}

function unknownAttributes(message: StunMessage): Reply | null {
  const types = unknownTypes(message.attributes)
  if (types.length === 0) return null
  const value = writeUnknownAttributes(types)
  const attributes = [{ type: ATTRIBUTE.unknownAttributes, value }]
  return { type: 'refused', code: 420, attributes }
}

function errorAttributes(reply: Extract<Reply, { type: 'refused' }>): StunAttribute[] {
  const value = writeErrorCode(reply.code, ERROR_REASON[reply.code])
  return [{ type: ATTRIBUTE.errorCode, value }, ...(reply.attributes ?? [])]
}
