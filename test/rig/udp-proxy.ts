import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { seededRandom } from '../helpers/seeded-random.ts'
import { DelayLine } from './delay-line.ts'
import { Fates, type FaultCounts, type PacketFaults } from './faults.ts'

const HOST = '127.0.0.1'

/** Up goes to the service, down comes from it. */
export type Directions<T> = { readonly up: T; readonly down: T }

export type UdpProxy = {
  readonly port: number
  /** Takes effect at once, for packets that are still to come. */
  change(faults: Partial<Directions<Partial<PacketFaults>>>): void
  counts(): Directions<FaultCounts>
  /**
   * As when the clients leave their network for another: the ports they use now lead nowhere any
   * more, either way; new ones do.
   */
  strand(): void
  /** As when a NAT forgets its clients: to the service all of them come from new ports. */
  rebind(): void
  /** Where new packets go from now on. */
  retarget(port: number): void
  close(): Promise<void>
}

/**
 * A UDP port that passes packets on to another and does to them what it is told. As behind a NAT,
 * each client has a socket of its own on the far side.
 */
export async function startUdpProxy(options: {
  readonly targetPort: number
  readonly seed: number
  /** Told of every packet, either way, before anything is done to it. */
  readonly overhear?: (packet: Uint8Array) => void
}): Promise<UdpProxy> {
  let { targetPort } = options
  const fates = {
    up: new Fates(seededRandom(options.seed)),
    down: new Fates(seededRandom(options.seed + 1)),
  }
  const lines = {
    up: new DelayLine<() => void>((send) => send()),
    down: new DelayLine<() => void>((send) => send()),
  }
  const near = createSocket('udp4')
  const far = new Map<string, Socket>()
  /** Of clients whose network is gone, and of ports that were given up: closed at the end, for nobody may get their ports. */
  const stranded = new Set<string>()
  const given: Socket[] = []
  let isClosed = false

  function pass(direction: 'up' | 'down', send: () => void): void {
    for (const { delayMs, inTurn } of fates[direction].next().copies) {
      lines[direction].push(send, delayMs, inTurn)
    }
  }

  function rebind(): void {
    for (const socket of far.values()) given.push(socket.removeAllListeners('message'))
    far.clear()
  }

  function farSocketOf(address: string, port: number): Socket {
    const name = `${address}:${port}`
    const known = far.get(name)
    if (known !== undefined) return known
    const socket = createSocket('udp4')
    far.set(name, socket)
    socket.on('error', () => undefined) // the service is down: a lost packet
    socket.on('message', (packet) => {
      options.overhear?.(packet)
      pass('down', () => {
        if (!isClosed) near.send(packet, port, address)
      })
    })
    return socket
  }

  near.on('error', () => undefined) // the client is gone: a lost packet
  near.on('message', (packet, { address, port }) => {
    options.overhear?.(packet)
    if (stranded.has(`${address}:${port}`)) return
    const socket = farSocketOf(address, port)
    pass('up', () => {
      if (!isClosed) socket.send(packet, targetPort, HOST)
    })
  })
  near.bind(0, HOST)
  await once(near, 'listening')

  return {
    port: near.address().port,
    change({ up, down }) {
      fates.up.change(up ?? {})
      fates.down.change(down ?? {})
    },
    counts: () => ({ up: fates.up.counts, down: fates.down.counts }),
    strand() {
      for (const name of far.keys()) stranded.add(name)
      rebind()
    },
    rebind,
    retarget(port) {
      targetPort = port
    },
    async close() {
      if (isClosed) return
      isClosed = true
      lines.up.clear()
      lines.down.clear()
      await Promise.all([near, ...given, ...far.values()].map(closeSocket))
    },
  }
}

function closeSocket(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()))
}
