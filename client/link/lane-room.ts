import { ByteReader, ByteWriter } from '@hamsa/crypto'
import { CONTROL_VERSION } from './control-codec.ts'

/**
 * What a peer may send ahead of the taker, and so what waits here at most. It covers what stands in
 * the sender's buffers too: with a quarter of it a file takes a fifth longer on a fast relay.
 */
export const LANE_WINDOW_BYTES = 4 * 1024 * 1024
/** The peer is told of new room once this much was taken: seldom, and before it has to stop. */
const TELL_AFTER_BYTES = 256 * 1024

/** Kind of the control frame that tells of room; it belongs to the channel, and no session sees it. */
const ROOM_KIND = 9
const TOTAL_BYTES = 6

/**
 * How much one peer may send on the file channel. Counted in bytes of frames since the connection
 * opened, so that each telling stands by itself.
 */
export class LaneRoom {
  #granted = 0
  #received = 0
  #taken = 0

  /** `false` when the peer sends more than it was told there is room for. */
  receive(bytes: number): boolean {
    this.#received += bytes
    return this.#received <= this.#granted
  }

  take(bytes: number): void {
    this.#taken += bytes
  }

  /** The new total that the peer is to be told, or `null` while the last one will do. */
  grant(): number | null {
    const total = this.#taken + LANE_WINDOW_BYTES
    if (total - this.#granted < TELL_AFTER_BYTES) return null
    this.#granted = total
    return total
  }
}

export function encodeRoom(total: number): Uint8Array {
  return new ByteWriter()
    .uint(CONTROL_VERSION, 1)
    .uint(ROOM_KIND, 1)
    .uint(total, TOTAL_BYTES)
    .finish()
}

/** The total of a control frame that tells of room; `null` for any other frame. */
export function parseRoom(bytes: Uint8Array): number | null {
  const reader = new ByteReader(bytes)
  reader.version(CONTROL_VERSION)
  const kind = reader.uint(1)
  const total = reader.uint(TOTAL_BYTES)
  return reader.end() && kind === ROOM_KIND ? total : null
}
