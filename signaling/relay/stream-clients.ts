import type { Socket } from 'node:net'
import type { Client } from './allocation.ts'
import { quotaSource } from './ip-address.ts'
import type { StreamLimits } from './limits.ts'
import { StreamClient } from './stream-client.ts'

export type StreamClientsDeps = {
  readonly limits: StreamLimits
  readonly now: () => number
  readonly receive: (packet: Buffer, client: Client) => void
  /** Its connection has ended, and so has its 5-tuple. */
  readonly left: (client: Client) => void
}

/** Every TURN connection over TCP or TLS, however it came in. */
export class StreamClients {
  readonly #deps: StreamClientsDeps
  readonly #byKey = new Map<string, StreamClient>()
  readonly #perAddress = new Map<string, number>()
  #count = 0
  #waitingBytes = 0

  constructor(deps: StreamClientsDeps) {
    this.#deps = deps
  }

  get size(): number {
    return this.#byKey.size
  }

  /** Takes a connection whose first bytes are still to be read. Beyond the caps it is cut. */
  take(socket: Socket): void {
    const { limits, now, receive, left } = this.#deps
    const { remoteAddress: address, remotePort: port } = socket
    if (address === undefined || port === undefined) return void socket.destroy() // gone already
    const source = quotaSource(address)
    const ofSource = this.#perAddress.get(source) ?? 0
    if (this.size >= limits.connections || ofSource >= limits.connectionsPerAddress) {
      return void socket.destroy()
    }
    // A number and not the port: the next connection from there is another 5-tuple.
    const client = { key: `tcp ${this.#count++}`, transport: 'tcp', address, port } as const
    this.#perAddress.set(source, ofSource + 1)
    const stream = new StreamClient({
      socket: socket.setNoDelay(),
      client,
      bounds: limits,
      now,
      events: {
        packet: (packet) => receive(packet, client),
        closed: () => {
          this.#forget(client.key, source)
          left(client)
        },
      },
    })
    this.#byKey.set(client.key, stream)
  }

  /** False when it is dropped. */
  send(bytes: Uint8Array, to: Client, isAnswer: boolean): boolean {
    const { length } = bytes
    if (!isAnswer && this.#waitingBytes + length > this.#deps.limits.queuedBytes) return false
    const stream = this.#byKey.get(to.key)
    const isSent = stream?.send(bytes, isAnswer, () => (this.#waitingBytes -= length)) ?? false
    if (isSent) this.#waitingBytes += length
    return isSent
  }

  /** Cuts those whose time is over; the caller comes round every few seconds. */
  sweep(hasAllocation: (client: Client) => boolean): void {
    const now = this.#deps.now()
    for (const stream of this.#byKey.values()) stream.check(hasAllocation(stream.client), now)
  }

  close(): void {
    for (const stream of this.#byKey.values()) stream.close()
  }

  #forget(key: string, source: string): void {
    this.#byKey.delete(key)
    const left = (this.#perAddress.get(source) ?? 0) - 1
    if (left > 0) this.#perAddress.set(source, left)
    else this.#perAddress.delete(source)
  }
}
