import type { Socket } from 'node:net'
import { createServer } from 'node:tls'
import type { Server as TlsServer, TLSSocket } from 'node:tls'

/** PEM texts that belong together. */
export type CertificatePair = { readonly cert: string; readonly key: string }

export type DoorDeps = {
  /** Takes a connection that begins like TURN; its bytes are all still to be read. */
  readonly turn: (socket: Socket) => void
  /** The pair for the next connection, `null` where TLS is not spoken. A renewed one is another object. */
  readonly certificate: () => CertificatePair | null
  /** Takes a connection that begins like neither TURN nor TLS; without it, it is cut. */
  readonly other?: (socket: Socket) => void
  /** The first byte, and the whole TLS handshake, must be there by then. */
  readonly withinMs: number
}

type Kind = 'turn' | 'tls' | 'other'

/** The first byte of a TLS record that holds a handshake (RFC 8446 §5.1). */
const TLS_HANDSHAKE = 0x16
/** STUN requests and indications begin so, with any method there is (RFC 7983 §7). No HTTP does. */
const LAST_STUN_BYTE = 0x03

/**
 * One port for TURN, TLS and HTTP: a connection's first byte decides, and decides again inside TLS.
 * Nothing is read in the deciding: whom it is given to finds every byte.
 */
export class Door {
  readonly #deps: DoorDeps
  readonly #held = new Set<Socket>()
  #tls: { readonly server: TlsServer; readonly pair: CertificatePair } | null = null
  #isClosed = false

  constructor(deps: DoorDeps) {
    this.#deps = deps
  }

  enter(socket: Socket): void {
    this.#decide(socket, (kind) => {
      const pair = kind === 'tls' ? this.#deps.certificate() : null
      if (kind === 'tls') this.#secure(socket, pair)
      else this.#give(socket, kind)
    })
  }

  /** Cuts TURN, TLS, whoever has not said yet what it wants, and all who come. Harmless a second time. */
  close(): void {
    this.#isClosed = true
    for (const socket of this.#held) socket.destroy()
  }

  #give(socket: Socket, kind: Kind): void {
    const { turn, other } = this.#deps
    if (kind === 'turn') {
      this.#hold(socket)
      turn(socket)
    } else if (kind === 'other' && other !== undefined) other(socket)
    else socket.destroy()
  }

  /** Waits for the first byte and leaves it where it was. A `data` listener would starve TLS and HTTP. */
  #decide(socket: Socket, decided: (kind: Kind) => void): void {
    if (this.#isClosed || socket.destroyed) return void socket.destroy()
    const timer = setTimeout(() => socket.destroy(), this.#deps.withinMs)
    const cut = (): void => void socket.destroy() // reset by the client: `close` follows
    const forget = (): void => {
      clearTimeout(timer)
      this.#held.delete(socket)
    }
    this.#held.add(socket)
    socket.on('error', cut)
    socket.once('close', forget)
    socket.once('readable', () => {
      forget()
      socket.off('close', forget)
      const chunk: unknown = socket.read()
      if (!Buffer.isBuffer(chunk)) return void socket.destroy() // ended without a byte
      socket.unshift(chunk)
      decided(kindOf(chunk[0]))
      socket.off('error', cut) // whom it was given to listens by now
    })
  }

  #secure(socket: Socket, pair: CertificatePair | null): void {
    if (pair === null) return void socket.destroy()
    socket.on('error', () => socket.destroy())
    this.#hold(socket)
    this.#tlsServer(pair).emit('connection', socket)
  }

  #hold(socket: Socket): void {
    this.#held.add(socket)
    socket.once('close', () => this.#held.delete(socket))
  }

  /** One for all, since session tickets are its own; who is connected keeps the older pair. */
  #tlsServer(pair: CertificatePair): TlsServer {
    if (this.#tls !== null) {
      if (this.#tls.pair !== pair) this.#tls.server.setSecureContext(pair)
      this.#tls = { server: this.#tls.server, pair }
      return this.#tls.server
    }
    const server = createServer({ ...pair, handshakeTimeout: this.#deps.withinMs })
    server.on('tlsClientError', (_error, socket: TLSSocket) => socket.destroy())
    server.on('secureConnection', (socket: TLSSocket) => {
      this.#decide(socket, (kind) => this.#give(socket, kind === 'tls' ? 'other' : kind))
    })
    this.#tls = { server, pair }
    return server
  }
}

function kindOf(first: number | undefined): Kind {
  if (first === undefined) return 'other'
  if (first <= LAST_STUN_BYTE) return 'turn'
  return first === TLS_HANDSHAKE ? 'tls' : 'other'
}
