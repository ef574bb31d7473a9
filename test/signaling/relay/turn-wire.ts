import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { randomBytes } from 'node:crypto'
import { encodeChannelData } from '../../../signaling/relay/channel-data.ts'
import { FrameReader } from '../../../signaling/relay/frame-reader.ts'
import {
  ATTRIBUTE,
  findAttribute,
  readXorAddress,
} from '../../../signaling/relay/stun-attribute.ts'
import { METHOD, parseStun } from '../../../signaling/relay/stun-message.ts'
import type { StunMessage } from '../../../signaling/relay/stun-message.ts'
import { ip } from './turn-lab.ts'
import {
  attributeText,
  channelNumber,
  codeOf,
  peerAddress,
  turnRequest,
  udpTransport,
  usernameOf,
} from './turn-request.ts'
import type { Signer } from './turn-request.ts'

/** The relay's address as the tests of real sockets name it. */
export const PUBLIC = '203.0.113.7'

/** One way to a relay: whole packets out and in, whatever carries them. */
export type Wire = {
  send(packet: Uint8Array): void
  /** The next packet, in order; rejects when the wire is cut first. */
  next(): Promise<Buffer>
  /** Resolves when the relay has cut it. */
  readonly cut: Promise<void>
  close(): void
  /** Where it is a connection. */
  readonly socket: Socket | null
}

/** Packets that have come and were not asked for yet, and who asks. */
class Inbox {
  readonly #packets: Buffer[] = []
  readonly #askers: ((packet: Buffer | null) => void)[] = []
  #isCut = false

  put(packet: Buffer): void {
    const asker = this.#askers.shift()
    if (asker === undefined) this.#packets.push(packet)
    else asker(packet)
  }

  async next(): Promise<Buffer> {
    const packet =
      this.#packets.shift() ??
      (this.#isCut ? null : await new Promise<Buffer | null>((done) => this.#askers.push(done)))
    if (packet === null) throw new Error('cut')
    return packet
  }

  cut(): void {
    this.#isCut = true
    for (const asker of this.#askers.splice(0)) asker(null)
  }
}

export async function openUdpWire(port: number, host = '127.0.0.1'): Promise<Wire> {
  const inbox = new Inbox()
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
  socket.connect(port, host)
  await once(socket, 'connect')
  socket.on('message', (packet) => inbox.put(packet))
  return {
    send: (packet) => socket.send(packet),
    next: () => inbox.next(),
    cut: new Promise(() => undefined),
    close: () => void socket.close(),
    socket: null,
  }
}

export async function openTcpWire(port: number, host = '127.0.0.1'): Promise<Wire> {
  const socket = connect({ port, host })
  await once(socket, 'connect')
  return streamWire(socket)
}

/** Trusts only `ca`. */
export async function openTlsWire(port: number, ca: string, host = '127.0.0.1'): Promise<Wire> {
  const socket = connectTls({ port, host, ca })
  await once(socket, 'secureConnect')
  return streamWire(socket)
}

function streamWire(socket: Socket): Wire {
  const inbox = new Inbox()
  const reader = new FrameReader()
  socket.setNoDelay()
  socket.on('error', () => undefined) // a reset: `close` follows
  socket.on('data', (chunk: Buffer) => {
    const frames = reader.push(chunk)
    if (frames === null) throw new Error('the relay has sent what is no TURN')
    for (const frame of frames) inbox.put(frame)
  })
  const cut = new Promise<void>((resolve) => {
    socket.once('close', () => {
      inbox.cut()
      resolve()
    })
  })
  return {
    send: (packet) => void socket.write(packet),
    next: () => inbox.next(),
    cut,
    close: () => void socket.destroy(),
    socket,
  }
}

export async function askOver(wire: Wire, packet: Uint8Array): Promise<StunMessage> {
  wire.send(packet)
  const message = parseStun(await wire.next())
  if (message === null) throw new Error('not STUN')
  return message
}

/** A client with an allocation. */
export class WireGuest {
  readonly wire: Wire
  readonly signer: Signer
  readonly relayedPort: number

  private constructor(wire: Wire, signer: Signer, relayedPort: number) {
    this.wire = wire
    this.signer = signer
    this.relayedPort = relayedPort
  }

  static async arrive(wire: Wire, id = 'guest'): Promise<WireGuest> {
    const challenge = await askOver(wire, turnRequest({ method: METHOD.allocate }))
    const nonce = attributeText(challenge, ATTRIBUTE.nonce)
    const signer = { username: usernameOf(id, Date.now()), nonce }
    const draft = { method: METHOD.allocate, attributes: [udpTransport], signer }
    const message = await askOver(wire, turnRequest(draft))
    if (codeOf(message) !== 0) throw new Error(`refused with ${codeOf(message)}`)
    const value = findAttribute(message.attributes, ATTRIBUTE.xorRelayedAddress)
    const relayed = value === null ? null : readXorAddress(value, message.transaction)
    return new WireGuest(wire, signer, relayed?.port ?? 0)
  }

  async bind(number: number, peer: WireGuest): Promise<number> {
    const transaction = randomBytes(12)
    const attributes = [
      channelNumber(number),
      peerAddress(ip(PUBLIC), peer.relayedPort, transaction),
    ]
    const draft = { method: METHOD.channelBind, attributes, transaction, signer: this.signer }
    return codeOf(await askOver(this.wire, turnRequest(draft)))
  }

  /** By channel; padded, as a stream wants it and UDP allows it. */
  say(number: number, data: Uint8Array): void {
    const packet = encodeChannelData(number, data)
    this.wire.send(Buffer.concat([packet, Buffer.alloc(-packet.length & 3)]))
  }
}
