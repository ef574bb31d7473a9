import { CHANNEL_HEADER_BYTES, isChannelData, isChannelNumber } from './channel-data.ts'
import { HEADER_BYTES, MAGIC_COOKIE } from './stun-message.ts'

/*
 * TURN over a stream (RFC 8656 §2.1, §12.5; RFC 8489 §6.2.2): messages stand back to back, each told
 * by its own header; ChannelData is padded to a multiple of 4, and its length does not count that.
 */

/** Far above a browser's packets (1,500 bytes), low enough that a crowd of half-sent ones fits in memory. */
export const MAX_FRAME_BYTES = 8 * 1024
const LENGTH_END = 4
const COOKIE_END = 8
const NOTHING = Buffer.alloc(0)

/** Cuts one connection's bytes into messages. Holds at most one that has begun, below `MAX_FRAME_BYTES`. */
export class FrameReader {
  #rest: Buffer = NOTHING

  /** The messages that are whole now, padding included; `null` when this cannot be TURN: cut it off. */
  push(chunk: Buffer): readonly Buffer[] | null {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const frames: Buffer[] = []
    let offset = 0
    for (;;) {
      const frameBytes = frameBytesAt(bytes, offset)
      if (frameBytes === 'misshapen') return null
      if (frameBytes === 'unknown' || offset + frameBytes > bytes.length) break
      frames.push(bytes.subarray(offset, offset + frameBytes))
      offset += frameBytes
    }
    // Copied: a few bytes must not keep the whole chunk alive.
    this.#rest = offset === bytes.length ? NOTHING : Buffer.from(bytes.subarray(offset))
    return frames
  }

  /** Whether a message has begun that is not whole yet. */
  get isWithinFrame(): boolean {
    return this.#rest.length > 0
  }
}

/** Bytes of the message at `offset`; `unknown` while its header is not there. */
function frameBytesAt(bytes: Buffer, offset: number): number | 'unknown' | 'misshapen' {
  const first = bytes[offset]
  if (first === undefined) return 'unknown'
  if (first >= 0x80) return 'misshapen'
  if (offset + LENGTH_END > bytes.length) return 'unknown'
  const length = bytes.readUInt16BE(offset + 2)
  if (isChannelData(first)) {
    if (!isChannelNumber(bytes.readUInt16BE(offset))) return 'misshapen'
    return withinBounds(CHANNEL_HEADER_BYTES + ((length + 3) & ~3))
  }
  if (length % 4 !== 0) return 'misshapen'
  if (offset + COOKIE_END <= bytes.length && bytes.readUInt32BE(offset + 4) !== MAGIC_COOKIE) {
    return 'misshapen'
  }
  return withinBounds(HEADER_BYTES + length)
}

function withinBounds(frameBytes: number): number | 'misshapen' {
  return frameBytes <= MAX_FRAME_BYTES ? frameBytes : 'misshapen'
}
