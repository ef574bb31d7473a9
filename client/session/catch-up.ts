import { toBase64Url } from '@hamsa/crypto'
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
}

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

  /** Part of an answer; with its last part, asks on, unless nothing came of it. */
  async take(frame: HaveFrame, link: Link, peer: LivePeer): Promise<void> {
    const exchange = this.#with(peer)
    if (exchange.asked === null) return // nobody asked
    if (frame.sealed.length > 0) await this.#log.receiveHistory(frame.sealed)
    if (!frame.done) return
    const finished = exchange.asked
    exchange.asked = null
    await this.#ask(exchange, link, peer, finished)
  }

  /** Sends what is held of a want, in pieces that leave room for other frames. */
  async answer(want: Want, link: Link, peer: LivePeer): Promise<void> {
    const exchange = this.#with(peer)
    if (exchange.answering) return
    exchange.answering = true
    let sealed: Uint8Array[] = []
    let bytes = 0
    const send = (done: boolean): void => {
      link.send({ type: 'have', epoch: want.epoch, done, sealed }, peer.key)
      sealed = []
      bytes = 0
    }
    try {
      for (const one of this.#log.answer(want)) {
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
    const present = new Set(peers.map(({ key }) => toBase64Url(key)))
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

  #with(peer: LivePeer): Exchange {
    const name = toBase64Url(peer.key)
    const known = this.#exchanges.get(name)
    if (known !== undefined) return known
    const exchange: Exchange = { heads: [], asked: null, answering: false }
    this.#exchanges.set(name, exchange)
    return exchange
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => this.#clock.after(0, resolve))
  }
}

function nameOf({ epoch, ranges }: Want): string {
  const named = ranges.map(
    ({ author, writer, from, to }) => `${toBase64Url(author)}.${toBase64Url(writer)}.${from}-${to}`,
  )
  return `${epoch}:${named.join(',')}`
}
