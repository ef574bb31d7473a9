import { equalBytes, toBase64Url } from '@hamsa/crypto'
import type { Want } from '../conversation/history.ts'
import type { Head } from '../conversation/log.ts'
import type { OpenedLog } from '../conversation/open-log.ts'
import { MAX_HAVE_BYTES, MAX_HAVE_ENTRIES } from '../link/control-frame.ts'
import type { HaveFrame } from '../link/control-frame.ts'
import type { Link, LivePeer } from '../link/link.ts'
import type { Clock } from '../clock.ts'

/** One peer, as far as history goes. */
type Exchange = {
  heads: readonly Head[]
  /** The one that its last heads came by. */
  link: Link
  /** What was asked for and has not come to its last part, the oldest first. */
  asked: readonly Want[]
  /** Ends the wait for the next part of it. */
  callOff: () => void
  /** Whose last part has come and is being stored. */
  arrived: readonly Want[]
  /** Names of what was answered since these heads: to ask for the same again would never end. */
  readonly answered: Set<string>
  /** An answer brought nothing: no more is asked for before its next heads. */
  isDone: boolean
  /** Its last want is being answered. */
  answering: boolean
  /** What it asked for meanwhile, and over which link. */
  next: { readonly want: Want; readonly link: Link } | null
  /** When the minute of `answers` began. */
  minuteMs: number
  /** Wants of this minute that were answered. */
  answers: number
}

/** Wants that are with one peer: it always has the next one, and never waits for us. */
const MAX_ASKED = 2
/** A newcomer to a long log asks for each closed epoch once: two or three dozen in all. */
export const MAX_WANTS_A_MINUTE = 60
const MINUTE_MS = 60_000
/** A want may have been dropped. By then its minute is over; and a part of an answer takes less over all but the slowest links. */
export const ANSWER_PATIENCE_MS = 60_000

/**
 * Brings a log what Yjs does not carry: closed epochs that are missing here, and the entries that
 * prove two histories. Asks one peer for one epoch and the one behind it, and answers one want of
 * each at a time.
 */
export class CatchUp {
  readonly #log: OpenedLog
  readonly #clock: Clock
  readonly #exchanges = new Map<string, Exchange>()

  constructor(log: OpenedLog, clock: Clock) {
    this.#log = log
    this.#clock = clock
  }

  /** A peer's verified heads: asks for what is missing. */
  async meet(heads: readonly Head[], link: Link, peer: LivePeer): Promise<void> {
    const exchange = this.#with(peer, link)
    exchange.heads = heads
    exchange.link = link
    exchange.answered.clear()
    exchange.isDone = false
    await this.#ask(exchange, peer)
  }

  /**
   * Part of an answer; with its last part, asks on, unless nothing came of it. Gives `hostile` when
   * it proves that the peer is no honest one, which is to be cut off.
   */
  async take(frame: HaveFrame, link: Link, peer: LivePeer): Promise<'taken' | 'hostile'> {
    const exchange = this.#with(peer, link)
    // What was asked again may be answered twice: the second answer is none to the want behind it.
    const want = exchange.asked.find(({ epoch }) => epoch === frame.epoch)
    if (want === undefined) return 'taken' // nobody asked
    if (frame.done) {
      exchange.asked = exchange.asked.filter((one) => one !== want)
      exchange.arrived = [...exchange.arrived, want]
      this.#askBeyond(exchange, peer)
    }
    this.#awaitAnswer(exchange, peer)
    try {
      if (await this.#isHostile(frame, peer)) {
        this.#end(nameOfPeer(peer))
        return 'hostile'
      }
    } finally {
      if (frame.done) exchange.arrived = exchange.arrived.filter((one) => one !== want)
    }
    if (!frame.done) return 'taken'
    exchange.answered.add(nameOf(want))
    const missing = this.#log.wantBeyond(exchange.heads, [])
    if (missing !== null && exchange.answered.has(nameOf(missing))) exchange.isDone = true
    await this.#ask(exchange, peer)
    return 'taken'
  }

