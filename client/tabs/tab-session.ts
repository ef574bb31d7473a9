import { randomBytes, toBase64Url } from '@hamsa/crypto'
import { Listeners } from '../listeners.ts'
import type { Claim } from '../storage/ports.ts'
import { Acts } from './acts.ts'
import { LeaderWatch } from './leader-watch.ts'
import { LeadingTab } from './leading-tab.ts'
import { Mirror } from './mirror.ts'
import { endRole, shownIn, type Role } from './role.ts'
import type { Seat } from './seat.ts'
import type { TabChannel } from './tab-channel.ts'
import type { TabKind, TabsPlatform } from './tab-kind.ts'
import { hear, wrap, type Act, type TabMessage } from './tab-message.ts'

const TAB_ID_BYTES = 12

/** One of the tabs of a page, whether it leads or follows: nobody who uses it can tell. TABS.md has the rules. */
export class TabSession<
  Snapshot extends { readonly type: string },
  TabSeat extends Seat<Snapshot>,
> {
  readonly tab = toBase64Url(randomBytes(TAB_ID_BYTES))
  readonly #platform: TabsPlatform
  readonly #kind: TabKind<Snapshot, TabSeat>
  readonly #listeners = new Listeners()
  readonly #acts = new Acts()
  readonly #channel: TabChannel | null
  readonly #watch: LeaderWatch
  readonly #endLife: () => void
  #claim: Claim
  #role: Role<Snapshot, TabSeat> = { type: 'following', mirror: null, isForeign: false }
  /** What was shown last under an earlier leader, until the present one has something to show. */
  #last: Snapshot | null = null
  #term = 0

  constructor(platform: TabsPlatform, kind: TabKind<Snapshot, TabSeat>) {
    this.#platform = platform
    this.#kind = kind
    this.#channel = platform.openChannel(kind.name)
    this.#channel?.listen((value) => this.#hear(value))
    this.#watch = new LeaderWatch({
      ...platform,
      ask: () => this.#ping(),
      onSilent: () => this.#claim.steal(),
    })
    this.#endLife = platform.leadership.live(this.tab)
    this.#claim = this.#makeClaim()
  }

  /** Throws what nobody foresaw: the page says that it is broken. */
  snapshot(): Snapshot {
    if (this.#role.type === 'broken') throw this.#role.error
    const snapshot = this.#now()
    if (snapshot !== null && snapshot.type !== 'loading') return snapshot
    return this.#last === null ? this.#kind.loading : this.#kind.paused(this.#last)
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.subscribe(listener)
  }

  /** Has it done by whoever leads, now or next. Resolves with the answer; rejects with `ActFailed`. */
  act(name: string, ...args: readonly unknown[]): Promise<unknown> {
    const act = this.#acts.make(name, args)
    const answer = this.#acts.add(act)
    this.#do(act)
    return answer
  }

  /** The same for what has no answer: a failure shows in the snapshot, or concerns nobody. */
  ask(name: string, ...args: readonly unknown[]): void {
    this.act(name, ...args).catch(() => undefined)
  }

  /** Says what this tab has on screen; every leader is told of the last act of a slot. */
  show(slot: string, name: string, ...args: readonly unknown[]): void {
    const act = this.#acts.make(name, args)
    this.#acts.keep(slot, act)
    this.#do(act)
  }

  wake(): void {
    if (this.#role.type === 'following') this.#startWatch()
    this.ask('wake')
  }

  close(): void {
    if (this.#role.type === 'closed') return
    this.#post({ type: 'leave', from: this.tab })
    endRole(this.#role)
    this.#role = { type: 'closed' }
    this.#claim.release()
    this.#endLife()
    this.#watch.stop()
    this.#channel?.close()
    this.#listeners.clear()
  }

  #now(): Snapshot | null {
    return shownIn(this.#role, this.#kind.elsewhere)
  }

  #makeClaim(): Claim {
    const claim = this.#platform.leadership.lead(this.#kind.name)
    const isMine = (): boolean => this.#claim === claim && this.#role.type !== 'closed'
    void claim.isWaiting.then((isWaiting) => {
      if (isWaiting && isMine()) this.#follow()
    })
    void claim.leading.then(() => {
      if (isMine()) void this.#lead()
    })
    void claim.lost.then(() => {
      if (isMine()) this.#stepDown()
    })
    return claim
  }

  #follow(): void {
    if (this.#role.type !== 'following') return
    if (this.#channel === null) this.#become({ type: 'following', mirror: null, isForeign: true })
    this.#join()
    this.#startWatch()
  }

  #startWatch(): void {
    if (this.#channel !== null) this.#watch.start()
  }

  async #lead(): Promise<void> {
    this.#watch.stop()
    this.#become({ type: 'beginning' })
    const claim = this.#claim
    try {
      const { term, work } = await this.#kind.lead(() => {
        if (this.#claim === claim) this.#stepDown()
      })
      if (this.#claim !== claim || this.#role.type !== 'beginning') return work.close()
      if (term < this.#term) {
        work.close()
        return this.#stepDown()
      }
      const seat = work.seat()
      const host = new LeadingTab<TabSeat>({
        tab: this.tab,
        term,
        work,
        deeds: this.#kind.deeds,
        post: (message) => this.#post(message),
        whenGone: (tab, run) => this.#platform.leadership.whenGone(tab, run),
        pause: this.#platform.pause,
      })
      this.#term = term
      seat.subscribe(() => this.#changed())
      this.#become({ type: 'leading', term, work, seat, host })
      this.#post({ type: 'lead', from: this.tab, term })
      this.#sayAgain()
    } catch (error) {
      if (this.#claim === claim) this.#fail(error)
    }
  }

  /** What nobody foresaw shows on this page as that, and leaves the lead to the next tab. */
  #fail(error: unknown): void {
    try {
      this.#become({ type: 'failed', snapshot: this.#kind.failed(error) })
    } catch (unforeseen) {
      try {
        this.#become({ type: 'broken', error: unforeseen })
      } finally {
        this.#claim.release() // though the page throws what it is shown
      }
    }
  }

  /** Another tab leads, or shall: this one works no more, and follows. */
  #stepDown(): void {
    if (this.#role.type === 'closed' || this.#role.type === 'following') return
    const claim = this.#claim
    this.#become({ type: 'following', mirror: null, isForeign: false })
    this.#claim = this.#makeClaim()
    claim.release()
  }

  #become(role: Role<Snapshot, TabSeat>): void {
    const shown = this.#now()
    if (shown !== null && shown.type !== 'loading' && shown !== this.#kind.elsewhere) {
      this.#last = shown
    }
    endRole(this.#role)
    this.#role = role
    this.#changed()
  }

  #do(act: Act): void {
    const role = this.#role
    if (role.type === 'leading') {
      const isHere = (): boolean => this.#role === role
      void this.#acts.doAt(role.seat, this.#kind.deeds, act, isHere)
    } else if (role.type === 'following' && role.mirror !== null) {
      this.#post({ type: 'act', from: this.tab, term: role.mirror.term, act })
    }
  }

  /** To a leader that has just begun: what an earlier one may or may not have done. */
  #sayAgain(): void {
    if (this.#role.type === 'leading') for (const act of this.#acts.slots()) this.#do(act)
    for (const act of this.#acts.again()) this.#do(act)
  }

  #ping(): void {
    this.#post({ type: 'ping', from: this.tab })
    // It has not been told anything yet; whoever leads may not have been there when it joined.
    if (this.#role.type === 'following' && this.#role.mirror === null) this.#join()
  }

  #join(): void {
    this.#post({ type: 'join', from: this.tab, slots: this.#acts.slots() })
  }

  #hear(value: unknown): void {
    const heard = hear(this.#platform.build, value)
    if (heard === null || this.#role.type === 'closed') return
    if (heard.type === 'message') return this.#take(heard.message)
    if (heard.part === 'follower') {
      // A tab of another build learns that this one leads.
      const role = this.#role
      if (role.type === 'leading') this.#post({ type: 'lead', from: this.tab, term: role.term })
      return
    }
    this.#watch.heard()
    if (this.#role.type === 'following' && !this.#role.isForeign) {
      this.#become({ type: 'following', mirror: null, isForeign: true })
    }
  }

  #take(message: TabMessage): void {
    switch (message.type) {
      case 'lead':
        return this.#takeLead(message.term)
      case 'ping':
        if (this.#role.type === 'leading' || this.#role.type === 'beginning') {
          this.#post({ type: 'pong', from: this.tab, to: message.from })
        }
        return
      case 'pong':
        if (message.to === this.tab) this.#watch.heard()
        return
      case 'join':
      case 'leave':
      case 'act':
        if (this.#role.type === 'leading') this.#role.host.hear(message)
        return
      case 'whole':
      case 'change':
      case 'done':
        if (message.to === this.tab) this.#takeOwn(message)
    }
  }

  #takeLead(term: number): void {
    if (term <= this.#term) return // one that leads no more and does not know it yet
    this.#term = term
    this.#watch.heard()
    if (this.#role.type === 'leading') return this.#stepDown() // which joins
    if (this.#role.type !== 'following') return
    this.#join()
    this.#startWatch()
  }

  #takeOwn(message: Extract<TabMessage, { readonly type: 'whole' | 'change' | 'done' }>): void {
    const role = this.#role
    if (role.type !== 'following' || message.term < this.#term) return
    this.#term = message.term
    this.#watch.heard()
    switch (message.type) {
      case 'whole': {
        const mirror = Mirror.of(this.#kind.isSnapshot, message)
        this.#become({ type: 'following', mirror, isForeign: mirror === null })
        if (mirror !== null && role.mirror?.term !== mirror.term) this.#sayAgain()
        return
      }
      case 'change':
        if (role.mirror?.term !== message.term) return
        if (!role.mirror.change(message.version, message.patch)) return this.#join()
        return this.#changed()
      case 'done':
        if (message.failed) this.#acts.fail(message.id)
        else this.#acts.done(message.id, message.answer)
    }
  }

  #post(message: TabMessage): void {
    this.#channel?.post(wrap(this.#platform.build, message))
  }

  #changed(): void {
    const shown = this.#now()
    if (shown !== null && shown.type !== 'loading') this.#last = null
    this.#listeners.notify()
  }
}
