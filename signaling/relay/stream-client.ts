import type { Duplex } from 'node:stream'
import type { Client } from './allocation.ts'
import { isChannelData } from './channel-data.ts'
import { FrameReader } from './frame-reader.ts'
import type { StreamBounds } from './limits.ts'

export type StreamEvents = {
  readonly packet: (packet: Buffer, client: StreamClient) => void
  /** Once, whoever ended it. */
  readonly closed: (client: StreamClient) => void
}

/**
 * One TURN connection over TCP or TLS. What it sends beyond the bounds cuts it; what it does not read
 * is dropped.
 */
export class StreamClient {
  readonly client: Client
  readonly #socket: Duplex
  readonly #bounds: StreamBounds
  readonly #reader = new FrameReader()
  #frameSince: number | null = null
  #strangerSince: number | null
  #isCorked = false

  constructor(of: {
    readonly socket: Duplex
    readonly client: Client
    readonly bounds: StreamBounds
    readonly now: () => number
    readonly events: StreamEvents
  }) {
    const { socket, now, events } = of
    this.client = of.client
    this.#socket = socket
    this.#bounds = of.bounds
    this.#strangerSince = now()
    socket.on('error', () => socket.destroy()) // reset by the client: `close` follows
    socket.once('close', () => events.closed(this))
    socket.once('end', () => socket.destroy())
    socket.on('data', (chunk: Buffer) => {
      const frames = this.#reader.push(chunk)
      if (frames === null) return this.close()
      if (!this.#reader.isWithinFrame) this.#frameSince = null
      else if (frames.length > 0 || this.#frameSince === null) this.#frameSince = now()
      for (const frame of frames) events.packet(frame, this)
    })
  }

  /**
   * False when it is dropped. An answer of our own still goes where data would not. `done`: it waits
   * no more, sent or not; never within this call.
   */
  send(bytes: Uint8Array, isAnswer: boolean, done: () => void): boolean {
    const room = this.#bounds.queuedBytesPerConnection * (isAnswer ? 2 : 1)
    if (this.#socket.destroyed || this.#socket.writableLength + bytes.length > room) return false
    this.#cork()
    this.#socket.write(padded(bytes), done)
    return true
  }

  /** Looks at its times; closes it when one is over. */
  check(hasAllocation: boolean, now: number): void {
    const { frameMs, withoutAllocationMs } = this.#bounds
    this.#strangerSince = hasAllocation ? null : (this.#strangerSince ?? now)
    const isSlow = this.#frameSince !== null && now - this.#frameSince >= frameMs
    const isStranger =
      this.#strangerSince !== null && now - this.#strangerSince >= withoutAllocationMs
    if (isSlow || isStranger) this.close()
  }

  /** At once; harmless a second time. */
  close(): void {
    this.#socket.destroy()
  }

  /** What one turn of the loop brings goes out in one piece. */
  #cork(): void {
    if (this.#isCorked) return
    this.#isCorked = true
    this.#socket.cork()
    process.nextTick(() => {
      this.#isCorked = false
      this.#socket.uncork()
    })
  }
}

/** ChannelData fills up to 4 bytes on a stream (RFC 8656 §12.5); a STUN message does by itself. */
function padded(bytes: Uint8Array): Uint8Array {
  const missing = -bytes.length & 3
  if (missing === 0 || !isChannelData(bytes[0] ?? 0)) return bytes
  return Buffer.concat([bytes, Buffer.alloc(missing)])
}
