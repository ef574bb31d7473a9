import { randomBytes, randomInt } from 'node:crypto'
import type { Socket } from 'node:net'
import { FIRST_RELAYED_PORT, LAST_RELAYED_PORT } from './allocation-table.ts'
import type { Client } from './allocation.ts'
import { Door } from './door.ts'
import type { CertificatePair } from './door.ts'
import { parseIp } from './ip-address.ts'
import type { IpAddress } from './ip-address.ts'
import { DEFAULT_LIMITS } from './limits.ts'
import type { RelayLimits } from './limits.ts'
import { StreamClients } from './stream-clients.ts'
import { familyOf } from './stun-attribute.ts'
import { TRANSACTION_BYTES } from './stun-message.ts'
import { openTcpPort } from './tcp-port.ts'
import type { TcpPort } from './tcp-port.ts'
import { TurnServer } from './turn-server.ts'
import type { TurnStats } from './turn-server.ts'
import { openUdpPort } from './udp-port.ts'
import type { UdpPort } from './udp-port.ts'

export type RelayOptions = {
  /** Address to listen on; `::` takes IPv4 too. */
  readonly host: string
  /** UDP and TCP port; 0 for any that is free for both. */
  readonly port: number
  /** Another TCP port that takes the same; for TLS where a firewall wants a port of its own. */
  readonly tlsPort?: number | null
  /** The address that clients see in relayed candidates, no name: one, or one of each family. */
  readonly publicAddress: string | readonly string[]
  /** Shared with whoever hands out credentials (`makeTurnCredential`). */
  readonly secret: string
  readonly realm: string
  /** For TLS on the TCP ports; asked at each connection. Without it TLS is cut off. */
  readonly certificate?: () => CertificatePair | null
  /** Milliseconds since 1970. */
  readonly now?: () => number
  readonly limits?: Partial<RelayLimits>
}

export type RelayStats = TurnStats & {
  /** Over TCP and TLS, however they came in. */
  readonly connections: number
  /** Not sent, since the socket was full or the system refused. */
  readonly unsentPackets: number
}

export type Relay = {
  readonly port: number
  /** 0 where there is none. */
  readonly tlsPort: number
  readonly address: string
  /** Takes a TURN connection that came in elsewhere (over TLS, too); its bytes are still to be read. */
  take(socket: Socket): void
  stats(): RelayStats
  /** Stops at once; harmless a second time. */
  close(): Promise<void>
}

/** A free UDP port may be somebody's TCP port; drawn anew so often. */
const PORT_TRIES = 16

/**
 * Starts the closed relay on one UDP and one TCP port. Rejects when a port cannot be had or
 * `publicAddress` is not an address. The rules stand in PROTOCOL.md.
 */
export async function startRelay(options: RelayOptions): Promise<Relay> {
  const relayIps = parsePublicAddresses(options.publicAddress)
  const now = options.now ?? Date.now
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const server = new TurnServer({
    relayIps,
    limits,
    gate: { secret: options.secret, realm: options.realm, nonceKey: randomBytes(32) },
    randomPort: () => randomInt(FIRST_RELAYED_PORT, LAST_RELAYED_PORT + 1),
    randomTransaction: () => randomBytes(TRANSACTION_BYTES),
    hashSeed: randomInt(2 ** 32),
  })
  let unsentPackets = 0
  const receive = (packet: Buffer, client: Client): void => {
    for (const { bytes, destination } of server.receive(packet, client, now())) {
      const isSent =
        destination.transport === 'udp'
          ? udp.send(bytes, destination)
          : streams.send(bytes, destination, destination.key === client.key)
      if (!isSent) unsentPackets++
    }
  }
  const streams = new StreamClients({
    limits,
    now,
    receive,
    left: (client) => server.leave(client, now()),
  })
  const door = new Door({
    turn: (socket) => streams.take(socket),
    certificate: options.certificate ?? (() => null),
    withinMs: limits.firstByteMs,
  })
  const { udp, tcpPorts } = await openPorts(options, {
    receive,
    lost: () => unsentPackets++,
    enter: (socket) => door.enter(socket),
  })
  const sweeping = setInterval(() => {
    server.sweep(now())
    streams.sweep((client) => server.holds(client, now()))
  }, limits.sweepMs)
  sweeping.unref()

  const close = async (): Promise<void> => {
    clearInterval(sweeping)
    const closed = [udp, ...tcpPorts].map((port) => port.close())
    door.close()
    streams.close()
    await Promise.all(closed)
  }
  let closing: Promise<void> | null = null
  return {
    port: udp.port,
    tlsPort: tcpPorts[1]?.port ?? 0,
    address: udp.address,
    take: (socket) => streams.take(socket),
    stats: () => ({ ...server.stats(), connections: streams.size, unsentPackets }),
    close: () => (closing ??= close()),
  }
}

function parsePublicAddresses(texts: string | readonly string[]): readonly IpAddress[] {
  const ips = [texts].flat().map(parseIp)
  const found = ips.filter((ip) => ip !== null)
  const hasFault = found.length === 0 || found.length < ips.length
  if (hasFault || new Set(found.map(familyOf)).size < found.length) {
    throw new TypeError('publicAddress must be an IPv4 or IPv6 address, or one of each')
  }
  return found
}

type PortDeps = {
  readonly receive: (packet: Buffer, client: Client) => void
  readonly lost: () => void
  readonly enter: (socket: Socket) => void
}
type Ports = { readonly udp: UdpPort; readonly tcpPorts: readonly TcpPort[] }

/** All of them, or none stays open. */
async function openPorts(options: RelayOptions, deps: PortDeps): Promise<Ports> {
  for (let tries = 1; ; tries++) {
    const opened: (UdpPort | TcpPort)[] = []
    try {
      const udp = await openUdpPort(options.host, options.port, deps)
      opened.push(udp)
      const tcp = await openTcpPort(options.host, udp.port, deps.enter)
      opened.push(tcp)
      const { tlsPort = null } = options
      if (tlsPort === null) return { udp, tcpPorts: [tcp] }
      return { udp, tcpPorts: [tcp, await openTcpPort(options.host, tlsPort, deps.enter)] }
    } catch (error) {
      await Promise.all(opened.map((port) => port.close()))
      if (options.port !== 0 || tries === PORT_TRIES) throw error
    }
  }
}
