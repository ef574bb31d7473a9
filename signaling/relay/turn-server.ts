import { AllocationTable } from './allocation-table.ts'
import type { Allocation, Client, Owner } from './allocation.ts'
import { AnswerMemory } from './answer-memory.ts'
import { authenticate } from './authentication.ts'
import type { Gatekeeper } from './authentication.ts'
import { ChallengeBudget } from './challenge-budget.ts'
import { isChannelData } from './channel-data.ts'
import { DataPath } from './data-path.ts'
import type { DataCounts, Outgoing } from './data-path.ts'
import { quotaSource } from './ip-address.ts'
import type { IpAddress } from './ip-address.ts'
import type { RelayLimits } from './limits.ts'
import { makeNonce } from './nonce.ts'
import {
  ATTRIBUTE,
  unknownTypes,
  writeErrorCode,
  writeUnknownAttributes,
} from './stun-attribute.ts'
import type { StunAttribute } from './stun-attribute.ts'
import { ERROR_REASON } from './stun-error.ts'
import { encodeStun, METHOD, parseStun } from './stun-message.ts'
import type { StunMessage } from './stun-message.ts'
import {
  allocate,
  bindingReply,
  channelBind,
  createPermission,
  refresh,
  refuse,
} from './turn-requests.ts'
import type { RelayState, Reply, TurnRequest } from './turn-requests.ts'

/** What is held now, and counters since the start; they name nobody. */
export type TurnStats = DataCounts & {
  readonly allocations: number
  /** Allocations prolonged or ended by who holds them. */
  readonly refreshes: number
  readonly refusedRequests: number
  /** Neither STUN nor ChannelData, or nothing this server does. */
  readonly malformedPackets: number
  /** Left without an answer, since their source has had its share without a credential. */
  readonly unansweredRequests: number
}

/** Requests that need a credential. */
const GUARDED: ReadonlySet<number> = new Set([
  METHOD.allocate,
  METHOD.refresh,
  METHOD.createPermission,
  METHOD.channelBind,
])

const NOTHING: readonly Outgoing[] = []

/**
 * The closed relay without its socket: a packet in, packets out. It knows no clock and no
 * randomness but what it is given. The rules stand in PROTOCOL.md.
 */
export class TurnServer {
  readonly #state: RelayState
  readonly #gate: Gatekeeper
  readonly #data: DataPath
  readonly #answers = new AnswerMemory()
  readonly #challenges: ChallengeBudget
  #refreshes = 0
  #refusedRequests = 0
  #malformedPackets = 0
  #unansweredRequests = 0

  constructor(of: {
    /** One, or one of each family. */
    readonly relayIps: readonly IpAddress[]
    readonly limits: RelayLimits
    readonly gate: Gatekeeper
    /** Draws a relayed port, unpredictably. */
    readonly randomPort: () => number
    /** Draws the 12 bytes that name a Data indication. */
    readonly randomTransaction: () => Uint8Array
    /** 32 random bits. */
    readonly hashSeed: number
  }) {
    const table = new AllocationTable(of.limits, of.randomPort)
    this.#state = { table, relayIps: of.relayIps, limits: of.limits }
    this.#gate = of.gate
    this.#data = new DataPath(this.#state, of.randomTransaction)
    this.#challenges = new ChallengeBudget(of.limits.challengesPerSecond, of.hashSeed)
  }

  stats(): TurnStats {
    return {
      allocations: this.#state.table.size,
      ...this.#data.counts(),
      refreshes: this.#refreshes,
      refusedRequests: this.#refusedRequests,
      malformedPackets: this.#malformedPackets,
      unansweredRequests: this.#unansweredRequests,
    }
  }

  /** Frees what has run out; the caller comes round every few seconds. */
  sweep(now: number): void {
    this.#state.table.sweep(now)
  }

  /** Whether the client has an allocation. */
  holds(client: Client, now: number): boolean {
    return this.#state.table.ofClient(client.key, now) !== null
  }

  /** The client's connection has ended, and with it its allocation. */
  leave(client: Client, now: number): void {
    const held = this.#state.table.ofClient(client.key, now)
    if (held !== null) this.#state.table.close(held)
  }

