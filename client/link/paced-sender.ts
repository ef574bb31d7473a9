import { splitMessage, type Message } from './frame-codec.ts'

/** Held back from here on: browsers close a channel whose buffer overflows, or lose what does not fit. */
const HIGH_WATER_BYTES = 1024 * 1024
/** Half of it: a mark that the buffer never falls below would never fire. */
const LOW_WATER_BYTES = HIGH_WATER_BYTES / 2
/** A peer this far behind is let go; it asks for what it lacks when it comes back. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024

/** The part of a data channel that sends. */
export type SendingChannel = {
  readonly readyState: RTCDataChannelState
  readonly bufferedAmount: number
  bufferedAmountLowThreshold: number
  onbufferedamountlow: ((event: Event) => unknown) | null
  send(frame: Uint8Array<ArrayBuffer>): void
}

/** Sends whole messages in frames, in order, never more than the channel can hold at once. */
export class PacedSender {
  readonly #channel: SendingChannel
  #frames: Uint8Array[] = []
  #next = 0
  #waitingBytes = 0

  constructor(channel: SendingChannel) {
    this.#channel = channel
    channel.bufferedAmountLowThreshold = LOW_WATER_BYTES
    channel.onbufferedamountlow = () => this.#pump()
  }

  /** Bytes that have not left yet. */
  get waitingBytes(): number {
    return this.#waitingBytes + this.#channel.bufferedAmount
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

  #pump(): boolean {
    while (this.#next < this.#frames.length) {
      if (this.#channel.readyState !== 'open') return false
      const frame = this.#frames[this.#next]
      if (frame === undefined) break
      if (this.#channel.bufferedAmount + frame.length > HIGH_WATER_BYTES) return true
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
