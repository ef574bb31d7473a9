import type { Clock } from '../clock.ts'

/** Counted in turns of a timer, not by the clock: a page that was itself held up has not listened meanwhile. */
const TURN_MS = 1_000
const SILENT_TURNS = 3

export type PulseParts = {
  readonly clock: Pick<Clock, 'after'>
  /** Sends what every peer answers. */
  readonly ask: () => void
  /** Bytes that wait to leave: while they get fewer, the question may still stand behind them. */
  readonly waitingBytes: () => number
  /** The peer did not stir: the connection leads nowhere any more. */
  readonly onSilent: () => void
}

/** Finds out, when it is asked to, whether a connection that says it is open still leads anywhere. */
export class Pulse {
  readonly #parts: PulseParts
  #cancel: (() => void) | null = null

  constructor(parts: PulseParts) {
    this.#parts = parts
  }

  /** Asks for a sign of life, unless one is awaited. */
  ask(): void {
    if (this.#cancel !== null) return
    this.#listen(SILENT_TURNS, this.#parts.waitingBytes())
    this.#parts.ask()
  }

  /** Something came from the peer. */
  heard(): void {
    this.#cancel?.()
    this.#cancel = null
  }

  end(): void {
    this.heard()
  }

  #listen(turnsLeft: number, waitingBefore: number): void {
    const { clock, waitingBytes, onSilent } = this.#parts
    this.#cancel = clock.after(TURN_MS, () => {
      this.#cancel = null
      const waiting = waitingBytes()
      const left = turnsLeft - (waiting < waitingBefore ? 0 : 1)
      if (left === 0) onSilent()
      else this.#listen(left, waiting)
    })
  }
}
