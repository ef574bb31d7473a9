import { randomBytes, randomInt } from 'node:crypto'
import type { Client } from '../../../signaling/relay/allocation.ts'
import type { Outgoing } from '../../../signaling/relay/data-path.ts'
import { parseIp } from '../../../signaling/relay/ip-address.ts'
import { DEFAULT_LIMITS } from '../../../signaling/relay/limits.ts'
import type { RelayLimits } from '../../../signaling/relay/limits.ts'
import {
  ATTRIBUTE,
  findAttribute,
  readUint32,
  readXorAddress,
} from '../../../signaling/relay/stun-attribute.ts'
import type { StunAttribute } from '../../../signaling/relay/stun-attribute.ts'
import { encodeStun, METHOD, parseStun } from '../../../signaling/relay/stun-message.ts'
import type { StunMessage } from '../../../signaling/relay/stun-message.ts'
import { TurnServer } from '../../../signaling/relay/turn-server.ts'
import {
  attributeText,
  channelNumber,
  codeOf,
  peerAddress,
  REALM,
  SECRET,
  turnRequest,
  udpTransport,
  usernameOf,
} from './turn-request.ts'
import type { Signer } from './turn-request.ts'

export const RELAY_ADDRESS = '203.0.113.7'
const START = Date.UTC(2026, 0, 1)

/** The relay without a socket, on a clock that the test turns. */
export class TurnLab {
  now = START
  readonly server: TurnServer
  /** Relayed ports that chance is to draw next. */
  readonly luck: number[] = []
  #nextPort = 40_000

  constructor(limits: Partial<RelayLimits> = {}, ...addresses: readonly string[]) {
    this.server = new TurnServer({
      relayIps: (addresses.length === 0 ? [RELAY_ADDRESS] : addresses).map(ip),
      limits: { ...DEFAULT_LIMITS, ...limits },
      gate: { secret: SECRET, realm: REALM, nonceKey: randomBytes(32) },
      randomPort: () => this.luck.shift() ?? randomInt(1024, 65_536),
      randomTransaction: () => randomBytes(12),
      hashSeed: randomInt(2 ** 32),
    })
  }

  /** A client that has no allocation yet. */
  visitor(id = 'someone', address = '198.51.100.1'): LabClient {
    return new LabClient(this, id, address, this.#nextPort++)
  }

  /** A client with an allocation. */
  guest(id?: string, address?: string): LabClient {
    const client = this.visitor(id, address)
    const code = codeOf(client.allocate())
    if (code !== 0) throw new Error(`refused with ${code}`)
    return client
  }

  /** Two clients that have permitted each other. */
  pair(): [LabClient, LabClient] {
    const [left, right] = [this.guest(), this.guest()]
    left.permit(right)
    right.permit(left)
    return [left, right]
  }
}

export class LabClient {
  readonly client: Client
  username: string
  relayedPort = 0
  readonly #lab: TurnLab
  #nonce = ''

  constructor(lab: TurnLab, id: string, address: string, port: number) {
    this.#lab = lab
    this.client = { key: `${address} ${port}`, transport: 'udp', address, port }
    this.username = usernameOf(id, lab.now)
  }

  get signer(): Signer {
    if (this.#nonce === '') {
      const challenge = this.answer(turnRequest({ method: METHOD.allocate }))
      this.#nonce = attributeText(challenge, ATTRIBUTE.nonce)
    }
    return { username: this.username, nonce: this.#nonce }
  }

  forgetNonce(): void {
    this.#nonce = ''
  }

  /** What comes of it; the answer, if it has one, is the first. */
  sendAll(packet: Buffer): readonly Outgoing[] {
    return this.#lab.server.receive(packet, this.client, this.#lab.now)
  }

  send(packet: Buffer): Outgoing | null {
    return this.sendAll(packet)[0] ?? null
  }

  answer(packet: Buffer): StunMessage {
    const outgoing = this.send(packet)
    const message = outgoing === null ? null : parseStun(outgoing.bytes)
    if (message === null) throw new Error('no answer')
    if (outgoing?.destination.key !== this.client.key) throw new Error('answered somebody else')
    return message
  }

  /** A signed request. */
  ask(
    method: number,
    attributes: readonly StunAttribute[] = [],
    signer: Partial<Signer> = {},
  ): StunMessage {
    return this.answer(turnRequest({ method, attributes, signer: { ...this.signer, ...signer } }))
  }

  allocate(...more: readonly StunAttribute[]): StunMessage {
    const message = this.ask(METHOD.allocate, [udpTransport, ...more])
    const relayed = findAttribute(message.attributes, ATTRIBUTE.xorRelayedAddress)
    if (relayed !== null) {
      this.relayedPort = readXorAddress(relayed, message.transaction)?.port ?? 0
    }
    return message
  }

  permit(...peers: readonly LabClient[]): number {
    return this.permitAddresses(peers.map(({ relayedPort }) => [RELAY_ADDRESS, relayedPort]))
  }

  permitAddresses(peers: readonly (readonly [string, number])[]): number {
    return codeOf(this.answer(this.permission(peers)))
  }

  /** A CreatePermission. */
  permission(peers: readonly (readonly [string, number])[]): Buffer {
    const transaction = randomBytes(12)
    const attributes = peers.map(([host, port]) => peerAddress(ip(host), port, transaction))
    const signer = this.signer
    return turnRequest({ method: METHOD.createPermission, attributes, transaction, signer })
  }

  bind(number: number, peer: LabClient): number {
    return this.bindAddress(number, RELAY_ADDRESS, peer.relayedPort)
  }

  bindAddress(number: number, host: string, port: number): number {
    const transaction = randomBytes(12)
    const attributes = [channelNumber(number), peerAddress(ip(host), port, transaction)]
    const signer = this.signer
    const method = METHOD.channelBind
    return codeOf(this.answer(turnRequest({ method, attributes, transaction, signer })))
  }

  /** A Send indication. */
  sendTo(
    port: number,
    data: Uint8Array,
    more: readonly StunAttribute[] = [],
    address = RELAY_ADDRESS,
  ): Outgoing | null {
    const transaction = randomBytes(12)
    const attributes = [
      peerAddress(ip(address), port, transaction),
      { type: ATTRIBUTE.data, value: data },
      ...more,
    ]
    const draft = { class: 'indication', method: METHOD.send, transaction, attributes } as const
    return this.send(Buffer.from(encodeStun(draft)))
  }
}

export function ip(text: string): Uint8Array {
  const parsed = parseIp(text)
  if (parsed === null) throw new Error(`${text} is no address`)
  return parsed
}

export function grantedSeconds(message: StunMessage): number {
  const value = findAttribute(message.attributes, ATTRIBUTE.lifetime)
  return value === null ? NaN : (readUint32(value) ?? NaN)
}
