import type { Clock } from '../clock.ts'
import { splitMessage, type Message } from './frame-codec.ts'
import { SendBuffer, type BufferedChannel } from './send-buffer.ts'

/** A peer this far behind is let go; it asks for what it lacks when it comes back. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024

/** The part of a data channel that sends. */
export type SendingChannel = BufferedChannel & {
  send(frame: Uint8Array<ArrayBuffer>): void
}

export type PacedSenderParts = {
  readonly channel: SendingChannel
  readonly clock: Pick<Clock, 'after'>
  /** What waited cannot leave any more: close the channel. */
  readonly onBroken: () => void
}

/** Sends whole messages in frames, in order, never more than the channel can hold at once. */
export class PacedSender {
  readonly #channel: SendingChannel
  readonly #buffer: SendBuffer
  #frames: Uint8Array[] = []
  #next = 0
  #waitingBytes = 0

  constructor({ channel, clock, onBroken }: PacedSenderParts) {
    this.#channel = channel
    this.#buffer = new SendBuffer(channel, clock, () => {
      if (!this.#pump()) onBroken()
    })
  }

  /** Bytes that have not left yet. */
  get waitingBytes(): number {
    return this.#waitingBytes + this.#buffer.bytes
  }

  /** `false` when the channel is closed or too far behind: close it. */
  send(message: Message): boolean {
    if (this.#waitingBytes + message.bytes.length > MAX_WAITING_BYTES) return false
    for (const frame of splitMessage(message)) {
      this.#frames.push(frame)
      this.#waitingBytes += frame.length
    }
    return this.#pump()
  }

  end(): void {
    this.#buffer.end()
    this.#frames = []
    this.#next = 0
    this.#waitingBytes = 0
  }

  #pump(): boolean {
    while (this.#next < this.#frames.length) {
      if (!this.#buffer.isOpen) return false
      const frame = this.#frames[this.#next]
      if (frame === undefined) break
      if (!this.#buffer.hasSpaceFor(frame.length)) return true
      try {
        this.#channel.send(Uint8Array.from(frame))
      } catch {
        return false // closed in the same moment
      }
      this.#next++
      this.#waitingBytes -= frame.length
    }
    this.#frames = []
    this.#next = 0
    return true
  }
}
