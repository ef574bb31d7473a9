import { randomBytes, randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import type { RemoteInfo, Socket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { FIRST_RELAYED_PORT, LAST_RELAYED_PORT } from './allocation-table.ts'
import { parseIp } from './ip-address.ts'
import { DEFAULT_LIMITS } from './limits.ts'
import type { RelayLimits } from './limits.ts'
import { TRANSACTION_BYTES } from './stun-message.ts'
import { TurnServer } from './turn-server.ts'
import type { TurnStats } from './turn-server.ts'

export type RelayOptions = {
  /** Address to listen on; `::` takes IPv4 too. */
  readonly host: string
  /** UDP port; 0 for any free one. */
  readonly port: number
  /** The address that clients see in relayed candidates: IPv4 or IPv6, no name. */
  readonly publicAddress: string
  /** Shared with whoever hands out credentials (`makeTurnCredential`). */
  readonly secret: string
  readonly realm: string
  /** Milliseconds since 1970. */
  readonly now?: () => number
  readonly limits?: Partial<RelayLimits>
}

export type RelayStats = TurnStats & {
  /** Not sent, since the socket was full or the system refused. */
  readonly unsentPackets: number
}

export type Relay = {
  readonly port: number
  readonly address: string
  stats(): RelayStats
  /** Stops at once; harmless a second time. */
  close(): Promise<void>
}

const SWEEP_MS = 5_000
/** Wanted first; a system that allows less gets the next one asked for. */
const SOCKET_BUFFER_BYTES = [4 * 1024 * 1024, 1024 * 1024, 256 * 1024]
/** What may wait in this process when the socket is full; beyond, packets are dropped as on any link. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024

/**
 * Starts the closed relay on one UDP port. Rejects when the port cannot be had or `publicAddress` is
 * not an address. The rules stand in PROTOCOL.md.
 */
export async function startRelay(options: RelayOptions): Promise<Relay> {
  const relayIp = parseIp(options.publicAddress)
  if (relayIp === null) throw new TypeError('publicAddress must be an IPv4 or IPv6 address')
  const now = options.now ?? Date.now
  const server = new TurnServer({
    relayIp,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    gate: { secret: options.secret, realm: options.realm, nonceKey: randomBytes(32) },
    randomPort: () => randomInt(FIRST_RELAYED_PORT, LAST_RELAYED_PORT + 1),
    randomTransaction: () => randomBytes(TRANSACTION_BYTES),
    hashSeed: randomInt(2 ** 32),
  })
  const socket = await bindSocket(options.host, options.port)
  let unsentPackets = 0

  socket.on('message', (packet: Buffer, { address, port }: RemoteInfo) => {
    const client = { key: `udp ${address} ${port}`, address, port }
    for (const { bytes, destination } of server.receive(packet, client, now())) {
      if (socket.getSendQueueSize() > MAX_WAITING_BYTES) unsentPackets++
      else socket.send(bytes, destination.port, destination.address)
    }
  })
  // A datagram that the system would not send (too large, host unreachable) is a lost packet.
  socket.on('error', () => unsentPackets++)
  const sweeping = setInterval(() => server.sweep(now()), SWEEP_MS)
  sweeping.unref()

  let closing: Promise<void> | null = null
  return {
    ...boundTo(socket),
    stats: () => ({ ...server.stats(), unsentPackets }),
    close() {
      closing ??= new Promise((resolve) => {
        clearInterval(sweeping)
        socket.close(resolve)
      })
      return closing
    },
  }
}

async function bindSocket(host: string, port: number): Promise<Socket> {
  const { address, family } = await lookup(host)
  const socket = createSocket({
    type: family === 6 ? 'udp6' : 'udp4',
    // From here on every address is an IP: Node's own lookup would cost each packet a turn of the loop.
    lookup: (ip, _options, done) => done(null, ip, family),
  })
  const listening = once(socket, 'listening') // asked for first: with such a lookup it comes at once
  socket.bind(port, address)
  await listening
  growBuffer((bytes) => socket.setRecvBufferSize(bytes))
  growBuffer((bytes) => socket.setSendBufferSize(bytes))
  return socket
}

function growBuffer(set: (bytes: number) => void): void {
  for (const bytes of SOCKET_BUFFER_BYTES) {
    try {
      set(bytes)
      return
    } catch {
      // This system allows less (macOS refuses, Linux quietly gives what it allows): ask for the next.
    }
  }
}

function boundTo(socket: Socket): { port: number; address: string } {
  const { port, address } = socket.address()
  return { port, address }
}
