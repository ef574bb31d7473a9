import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { seededRandom } from '../helpers/seeded-random.ts'
import { DelayLine } from './delay-line.ts'
import type { Directions } from './udp-proxy.ts'

const HOST = '127.0.0.1'

/** What is done to a direction's bytes. TCP has neither loss nor another order: only time and ends. */
export type StreamFaults = {
  readonly delayMs: number
  readonly jitterMs: number
  /** Bytes vanish while the connection stays: a dead network that nobody has noticed. */
  readonly silent: boolean
}

export type StreamCounts = {
  readonly bytes: number
  readonly delayedChunks: number
  readonly swallowedBytes: number
}

export type TcpProxy = {
  readonly port: number
  change(faults: Partial<Directions<Partial<StreamFaults>>>): void
  counts(): Directions<StreamCounts> & { readonly refused: number; readonly cut: number }
  /** Ends every connection and refuses new ones, until `restore`. */
  cut(): void
  restore(): void
  /** Connections that pass through now. */
  open(): number
  close(): Promise<void>
}

class Direction {
  faults: StreamFaults = { delayMs: 0, jitterMs: 0, silent: false }
  counts: StreamCounts = { bytes: 0, delayedChunks: 0, swallowedBytes: 0 }
  readonly #random: () => number

  constructor(random: () => number) {
    this.#random = random
  }

  /** Lets `from` flow into `to`. */
  join(from: Socket, to: Socket): void {
    const line = new DelayLine<() => void>((run) => run())
    from.on('data', (chunk) => {
      const { delayMs, jitterMs, silent } = this.faults
      const { bytes, delayedChunks, swallowedBytes } = this.counts
      if (silent) {
        this.counts = { ...this.counts, swallowedBytes: swallowedBytes + chunk.length }
        return
      }
      const waitMs = delayMs + this.#random() * jitterMs
      this.counts = {
        swallowedBytes,
        bytes: bytes + chunk.length,
        delayedChunks: delayedChunks + (waitMs > 0 ? 1 : 0),
      }
      line.push(() => to.write(chunk), waitMs, true)
    })
    from.on('end', () => line.push(() => to.end(), 0, true))
    to.on('close', () => line.clear())
    from.on('error', () => to.destroy())
    from.on('close', () => {
      if (line.waiting === 0) to.destroy()
      else line.push(() => to.destroy(), 0, true)
    })
  }
}

/** A TCP port that passes connections on to another, and delays, swallows or cuts them when told. */
export async function startTcpProxy(options: {
  readonly targetPort: number
  readonly seed: number
}): Promise<TcpProxy> {
  const up = new Direction(seededRandom(options.seed))
  const down = new Direction(seededRandom(options.seed + 1))
  const sockets = new Set<Socket>()
  let isCut = false
  let refused = 0
  let cutConnections = 0

  const server = createServer({ allowHalfOpen: true }, (near) => {
    if (isCut) {
      refused++
      near.destroy()
      return
    }
    const far = connect({ host: HOST, port: options.targetPort, allowHalfOpen: true })
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
    }
    up.join(near, far)
    down.join(far, near)
  })
  server.listen(0, HOST)
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')

  function endAll(): void {
    for (const socket of sockets) socket.destroy()
  }

  let closing: Promise<void> | null = null
  return {
    port: address.port,
    change(faults) {
      up.faults = { ...up.faults, ...faults.up }
      down.faults = { ...down.faults, ...faults.down }
    },
    counts: () => ({ up: up.counts, down: down.counts, refused, cut: cutConnections }),
    cut() {
      isCut = true
      cutConnections += sockets.size / 2
      endAll()
    },
    restore() {
      isCut = false
    },
    open: () => sockets.size / 2,
    close() {
      closing ??= new Promise((resolve) => {
        server.close(() => resolve())
        endAll()
      })
      return closing
    },
  }
}
