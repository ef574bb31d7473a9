import { parseStun, type StunMessage } from '../../relay/stun-message.ts'
import { type PacketWire } from './packet-wire.ts'
import { TurnFault } from './turn-fault.ts'

/** RFC 8489 §6.2.1: the first wait; each further one is twice as long. */
export const FIRST_WAIT_MS = 500
/** Rc of RFC 8489 §6.2.1. */
export const MAX_SENDINGS = 7

type Waiting = {
  /** Whether this answers, or `null` when it is another's or forged: then waiting goes on. */
  readonly accept: (message: StunMessage) => boolean
  readonly settle: (outcome: StunMessage | TurnFault) => void
}

/**
 * Questions under way on one wire. A question goes out again and again where packets may be lost;
 * it ends with its answer, with the wire, or with the time that the caller has.
 */
export class Transactions {
  readonly #signal: AbortSignal
  readonly #waiting = new Map<string, Waiting>()
  #fault: TurnFault | null = null

  constructor(signal: AbortSignal) {
    this.#signal = signal
    signal.addEventListener('abort', this.#abort, { once: true })
    if (signal.aborted) this.#abort()
  }

  /** Rejects with a `TurnFault`. `accept` judges what came with this transaction's number. */
  ask(
    wire: PacketWire,
    question: { readonly transaction: Uint8Array; readonly packet: Uint8Array },
    accept: (message: StunMessage) => boolean,
  ): Promise<StunMessage> {
    if (this.#fault !== null) return Promise.reject(this.#fault)
    const id = keyOf(question.transaction)
    return new Promise((resolve, reject) => {
      const stop = repeat(wire, () => wire.send(question.packet))
      const settle = (outcome: StunMessage | TurnFault): void => {
        stop()
        this.#waiting.delete(id)
        if (outcome instanceof TurnFault) reject(outcome)
        else resolve(outcome)
      }
      this.#waiting.set(id, { accept, settle })
    })
  }

  /** An answer finds its question; anything else changes nothing. Whether it was an answer that was waited for. */
  take(packet: Uint8Array): boolean {
    const message = parseStun(packet)
    if (message === null || message.class === 'request' || message.class === 'indication') {
      return false
    }
    const waiting = this.#waiting.get(keyOf(message.transaction))
    if (waiting?.accept(message) !== true) return false
    waiting.settle(message)
    return true
  }

  /** Ends every question, and all that come. Only the first fault counts. */
  end(fault: TurnFault): void {
    this.#fault ??= fault
    this.#signal.removeEventListener('abort', this.#abort)
    for (const { settle } of this.#waiting.values()) settle(this.#fault)
  }

  readonly #abort = (): void => this.end(new TurnFault({ type: 'silent' }))
}

/** Sends now and, where packets may be lost, again at growing distances. Returns what ends it. */
export function repeat({ isReliable }: PacketWire, send: () => void): () => void {
  let sendings = 1
  let timer: NodeJS.Timeout | null = null
  const again = (waitMs: number): void => {
    if (isReliable || sendings === MAX_SENDINGS) return
    timer = setTimeout(() => {
      sendings++
      send()
      again(waitMs * 2)
    }, waitMs)
  }
  send()
  again(FIRST_WAIT_MS)
  return () => {
    if (timer !== null) clearTimeout(timer)
  }
}

const keyOf = (transaction: Uint8Array): string => Buffer.from(transaction).toString('hex')
