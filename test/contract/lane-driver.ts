import type { FileLane } from '../../client/link/file-lane.ts'
import type { Link } from '../../client/link/link.ts'

/** The number that a frame carries, and its length in bytes. */
export type TakenFrame = readonly [number: number, bytes: number]

const NUMBER_BYTES = 4

/** Sends and takes files at one end of a link, to and from its only peer; each frame carries its number. */
export class LaneDriver {
  framesLeft = 0
  readonly #link: Link
  readonly #taken: TakenFrame[] = []
  #look = (): void => undefined
  #goOn = (): void => undefined

  constructor(link: Link) {
    this.#link = link
  }

  hasLane(): boolean {
    return this.#lane() !== null
  }

  /** One after another; resolves with how many left before one did not. */
  async send(frames: number, bytes: number): Promise<number> {
    const lane = this.#lane()
    if (lane === null) return 0
    this.framesLeft = 0
    for (let number = 0; number < frames; number++) {
      const frame = new Uint8Array(bytes)
      new DataView(frame.buffer).setUint32(0, number)
      if (!(await lane.send(frame))) break
      this.framesLeft++
    }
    return this.framesLeft
  }

  /** A slow taker is not done with its first frame before `takeOn`. */
  take(pace: 'fast' | 'slow'): void {
    const held = pace === 'slow' ? new Promise<void>((resolve) => (this.#goOn = resolve)) : null
    this.#lane()?.onFrame(async (frame) => {
      const number = new DataView(frame.buffer, frame.byteOffset, NUMBER_BYTES).getUint32(0)
      this.#taken.push([number, frame.length])
      this.#look()
      await held
    })
  }

  takeOn(): void {
    this.#goOn()
  }

  whenTaken(frames: number): Promise<readonly TakenFrame[]> {
    return new Promise((resolve) => {
      this.#look = () => {
        if (this.#taken.length >= frames) resolve(this.#taken)
      }
      this.#look()
    })
  }

  #lane(): FileLane | null {
    const state = this.#link.state()
    const peer = state.type === 'open' ? state.peers[0] : undefined
    return peer === undefined ? null : this.#link.files(peer.key)
  }
}
