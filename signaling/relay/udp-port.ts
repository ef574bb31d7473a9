import { createSocket } from 'node:dgram'
import type { RemoteInfo, Socket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import type { Client } from './allocation.ts'

export type UdpPort = {
  readonly port: number
  readonly address: string
  /** False when it is dropped, since the socket is full. */
  send(bytes: Uint8Array, to: Client): boolean
  /** Stops at once; once only. */
  close(): Promise<void>
}

export type UdpPortDeps = {
  readonly receive: (packet: Buffer, client: Client) => void
  /** The system refused a datagram (too large, host unreachable): a lost packet. */
  readonly lost: () => void
}

/** Wanted first; a system that allows less gets the next one asked for. */
const SOCKET_BUFFER_BYTES = [4 * 1024 * 1024, 1024 * 1024, 256 * 1024]
/** What may wait in this process when the socket is full; beyond, packets are dropped as on any link. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024

/** Binds one UDP port; rejects with Node's error when it cannot be had. `::` takes IPv4 too. */
export async function openUdpPort(host: string, port: number, deps: UdpPortDeps): Promise<UdpPort> {
  const socket = await bindSocket(host, port)
  socket.on('message', (packet: Buffer, { address, port: from }: RemoteInfo) => {
    deps.receive(packet, { key: `udp ${address} ${from}`, transport: 'udp', address, port: from })
  })
  socket.on('error', deps.lost)
  const bound = socket.address()
  return {
    port: bound.port,
    address: bound.address,
    send(bytes, to) {
      if (socket.getSendQueueSize() > MAX_WAITING_BYTES) return false
      socket.send(bytes, to.port, to.address)
      return true
    },
    close: () => new Promise((resolve) => void socket.close(resolve)),
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
