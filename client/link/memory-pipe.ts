import * as Y from 'yjs'
import type { Log } from '../conversation/log.ts'
import { parseControl } from './control-codec.ts'
import type { ControlFrame } from './control-frame.ts'
import { CreditedLane } from './credited-lane.ts'
import type { LivePeer } from './link.ts'

/** What a pipe asks of the links at its ends. */
export type PipeEnd<End> = {
  readonly self: LivePeer
  readonly log: Log
  readonly doc: Y.Doc
  isOpenTo(other: End): boolean
  takeControl(frame: ControlFrame, from: LivePeer): void
  /** What this end has for the files of the other; `null` when they are not connected. */
  laneTo(other: End): CreditedLane | null
  refuse(other: End): void
}

/** Nobody is slow in memory: who waits for room waits until there is some, or the lane ends. */
const NO_CLOCK = { after: () => () => undefined }

/** One direction of a connection: what one end has sent and the other has not taken yet, in order. */
export class MemoryPipe<End extends PipeEnd<End>> {
  #chain = Promise.resolve()
  #owes = false
  /** The sender's own end of the file lane. */
  readonly lane: CreditedLane

  constructor(
    readonly from: End,
    readonly to: End,
  ) {
    this.lane = new CreditedLane({
      clock: NO_CLOCK,
      hasSpaceFor: () => true,
      transmit: (frame) => this.#file(Uint8Array.from(frame)),
      tellRoom: (total) => this.#room(total),
    })
  }

  /** What `to` lacks of `from`'s log. */
  sync(): void {
    this.#run(async () => {
      const update = Y.encodeStateAsUpdate(this.from.doc, Y.encodeStateVector(this.to.doc))
      this.#owes = false
      await this.#give(update)
    })
  }

  update(update: Uint8Array): void {
    this.#run(() => this.#give(update))
  }

  control(bytes: Uint8Array): void {
    this.#run(() => {
      const frame = parseControl(bytes)
      if (frame !== null) this.to.takeControl(frame, this.from.self)
      return Promise.resolve()
    })
    // What was held may be welcome now: the frame may have brought a certificate.
    if (this.#owes) this.sync()
  }

  #file(frame: Uint8Array): boolean {
    this.#run(() => {
      if (this.to.laneTo(this.from)?.receive(frame) === false) this.to.refuse(this.from)
      return Promise.resolve()
    })
    return true
  }

  #room(total: number): void {
    this.#run(() => {
      this.to.laneTo(this.from)?.granted(total)
      return Promise.resolve()
    })
  }

  async #give(update: Uint8Array): Promise<void> {
    const verdict = await this.to.log.receive(update)
    if (verdict.type === 'hold') this.#owes = true
    if (verdict.type === 'refuse') this.to.refuse(this.from)
  }

  #run(step: () => Promise<void>): void {
    const guarded = (): Promise<void> => (this.from.isOpenTo(this.to) ? step() : Promise.resolve())
    this.#chain = this.#chain.then(guarded, guarded)
  }
}
