import type { IncomingMessage, RequestListener, Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { Door, type DoorDeps } from './relay/door.ts'

/** A host and port that may be told in an answer; anything else in `Host` is not repeated. */
const HOST = /^(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?$/i

/**
 * Puts the door before an HTTP server that listens: TURN goes to the relay, TLS is unwrapped, and
 * HTTP reaches the server as if nothing stood there.
 */
export function openDoorOf(server: Server, deps: Omit<DoorDeps, 'other'>): Door {
  const listeners = server.listeners('connection')
  server.removeAllListeners('connection')
  const door = new Door({
    ...deps,
    other: (socket) => {
      for (const listener of listeners) Reflect.apply(listener, server, [socket])
    },
  })
  server.on('connection', (socket: Socket) => door.enter(socket))
  return door
}

export const isOverTls = (request: IncomingMessage): boolean => request.socket instanceof TLSSocket

/** Answers what came over TLS with `handler`, and sends all else to the same place over https. */
export function overTlsOnly(
  handler: RequestListener,
  publicOrigin: string | null,
): RequestListener {
  return (request, response) => {
    if (isOverTls(request)) return handler(request, response)
    const { host = '' } = request.headers
    const origin = publicOrigin ?? (HOST.test(host) ? `https://${host}` : null)
    const path = request.url?.startsWith('/') === true ? request.url : '/'
    if (origin === null) response.writeHead(400)
    else response.writeHead(308, { Location: `${origin}${path}` })
    response.end()
  }
}

/** A WebSocket over plain HTTP where TLS is to be had: no browser is sent elsewhere by an upgrade. */
export function refusePlainUpgrade(stream: Duplex): void {
  stream.on('error', () => stream.destroy())
  stream.end(
    'HTTP/1.1 426 Upgrade Required\r\nUpgrade: TLS/1.2\r\nConnection: Upgrade, close\r\nContent-Length: 0\r\n\r\n',
    () => stream.destroy(),
  )
}
