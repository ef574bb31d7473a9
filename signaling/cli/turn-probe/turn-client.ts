import { longTermKey, type TurnCredential } from '../../relay/credentials.ts'
import type { TransportAddress } from '../../relay/ip-address.ts'
import {
  ATTRIBUTE,
  findAttribute,
  readText,
  readXorAddress,
  type StunAttribute,
  writeUint32,
  writeXorAddress,
} from '../../relay/stun-attribute.ts'
import {
  encodeStun,
  METHOD,
  parseStun,
  type StunMessage,
  TRANSACTION_BYTES,
  verifyIntegrity,
} from '../../relay/stun-message.ts'
import { openWire, type PacketWire, type WireDeps } from './packet-wire.ts'
import { repeat, Transactions } from './transactions.ts'
import { TurnFault } from './turn-fault.ts'
import type { TurnPlace } from './turn-place.ts'

export type TurnClientDeps = WireDeps & { readonly random: (length: number) => Uint8Array }

export type Allocated = {
  readonly relayed: TransportAddress
  /** Where the relay sees this client. */
  readonly mapped: TransportAddress
}

/** What a Data indication brought. */
export type PeerData = { readonly peer: TransportAddress; readonly data: Uint8Array }

type Challenge = { readonly realm: string; readonly nonce: string; readonly key: Uint8Array }

const UDP_TRANSPORT = Uint8Array.of(17, 0, 0, 0)
/** A challenge, then a nonce that has run out meanwhile; a third one is no honest server's. */
const MAX_CHALLENGES = 2
/** Sent by whoever does not know the password: their answers are not signed (RFC 8489 §9.2.4). */
const UNSIGNED_CODES: ReadonlySet<number> = new Set([400, 401, 438])

/**
 * One client of a TURN server (RFC 8656), as much of it as a proof needs. Every method rejects with
 * a `TurnFault`, at the latest when `signal` ends.
 */
export class TurnClient {
  readonly #wire: PacketWire
  readonly #credential: TurnCredential
  readonly #deps: TurnClientDeps
  readonly #transactions: Transactions
  readonly #takers: Set<(data: PeerData) => void>
  #challenge: Challenge | null = null

  private constructor(
    wire: PacketWire,
    credential: TurnCredential,
    deps: TurnClientDeps,
    inward: Pick<Inward, 'transactions' | 'takers'>,
  ) {
    this.#wire = wire
    this.#credential = credential
    this.#deps = deps
    this.#transactions = inward.transactions
    this.#takers = inward.takers
  }

  static async open(
    place: TurnPlace,
    credential: TurnCredential,
    deps: TurnClientDeps,
  ): Promise<TurnClient> {
    const inward = makeInward(deps.signal)
    const wire = await openWire(place, inward, deps)
    return new TurnClient(wire, credential, deps, inward)
  }

  /** Where the server sees this client. */
  async binding(): Promise<TransportAddress> {
    const message = await this.#ask(METHOD.binding, () => [], null)
    return addressOf(message, ATTRIBUTE.xorMappedAddress)
  }

  async allocate(): Promise<Allocated> {
    const transport = { type: ATTRIBUTE.requestedTransport, value: UDP_TRANSPORT }
    const message = await this.#askSigned(METHOD.allocate, () => [transport])
    return {
      relayed: addressOf(message, ATTRIBUTE.xorRelayedAddress),
      mapped: addressOf(message, ATTRIBUTE.xorMappedAddress),
    }
  }

