import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { AddressAccount } from './address-account.ts'
import { Connection, type ConnectionDeps } from './connection.ts'
import { isAllowedOrigin, type OriginRules } from './origins.ts'
import { CLOSE } from './protocol.ts'

export const SIGNAL_PATH = '/signal'

export type SocketsDeps = ConnectionDeps & {
  readonly origins: OriginRules
  readonly accountOf: (request: IncomingMessage) => AddressAccount
}

/** Every WebSocket of the service: lets them in, keeps their heartbeat, and closes them in the end. */
export class Sockets {
  readonly #deps: SocketsDeps
  readonly #server: WebSocketServer
  readonly #connections = new Set<Connection>()
  readonly #heartbeat: NodeJS.Timeout
  #emptied: (() => void) | null = null
  #draining = false

  constructor(deps: SocketsDeps) {
    this.#deps = deps
    const options = {
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: deps.limits.frameBytes,
      maxFragments: deps.limits.fragments,
      closeTimeout: deps.limits.closeMs,
    }
    this.#server = new WebSocketServer(options)
    this.#heartbeat = setInterval(() => this.#beat(), deps.limits.heartbeatMs)
  }

  /** Answers an HTTP upgrade: a socket at `/signal` for an allowed origin while there is room. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const account = this.#deps.accountOf(request)
    const refusal = this.#refusal(request, account)
    if (refusal !== null) {
      this.#deps.counts.refused++
      return refuse(stream, refusal)
    }
    this.#server.handleUpgrade(request, stream, head, (socket) => {
      const connection = new Connection(socket, account, this.#deps)
      this.#connections.add(connection)
      this.#deps.counts.opened++
      socket.on('close', (code) => {
        this.#deps.counts.close(code)
        this.#connections.delete(connection)
        if (this.#connections.size === 0) this.#emptied?.()
      })
    })
  }

  /**
   * Lets nobody in, and tells every socket that the service restarts, each at a moment of its own: they
   * come again somewhere, and must not all come at once. Resolves when all are closed, `closeMs` after
   * the last of these moments at the latest.
   */
  async close(): Promise<void> {
    this.#draining = true
    clearInterval(this.#heartbeat)
    if (this.#connections.size === 0) return
    const emptied = new Promise<void>((resolve) => (this.#emptied = resolve))
    const { drainMs, drainMsPerSocket } = this.#deps.limits
    const spanMs = Math.min(drainMs, this.#connections.size * drainMsPerSocket)
    for (const connection of this.#connections) {
      setTimeout(() => connection.close(CLOSE.goingAway), this.#share() * spanMs).unref()
    }
    await emptied
  }

  /** A random part of one. */
  #share(): number {
    const [high = 0, low = 0] = this.#deps.random(2)
    return (high * 256 + low) / 65_536
  }

  get size(): number {
    return this.#connections.size
  }

  #refusal({ url, headers }: IncomingMessage, account: AddressAccount): Refusal | null {
    const { limits, origins } = this.#deps
    if (url?.split('?', 1)[0] !== SIGNAL_PATH) return '404 Not Found'
    if (!isAllowedOrigin(headers.origin, headers.host, origins)) return '403 Forbidden'
    if (this.#draining) return '503 Service Unavailable'
    if (!account.arrive()) return '429 Too Many Requests'
    const most = account.isInGoodStanding ? limits.sockets : limits.socketsForAll
    return this.#connections.size < most ? null : '503 Service Unavailable'
  }

  #beat(): void {
    for (const connection of this.#connections) connection.beat()
  }
}

type Refusal =
  '404 Not Found' | '403 Forbidden' | '429 Too Many Requests' | '503 Service Unavailable'

function refuse(stream: Duplex, status: Refusal): void {
  stream.on('error', () => stream.destroy())
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
    stream.destroy(),
  )
}