  /**
   * Takes one packet: one datagram, or one whole message of a stream. `packet` is the server's from
   * then on: ChannelData is sent on in the very same bytes.
   */
  receive(packet: Buffer, client: Client, now: number): readonly Outgoing[] {
    const first = packet[0]
    if (first === undefined || client.port === 0) return this.#malformed() // nobody sends from port 0
    if (isChannelData(first)) return this.#passed(this.#data.fromChannel(packet, client, now))
    const message = parseStun(packet)
    if (message?.class === 'request') return this.#answer(message, client, now)
    if (message?.class === 'indication' && message.method === METHOD.send) {
      return this.#passed(this.#data.fromIndication(message, client, now))
    }
    return this.#malformed()
  }

  #passed(outcome: Outgoing | null | 'malformed'): readonly Outgoing[] {
    if (outcome === 'malformed') return this.#malformed()
    return outcome === null ? NOTHING : [outcome]
  }

  #answer(message: StunMessage, client: Client, now: number): readonly Outgoing[] {
    if (message.method === METHOD.binding) {
      const reply = unknownAttributes(message) ?? bindingReply(message, client)
      return this.#replyToStranger(message, client, reply, now)
    }
    if (!GUARDED.has(message.method)) return this.#malformed()
    const held = this.#state.table.ofClient(client.key, now)
    const verdict = authenticate(message, client, this.#gate, held, now)
    if (verdict.type === 'refused') {
      const challenge = verdict.code === 400 ? [] : this.#challenge(client, now)
      return this.#replyToStranger(message, client, { ...verdict, attributes: challenge }, now)
    }
    const { owner } = verdict
    const unknown = unknownAttributes(message)
    if (unknown !== null) return [this.#reply(message, client, owner, unknown)]
    const remembered = this.#answers.recall(client.key, message.transaction, now)
    if (remembered !== null) return [{ bytes: remembered, destination: client }]

    const reply = this.#carryOut({ message, client, owner, now }, held)
    const answer = this.#reply(message, client, owner, reply)
    if (reply.type === 'refused') return [answer]
    if (message.method === METHOD.refresh) this.#refreshes++
    if (changesOnce(message.method)) {
      this.#answers.remember(client.key, message.transaction, answer.bytes, now)
    }
    if (held === null || reply.permitted === undefined) return [answer]
    return [answer, ...this.#data.released(held, reply.permitted, now)]
  }

  #carryOut(request: TurnRequest, held: Allocation | null): Reply {
    const { method } = request.message
    if (method === METHOD.allocate) return allocate(this.#state, request)
    if (held === null) return refuse(437)
    if (held.owner.username !== request.owner.username) return refuse(441)
    held.lastUsedAt = request.now
    if (method === METHOD.refresh) return refresh(this.#state, request, held)
    if (method === METHOD.channelBind) return channelBind(this.#state, request, held)
    return createPermission(this.#state, request, held)
  }

  #replyToStranger(
    message: StunMessage,
    client: Client,
    reply: Reply,
    now: number,
  ): readonly Outgoing[] {
    // A connection's source cannot be forged: it spends its own share, not that of its address.
    const source = client.transport === 'udp' ? quotaSource(client.address) : client.key
    if (this.#challenges.take(source, now)) {
      return [this.#reply(message, client, null, reply)]
    }
    this.#unansweredRequests++
    return NOTHING
  }

  #reply(message: StunMessage, client: Client, owner: Owner | null, reply: Reply): Outgoing {
    if (reply.type === 'refused') this.#refusedRequests++
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

  #malformed(): readonly Outgoing[] {
    this.#malformedPackets++
    return NOTHING
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
  return {
    type: 'refused',
    code: 420,
    attributes: [{ type: ATTRIBUTE.unknownAttributes, value }],
  }
}

function errorAttributes(reply: Extract<Reply, { type: 'refused' }>): StunAttribute[] {
  const value = writeErrorCode(reply.code, ERROR_REASON[reply.code])
  return [{ type: ATTRIBUTE.errorCode, value }, ...(reply.attributes ?? [])]
}
