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
  /** What was asked for and is on its way. */
  asked: string | null
  /** Its last want is being answered. */
  answering: boolean
  /** When the minute of `answered` began. */
  minuteMs: number
  /** Wants of this minute that were answered. */
  answered: number
}

/** A newcomer to a long log asks for each closed epoch once: two or three dozen in all. */
export const MAX_WANTS_A_MINUTE = 60
const MINUTE_MS = 60_000

/**
 * Brings a log what Yjs does not carry: closed epochs that are missing here, and the entries that
 * prove two histories. Asks one peer for one thing at a time, and answers one want of each at a time.
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
    const exchange = this.#with(peer)
    exchange.heads = heads
    await this.#ask(exchange, link, peer, null)
  }

  /**
   * Part of an answer; with its last part, asks on, unless nothing came of it. Gives `hostile` when
   * it proves that the peer is no honest one, which is to be cut off.
   */
  async take(frame: HaveFrame, link: Link, peer: LivePeer): Promise<'taken' | 'hostile'> {
    const exchange = this.#with(peer)
    if (exchange.asked === null) return 'taken' // nobody asked
    if (frame.sealed.length > 0) {
      const verdict = await this.#log.receiveHistory(frame.sealed)
      if (verdict.type === 'refuse' && equalBytes(verdict.author ?? peer.key, peer.key)) {
        this.#exchanges.delete(nameOfPeer(peer))
        return 'hostile'
      }
    }
    if (!frame.done) return 'taken'
    const finished = exchange.asked
    exchange.asked = null
    await this.#ask(exchange, link, peer, finished)
    return 'taken'
  }

  /**
   * Sends what is held of a want, in pieces that leave room for other frames and give the page its
   * turn. One want of a peer at a time, and so many a minute; the others are dropped: an honest peer
   * waits for its answer, and asks again with the next heads.
   */
  async answer(want: Want, link: Link, peer: LivePeer): Promise<void> {
    const exchange = this.#with(peer)
    if (exchange.answering || !this.#mayAsk(exchange)) return
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
  }

  /** A peer that has gone owes nothing any more. */
  forget(peers: readonly LivePeer[]): void {
    const present = new Set(peers.map(nameOfPeer))
    for (const name of [...this.#exchanges.keys()]) {
      if (!present.has(name)) this.#exchanges.delete(name)
    }
  }

  /** `finished` was just answered: to ask for the same again would never end. */
  async #ask(
    exchange: Exchange,
    link: Link,
    peer: LivePeer,
    finished: string | null,
  ): Promise<void> {
    const [want] = await this.#log.meet(exchange.heads)
    if (want === undefined || exchange.asked !== null) return
    const name = nameOf(want)
    if (name === finished) return
    exchange.asked = name
    link.send({ type: 'want', ...want }, peer.key)
  }

  #mayAsk(exchange: Exchange): boolean {
    const nowMs = this.#clock.now()
    if (nowMs < exchange.minuteMs || nowMs - exchange.minuteMs >= MINUTE_MS) {
      exchange.minuteMs = nowMs
      exchange.answered = 0
    }
    return exchange.answered++ < MAX_WANTS_A_MINUTE
  }

  #with(peer: LivePeer): Exchange {
    const name = nameOfPeer(peer)
    const known = this.#exchanges.get(name)
    if (known !== undefined) return known
    const exchange: Exchange = {
      heads: [],
      asked: null,
      answering: false,
      minuteMs: this.#clock.now(),
      answered: 0,
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
