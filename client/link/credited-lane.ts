import type { Clock } from '../clock.ts'
import { MAX_LANE_FRAME_BYTES, type FileLane } from './file-lane.ts'
import { LaneRoom } from './lane-room.ts'

/** A frame that finds no room for so long does not leave: the peer need not answer at all. */
const PATIENCE_MS = 30_000

/** What carries a lane's frames. */
export type LaneCarrier = {
  readonly clock: Pick<Clock, 'after'>
  /** Whether so many bytes can leave at once; when that changes, `look` is to be called. */
  hasSpaceFor(bytes: number): boolean
  /** Sends one frame; `false` when nothing can be sent any more. */
  transmit(frame: Uint8Array): boolean
  /** Tells the peer how many bytes it may have sent in all. */
  tellRoom(total: number): void
}

/** What a frame counts for: a small one takes memory too, so that a window holds a few thousand at most. */
const MIN_FRAME_COST = 1_024

function costOf(frame: Uint8Array): number {
  return Math.max(frame.length, MIN_FRAME_COST)
}

/**
 * A file lane whose two ends tell each other how much they have room for: a browser takes what
 * comes, whether anybody reads it or not.
 */
export class CreditedLane implements FileLane {
  readonly #carrier: LaneCarrier
  readonly #room = new LaneRoom()
  readonly #inbound: Uint8Array[] = []
  #take: ((frame: Uint8Array) => Promise<void>) | null = null
  #isTaking = false
  #peerRoom = 0
  #sentCost = 0
  #turn: Promise<unknown> = Promise.resolve()
  #wake: (() => void) | null = null
  #hasEnded = false

  constructor(carrier: LaneCarrier) {
    this.#carrier = carrier
  }

  send(frame: Uint8Array): Promise<boolean> {
    if (frame.length === 0 || frame.length > MAX_LANE_FRAME_BYTES) {
      throw new RangeError('a frame of a file lane is empty or too long')
    }
    const sent = this.#turn.then(() => this.#send(frame))
    this.#turn = sent
    return sent
  }

  onFrame(take: (frame: Uint8Array) => Promise<void>): () => void {
    this.#take = take
    this.#tellRoom()
    void this.#drain()
    return () => {
      if (this.#take === take) this.#take = null
    }
  }

  /** A frame of the peer; `false` when it had no room for it or the frame is none. */
  receive(frame: Uint8Array): boolean {
    if (this.#hasEnded) return true
    if (frame.length === 0 || frame.length > MAX_LANE_FRAME_BYTES) return false
    if (!this.#room.receive(costOf(frame))) return false
    this.#inbound.push(frame)
    void this.#drain()
    return true
  }

  /** The peer has room for so many bytes in all; a smaller number than before changes nothing. */
  granted(total: number): void {
    if (total <= this.#peerRoom) return
    this.#peerRoom = total
    this.look()
  }

  /** The carrier may have space again. */
  look(): void {
    this.#wake?.()
  }

  end(): void {
    this.#hasEnded = true
    this.#take = null
    this.#inbound.length = 0
    this.look()
  }

  /**
   * One patience for the peer's room: one that gives it crumb by crumb holds nobody longer. For its
   * own channel to empty a frame waits as long as the connection lives: a slow link is none of the
   * peer's doing.
   */
  async #send(frame: Uint8Array): Promise<boolean> {
    const patience = { isOver: false }
    const cancel = this.#carrier.clock.after(PATIENCE_MS, () => {
      patience.isOver = true
      this.look()
    })
    try {
      const cost = costOf(frame)
      while (!this.#hasEnded) {
        const hasRoom = this.#sentCost + cost <= this.#peerRoom
        if (!hasRoom && patience.isOver) return false
        if (hasRoom && this.#carrier.hasSpaceFor(frame.length)) {
          this.#sentCost += cost
          return this.#carrier.transmit(frame)
        }
        await new Promise<void>((resolve) => (this.#wake = resolve))
        this.#wake = null
      }
      return false
    } finally {
      cancel()
    }
  }

  async #drain(): Promise<void> {
    if (this.#isTaking) return
    this.#isTaking = true
    try {
      while (this.#take !== null) {
        const frame = this.#inbound.shift()
        if (frame === undefined) break
        await this.#take(frame)
        this.#room.take(costOf(frame))
        this.#tellRoom()
      }
    } catch {
      this.end() // who takes the frames cannot go on: a stream with a hole is worse than none
    } finally {
      this.#isTaking = false
    }
  }

  #tellRoom(): void {
    if (this.#take === null) return
    const total = this.#room.grant()
    if (total !== null) this.#carrier.tellRoom(total)
  }
}