  /**
   * Sends what is held of a want, in pieces that leave room for other frames and give the page its
   * turn. One want of a peer at a time, one more waits, and so many a minute; the others are dropped:
   * an honest peer waits for its answers, and asks again when none comes.
   */
  async answer(want: Want, link: Link, peer: LivePeer): Promise<void> {
    const exchange = this.#with(peer, link)
    if (exchange.answering) {
      exchange.next ??= { want, link }
      return
    }
    if (!this.#mayAsk(exchange)) return
    exchange.answering = true
    let sealed: Uint8Array[] = []
    let bytes = 0
    const send = (done: boolean): void => {
      link.send({ type: 'have', epoch: want.epoch, done, sealed }, peer.key)
      sealed = []
      bytes = 0
    }
    try {
      await this.#pause()
      for (const one of this.#log.answer(want)) {
        if (this.#exchanges.get(nameOfPeer(peer)) !== exchange) return // it has gone
        if (sealed.length === MAX_HAVE_ENTRIES || bytes + one.length > MAX_HAVE_BYTES) {
          send(false)
          await this.#pause()
        }
        sealed.push(one)
        bytes += one.length
      }
      send(true)
    } finally {
      exchange.answering = false
    }
    const { next } = exchange
    exchange.next = null
    if (next !== null) await this.answer(next.want, next.link, peer)
  }

  /** A peer that has gone owes nothing any more. */
  forget(peers: readonly LivePeer[]): void {
    const present = new Set(peers.map(nameOfPeer))
    for (const name of [...this.#exchanges.keys()]) {
      if (!present.has(name)) this.#end(name)
    }
  }

  async #isHostile({ sealed }: HaveFrame, { key }: LivePeer): Promise<boolean> {
    if (sealed.length === 0) return false
    const verdict = await this.#log.receiveHistory(sealed)
    return verdict.type === 'refuse' && equalBytes(verdict.author ?? key, key)
  }

  #end(name: string): void {
    this.#exchanges.get(name)?.callOff()
    this.#exchanges.delete(name)
  }

  /** Asks for what is missing, unless something is on its way. */
  async #ask(exchange: Exchange, peer: LivePeer): Promise<void> {
    if (exchange.asked.length > 0 || exchange.arrived.length > 0) return
    const [want] = await this.#log.meet(exchange.heads)
    if (want === undefined || exchange.asked.length > 0 || exchange.arrived.length > 0) return
    this.#want(want, exchange, peer)
    this.#askBeyond(exchange, peer)
  }

  /** Asks for what comes after all that is on its way. */
  #askBeyond(exchange: Exchange, peer: LivePeer): void {
    const awaited = [...exchange.arrived, ...exchange.asked]
    if (awaited.length === 0 || exchange.asked.length >= MAX_ASKED || exchange.isDone) return
    const want = this.#log.wantBeyond(exchange.heads, awaited)
    if (want !== null) this.#want(want, exchange, peer)
  }

  #want(want: Want, exchange: Exchange, peer: LivePeer): void {
    if (exchange.answered.has(nameOf(want))) return // nothing came of it
    exchange.asked = [...exchange.asked, want]
    exchange.link.send({ type: 'want', ...want }, peer.key)
    this.#awaitAnswer(exchange, peer)
  }

  /** Asks again when nothing more comes of what was asked for. */
  #awaitAnswer(exchange: Exchange, peer: LivePeer): void {
    exchange.callOff()
    if (exchange.asked.length === 0) return
    if (this.#exchanges.get(nameOfPeer(peer)) !== exchange) return // it has gone meanwhile
    exchange.callOff = this.#clock.after(ANSWER_PATIENCE_MS, () => {
      exchange.asked = []
      void this.#ask(exchange, peer)
    })
  }

  #mayAsk(exchange: Exchange): boolean {
    const nowMs = this.#clock.now()
    if (nowMs < exchange.minuteMs || nowMs - exchange.minuteMs >= MINUTE_MS) {
      exchange.minuteMs = nowMs
      exchange.answers = 0
    }
    return exchange.answers++ < MAX_WANTS_A_MINUTE
  }

  #with(peer: LivePeer, link: Link): Exchange {
    const name = nameOfPeer(peer)
    const known = this.#exchanges.get(name)
    if (known !== undefined) return known
    const exchange: Exchange = {
      heads: [],
      link,
      asked: [],
      callOff: () => undefined,
      arrived: [],
      answered: new Set(),
      isDone: false,
      answering: false,
      next: null,
      minuteMs: this.#clock.now(),
      answers: 0,
    }
    this.#exchanges.set(name, exchange)
    return exchange
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => this.#clock.after(0, resolve))
  }
}

function nameOfPeer({ key }: LivePeer): string {
  return toBase64Url(key)
}

function nameOf({ epoch, ranges }: Want): string {
  const named = ranges.map(
    ({ author, writer, from, to }) => `${toBase64Url(author)}.${toBase64Url(writer)}.${from}-${to}`,
  )
  return `${epoch}:${named.join(',')}`
}
