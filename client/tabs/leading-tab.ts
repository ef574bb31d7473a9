import { patchOf } from './patch.ts'
import { doAct, type Deeds, type Seat, type Work } from './seat.ts'
import { surface } from './surface.ts'
import type { Act, TabMessage } from './tab-message.ts'

type Snapshot = { readonly type: string }

export type LeadingTabParts<TabSeat> = {
  readonly tab: string
  readonly term: number
  readonly work: Work<TabSeat>
  readonly deeds: Deeds<TabSeat>
  readonly post: (message: TabMessage) => void
  /** Calls once that tab has gone without a word; returns what calls it off. */
  readonly whenGone: (tab: string, run: () => void) => () => void
  /** Resolves once the page has had a turn; not slowed down in a hidden tab, as timers are. */
  readonly pause: () => Promise<void>
}

/** A tab that follows: its seat, and what it was told. */
type Follower<TabSeat> = {
  readonly seat: TabSeat
  readonly ends: (() => void)[]
  version: number
  told: Snapshot
  isTelling: boolean
}

/** Serves the tabs that follow: a seat each, all of it at first, then what changes, at most once a turn of the page. */
export class LeadingTab<TabSeat extends Seat<Snapshot>> {
  readonly #parts: LeadingTabParts<TabSeat>
  readonly #followers = new Map<string, Follower<TabSeat>>()
  #closed = false

  constructor(parts: LeadingTabParts<TabSeat>) {
    this.#parts = parts
  }

  hear(message: TabMessage): void {
    if (this.#closed) return
    switch (message.type) {
      case 'join':
        return this.#join(message.from, message.slots)
      case 'leave':
        return this.#leave(message.from)
      case 'act':
        if (message.term === this.#parts.term) void this.#act(message.from, message.act)
        return
      default:
        return // for tabs that follow
    }
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const tab of [...this.#followers.keys()]) this.#leave(tab)
  }

  #join(tab: string, slots: readonly Act[]): void {
    const { work, deeds, whenGone } = this.#parts
    let follower = this.#followers.get(tab)
    if (follower === undefined) {
      const seat = work.seat()
      const ends: (() => void)[] = []
      follower = { seat, ends, version: 0, told: seat.snapshot(), isTelling: false }
      this.#followers.set(tab, follower)
      ends.push(
        seat.subscribe(() => this.#tellSoon(tab)),
        whenGone(tab, () => this.#leave(tab)),
      )
    }
    for (const act of slots) void doAct(follower.seat, deeds, act)
    follower.told = follower.seat.snapshot()
    follower.version += 1
    this.#post(tab, { type: 'whole', version: follower.version, snapshot: follower.told })
  }

  #leave(tab: string): void {
    const follower = this.#followers.get(tab)
    if (follower === undefined) return
    this.#followers.delete(tab)
    for (const end of follower.ends) end()
    follower.seat.close()
  }

  async #act(tab: string, act: Act): Promise<void> {
    const follower = this.#followers.get(tab)
    if (follower === undefined) return // it joins, and says it again
    let answer: unknown = null
    let failed = false
    try {
      answer = await doAct(follower.seat, this.#parts.deeds, act)
    } catch (error) {
      failed = true // the tab that asked says so
      surface(error)
    }
    this.#tell(tab)
    this.#post(tab, { type: 'done', id: act.id, failed, answer })
  }

  #tellSoon(tab: string): void {
    const follower = this.#followers.get(tab)
    if (follower === undefined || follower.isTelling) return
    follower.isTelling = true
    void this.#parts.pause().then(() => {
      follower.isTelling = false
      this.#tell(tab)
    })
  }

  #tell(tab: string): void {
    const follower = this.#followers.get(tab)
    if (follower === undefined) return
    const snapshot = follower.seat.snapshot()
    const patch = patchOf(follower.told, snapshot)
    follower.told = snapshot
    if (patch === null) return
    follower.version += 1
    this.#post(tab, { type: 'change', version: follower.version, patch })
  }

  #post(to: string, message: ToFollower): void {
    const { post, tab, term } = this.#parts
    if (!this.#closed && this.#followers.has(to)) post({ ...message, from: tab, to, term })
  }
}

type ToFollower = WithoutAddress<
  Extract<TabMessage, { readonly term: number; readonly to: string }>
>
type WithoutAddress<M> = M extends TabMessage ? Omit<M, 'from' | 'to' | 'term'> : never
