import type { ControlFrame } from '../link/control-frame.ts'
import type { Link, LinkState, LivePeer } from '../link/link.ts'

/** Control frames of all peers that wait to be read. */
const MAX_QUEUED_FRAMES = 256

export type TalkLinksParts = {
  /** A link was taken or left, or its state has changed. */
  readonly onState: (link: Link, state: LinkState) => void
  /** Called for one frame after another, each when the one before is done with, whatever became of it. */
  readonly receive: (frame: ControlFrame, from: LivePeer, link: Link) => Promise<void>
}

/** The links of one talk. A conversation has one; a desk has one more while a shopper comes by anew. */
export class TalkLinks {
  readonly #parts: TalkLinksParts
  readonly #links = new Map<Link, () => void>()
  #received: Promise<void> = Promise.resolve()
  #queued = 0

  constructor(parts: TalkLinksParts) {
    this.#parts = parts
  }

  /** Holds this link until `detach` or `close`, which close it. */
  attach(link: Link): void {
    const ends = [
      link.subscribe((state) => this.#parts.onState(link, state)),
      link.onControl((frame, from) => this.#queue(frame, from, link)),
    ]
    this.#links.set(link, () => {
      for (const end of ends) end()
      link.close()
    })
    this.#parts.onState(link, link.state())
  }

  /** Whether it was here. */
  detach(link: Link): boolean {
    this.#links.get(link)?.()
    return this.#links.delete(link)
  }

  /** State of the link that has come furthest; `null` when there is none. */
  state(): LinkState | null {
    const states = [...this.#links.keys()].map((link) => link.state())
    for (const type of ['open', 'connecting', 'failed'] as const) {
      const found = states.find((state) => state.type === type)
      if (found !== undefined) return found
    }
    return states[0] ?? null
  }

  open(): Link[] {
    return [...this.#links.keys()].filter((link) => link.state().type === 'open')
  }

  peers(): LivePeer[] {
    return this.open().flatMap((link) => {
      const state = link.state()
      return state.type === 'open' ? state.peers : []
    })
  }

  /** To every open peer. */
  send(frame: ControlFrame): void {
    for (const link of this.open()) link.send(frame)
  }

  wake(): void {
    for (const link of this.#links.keys()) link.wake()
  }

  close(): void {
    for (const link of [...this.#links.keys()]) this.detach(link)
  }

  #queue(frame: ControlFrame, from: LivePeer, link: Link): void {
    if (this.#queued >= MAX_QUEUED_FRAMES) {
      this.detach(link) // no honest peer has so much to say
      this.#parts.onState(link, link.state())
      return
    }
    this.#queued++
    const work = async (): Promise<void> => {
      this.#queued--
      if (this.#links.has(link)) await this.#parts.receive(frame, from, link)
    }
    this.#received = this.#received.then(work, work)
  }
}