  async permit(peer: TransportAddress): Promise<void> {
    await this.#askSigned(METHOD.createPermission, (transaction) => [
      peerAddress(peer, transaction),
    ])
  }

  /** Gives the allocation back. */
  async release(): Promise<void> {
    const none = { type: ATTRIBUTE.lifetime, value: writeUint32(0) }
    await this.#askSigned(METHOD.refresh, () => [none])
  }

  /** Sends `data` to the peer, again and again where it may be lost, until what is returned is called. */
  keepSending(peer: TransportAddress, data: Uint8Array): () => void {
    const transaction = this.#deps.random(TRANSACTION_BYTES)
    const attributes = [peerAddress(peer, transaction), { type: ATTRIBUTE.data, value: data }]
    const draft = { class: 'indication', method: METHOD.send, transaction, attributes } as const
    const packet = encodeStun(draft)
    return repeat(this.#wire, () => this.#wire.send(packet))
  }

  /** Listens to what other allocations send; returns what ends it. */
  onData(taker: (data: PeerData) => void): () => void {
    this.#takers.add(taker)
    return () => void this.#takers.delete(taker)
  }

  /** Twice is harmless. */
  close(): void {
    this.#transactions.end(new TurnFault({ type: 'cut' }))
    this.#wire.close()
  }

  /** Meets the server's challenges (RFC 8489 §9.2.5). */
  async #askSigned(
    method: number,
    attributesFor: (transaction: Uint8Array) => readonly StunAttribute[],
  ): Promise<StunMessage> {
    for (let challenges = 0; ; challenges++) {
      const signedBy = this.#challenge
      try {
        return await this.#ask(method, attributesFor, signedBy)
      } catch (error) {
        if (!(error instanceof Challenged)) throw error
        const isNews = signedBy === null || error.reason.code === 438
        const challenge = this.#read(error.answer)
        if (!isNews || challenge === null || challenges === MAX_CHALLENGES) {
          throw new TurnFault(error.reason)
        }
        this.#challenge = challenge
      }
    }
  }

  async #ask(
    method: number,
    attributesFor: (transaction: Uint8Array) => readonly StunAttribute[],
    signedBy: Challenge | null,
  ): Promise<StunMessage> {
    const transaction = this.#deps.random(TRANSACTION_BYTES)
    const attributes = [
      ...attributesFor(transaction),
      ...(signedBy === null ? [] : identify(this.#credential.username, signedBy)),
    ]
    const sign = signedBy === null ? null : ({ key: signedBy.key, algorithm: 'sha1' } as const)
    const draft = { class: 'request', method, transaction, attributes, sign } as const
    const question = { transaction, packet: encodeStun(draft) }
    const answer = await this.#transactions.ask(this.#wire, question, (message) => {
      return message.method === method && isBelieved(message, signedBy)
    })
    if (answer.class === 'success') return answer
    const code = errorCodeOf(answer)
    if (code === 401 || code === 438) throw new Challenged(code, answer)
    throw new TurnFault({ type: 'refused', code })
  }

  #read({ attributes }: StunMessage): Challenge | null {
    const realm = readText(findAttribute(attributes, ATTRIBUTE.realm) ?? new Uint8Array())
    const nonce = readText(findAttribute(attributes, ATTRIBUTE.nonce) ?? new Uint8Array())
    if (realm === null || nonce === null || nonce === '') return null
    const { username, credential } = this.#credential
    return { realm, nonce, key: longTermKey(username, realm, credential) }
  }
}

/** A 401 or 438: there is something to sign anew. */
class Challenged extends Error {
  readonly reason: { readonly type: 'refused'; readonly code: 401 | 438 }
  readonly answer: StunMessage

  constructor(code: 401 | 438, answer: StunMessage) {
    super('challenged')
    this.reason = { type: 'refused', code }
    this.answer = answer
  }
}

type Inward = {
  readonly transactions: Transactions
  readonly takers: Set<(data: PeerData) => void>
  readonly packet: (packet: Buffer) => void
  readonly lost: (fault: TurnFault) => void
}

function makeInward(signal: AbortSignal): Inward {
  const transactions = new Transactions(signal)
  const takers: Inward['takers'] = new Set()
  const packet = (bytes: Buffer): void => {
    if (transactions.take(bytes)) return
    const data = parseData(bytes)
    if (data !== null) for (const take of takers) take(data)
  }
  return { transactions, takers, packet, lost: (fault) => transactions.end(fault) }
}

/** A Data indication (RFC 8656 §11.4), or `null`. */
function parseData(packet: Uint8Array): PeerData | null {
  const message = parseStun(packet)
  if (message?.class !== 'indication' || message.method !== METHOD.data) return null
  const data = findAttribute(message.attributes, ATTRIBUTE.data)
  const value = findAttribute(message.attributes, ATTRIBUTE.xorPeerAddress)
  const peer = value === null ? null : readXorAddress(value, message.transaction)
  return data === null || peer === null ? null : { peer, data }
}

/** An answer to a signed question is signed, too: anyone else could have sent it (RFC 8489 §9.2.5). */
function isBelieved(message: StunMessage, signedBy: Challenge | null): boolean {
  if (signedBy === null) return true
  if (message.integrity !== null) return verifyIntegrity(message.integrity, signedBy.key)
  return message.class === 'error' && UNSIGNED_CODES.has(errorCodeOf(message))
}

function identify(username: string, { realm, nonce }: Challenge): readonly StunAttribute[] {
  return [
    { type: ATTRIBUTE.username, value: Buffer.from(username) },
    { type: ATTRIBUTE.realm, value: Buffer.from(realm) },
    { type: ATTRIBUTE.nonce, value: Buffer.from(nonce) },
  ]
}

function peerAddress(peer: TransportAddress, transaction: Uint8Array): StunAttribute {
  return { type: ATTRIBUTE.xorPeerAddress, value: writeXorAddress(peer, transaction) }
}

function addressOf(message: StunMessage, type: number): TransportAddress {
  const value = findAttribute(message.attributes, type)
  const address = value === null ? null : readXorAddress(value, message.transaction)
  if (address === null) throw new TurnFault({ type: 'garbled' })
  return address
}

/** 0 when it names none. */
function errorCodeOf({ attributes }: StunMessage): number {
  const value = findAttribute(attributes, ATTRIBUTE.errorCode)
  return ((value?.[2] ?? 0) & 0x07) * 100 + (value?.[3] ?? 0)
}
