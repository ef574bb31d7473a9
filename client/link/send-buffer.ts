import type { Clock } from '../clock.ts'

/** Held back from here on: browsers close a channel whose buffer overflows, or lose what does not fit. */
const HIGH_WATER_BYTES = 1024 * 1024
/** Half of it: a mark that the buffer never falls below would never fire. */
const LOW_WATER_BYTES = HIGH_WATER_BYTES / 2
/** From one look at a full buffer to the next: long enough for a fast platform to tell by itself. */
const LOOK_AGAIN_MS = 250

/** The part of a data channel that has to do with its buffer. */
export type BufferedChannel = {
  readonly readyState: RTCDataChannelState
  readonly bufferedAmount: number
  bufferedAmountLowThreshold: number
  onbufferedamountlow: ((event: Event) => unknown) | null
}

/**
 * What one data channel has space for. Whoever was told that there is none hears when there is:
 * from the platform, or from a look every now and then, since not every platform tells.
 */
export class SendBuffer {
  readonly #channel: BufferedChannel
  readonly #clock: Pick<Clock, 'after'>
  readonly #onSpace: () => void
  #cancelLook: (() => void) | null = null
  #hasEnded = false

  constructor(channel: BufferedChannel, clock: Pick<Clock, 'after'>, onSpace: () => void) {
    this.#channel = channel
    this.#clock = clock
    this.#onSpace = onSpace
    channel.bufferedAmountLowThreshold = LOW_WATER_BYTES
    channel.onbufferedamountlow = () => this.#emptied()
  }

  get bytes(): number {
    return this.#channel.bufferedAmount
  }

  get isOpen(): boolean {
    return this.#channel.readyState === 'open'
  }

  /** Whether so many bytes can leave at once; when not for want of space, `onSpace` is called later. */
  hasSpaceFor(bytes: number): boolean {
    if (!this.isOpen) return false
    if (this.bytes + bytes <= HIGH_WATER_BYTES) return true
    this.#lookLater()
    return false
  }

  end(): void {
    this.#hasEnded = true
    this.#callOff()
    this.#channel.onbufferedamountlow = null
  }

  #lookLater(): void {
    if (this.#hasEnded) return
    this.#cancelLook ??= this.#clock.after(LOOK_AGAIN_MS, () => {
      this.#cancelLook = null
      if (!this.isOpen) return
      if (this.bytes <= LOW_WATER_BYTES) this.#onSpace()
      else this.#lookLater()
    })
  }

  #emptied(): void {
    this.#callOff()
    this.#onSpace()
  }

  #callOff(): void {
    this.#cancelLook?.()
    this.#cancelLook = null
  }
}
