import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import type { AddressAccount, Guest } from './address-account.ts'
import type { AddressLedger } from './address-ledger.ts'
import { clientAddress, type TrustedProxies } from './client-address.ts'

/**
 * Who comes to an HTTP server: gives each request the account of its address, and lets connections
 * that ask for nothing make room for others of theirs. What comes through a trusted proxy is the
 * proxy's to count until a request names its sender.
 */
export class Newcomers {
  readonly #ledger: AddressLedger
  readonly #proxies: TrustedProxies
  readonly #silent = new WeakMap<Socket, () => void>()

  constructor(ledger: AddressLedger, proxies: TrustedProxies) {
    this.#ledger = ledger
    this.#proxies = proxies
  }

  watch(server: Server): void {
    server.on('connection', (socket: Socket) => this.#meet(socket))
    server.on('request', ({ socket }) => this.#heard(socket))
    server.on('upgrade', ({ socket }) => this.#heard(socket))
  }

  accountOf({ socket, headers }: IncomingMessage): AddressAccount {
    const hops = { remote: socket.remoteAddress, forwardedFor: headers['x-forwarded-for'] }
    return this.#ledger.accountOf(clientAddress(hops, this.#proxies))
  }

  #meet(socket: Socket): void {
    const address = socket.remoteAddress ?? ''
    if (this.#proxies.has(address)) return
    const account = this.#ledger.accountOf(address)
    const guest: Guest = { makeRoom: () => socket.destroy() }
    this.#silent.set(socket, () => account.leave(guest))
    socket.once('close', () => this.#heard(socket))
    account.wait(guest)
  }

  #heard(socket: Socket): void {
    this.#silent.get(socket)?.()
    this.#silent.delete(socket)
  }
}
