import { concatBytes } from '@hamsa/crypto'
import type { Clock } from '../clock.ts'
import { CreditedLane } from './credited-lane.ts'
import type { FileLane } from './file-lane.ts'
import { MAX_FRAME_BYTES } from './frame-codec.ts'
import type { SealedStream } from './sealed-stream.ts'
import { SendBuffer } from './send-buffer.ts'

/** Negotiated like the first: both ends have it, or one is never answered. */
export const FILE_CHANNEL: RTCDataChannelInit = { negotiated: true, id: 1 }
const FILE_FRAME_VERSION = 1

/** What the file channel asks of the connection that it belongs to. */
export type FileChannelHost = {
  readonly clock: Pick<Clock, 'after'>
  tellRoom(total: number): void
  /** Something came from the peer. */
  heard(): void
  /** The peer breaks a rule here: the whole connection ends. */
  refuse(): void
}

/**
 * The second data channel. It carries nothing before the handshake on the first is done, and then
 * frames that are sealed and numbered under keys of its own: version ‖ sealed bytes.
 */
export class FileChannel {
  readonly #raw: RTCDataChannel
  readonly #buffer: SendBuffer
  readonly #lane: CreditedLane
  #stream: SealedStream | null = null

  constructor(raw: RTCDataChannel, host: FileChannelHost) {
    this.#raw = raw
    this.#buffer = new SendBuffer(raw, host.clock, () => this.#lane.look())
    this.#lane = new CreditedLane({
      clock: host.clock,
      hasSpaceFor: (bytes) => this.#buffer.hasSpaceFor(bytes),
      transmit: (frame) => this.#transmit(frame),
      tellRoom: (total) => host.tellRoom(total),
    })
    raw.binaryType = 'arraybuffer'
    raw.onopen = () => this.#lane.look()
    raw.onmessage = ({ data }: MessageEvent<unknown>) => {
      host.heard()
      if (!this.#take(data)) host.refuse()
    }
    raw.onclose = raw.onerror = () => this.close()
  }

  /** `null` before the handshake, and once the channel is closed. */
  get lane(): FileLane | null {
    return this.#stream === null ? null : this.#lane
  }

  /** The handshake on the first channel is done. */
  open(stream: SealedStream): void {
    this.#stream = stream
  }

  granted(total: number): void {
    this.#lane.granted(total)
  }

  close(): void {
    this.#stream = null
    const raw = this.#raw
    raw.onopen = raw.onmessage = raw.onclose = raw.onerror = null
    this.#buffer.end()
    raw.close()
    this.#lane.end()
  }

  #transmit(frame: Uint8Array): boolean {
    if (this.#stream === null) return false
    const version = Uint8Array.of(FILE_FRAME_VERSION)
    try {
      this.#raw.send(concatBytes(version, this.#stream.seal(frame)))
      return true
    } catch {
      this.close() // closed in the same moment
      return false
    }
  }

  /** `false` for what breaks a rule: a byte before the handshake, or one that is not of the peer's next frame. */
  #take(data: unknown): boolean {
    if (this.#stream === null || !(data instanceof ArrayBuffer)) return false
    const bytes = new Uint8Array(data)
    if (bytes.length > MAX_FRAME_BYTES || bytes[0] !== FILE_FRAME_VERSION) return false
    const frame = this.#stream.open(bytes.subarray(1))
    return frame !== null && this.#lane.receive(frame)
  }
}
