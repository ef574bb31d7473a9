import type { Clock, Random } from '../clock.ts'

/** How often a tab that is looked at asks whether anybody leads. */
const PING_MS = 500
/** So many unanswered ones in a row, and the lead is taken: after 1.5 to 2 seconds of silence. */
const MAX_MISSED = 3
/** Two that wait for the same silent leader are seldom on the same millisecond. */
const JITTER_MS = 50
/** A tick that comes later than this says that this tab itself was asleep. */
const LATE_MS = 2 * PING_MS

export type LeaderWatchParts = {
  readonly clock: Clock
  readonly random: Random
  readonly isVisible: () => boolean
  readonly ask: () => void
  /** The leader does not answer; the watch goes on. */
  readonly onSilent: () => void
}

/** Finds out that the leader is frozen or hung: its lock is held, and nobody answers. Only a tab that is looked at cares. */
export class LeaderWatch {
  readonly #parts: LeaderWatchParts
  #callOff: (() => void) | null = null
  #isAnswered = true
  #missed = 0
  #tickedMs = 0

  constructor(parts: LeaderWatchParts) {
    this.#parts = parts
  }

  /** Begins, or goes on after the tab was not looked at; harmless when it runs. */
  start(): void {
    if (this.#callOff !== null) return
    this.#missed = 0
    this.#ask()
  }

  stop(): void {
    this.#callOff?.()
    this.#callOff = null
  }

  /** The leader has said something. */
  heard(): void {
    this.#isAnswered = true
    this.#missed = 0
  }

  #ask(): void {
    const { clock, random, isVisible, ask } = this.#parts
    this.#callOff = null
    if (!isVisible()) return // `start` again when it is
    this.#isAnswered = false
    this.#tickedMs = clock.now()
    this.#callOff = clock.after(PING_MS + random() * JITTER_MS, () => this.#tick())
    ask()
  }

  #tick(): void {
    const { clock, onSilent } = this.#parts
    const sinceMs = clock.now() - this.#tickedMs
    const wasAwake = sinceMs >= 0 && sinceMs <= LATE_MS
    if (this.#isAnswered || !wasAwake) this.#missed = 0
    else this.#missed += 1
    const isSilent = this.#missed >= MAX_MISSED
    if (isSilent) this.#missed = 0
    this.#ask()
    if (isSilent) onSilent()
  }
}
