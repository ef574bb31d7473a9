import { CLOSE } from './protocol.ts'

/** Close codes that are told apart; a client may send any other one, which must not make a label. */
const TOLD_CODES: ReadonlySet<number> = new Set([
  1000,
  1001,
  1005,
  1006,
  1007,
  1008,
  ...Object.values(CLOSE),
])

/** What has happened since the start: numbers alone, of nobody. */
export class Counts {
  opened = 0
  frames = 0
  publishes = 0
  deliveries = 0
  knocks = 0
  credentials = 0
  refused = 0
  readonly #closes = new Map<string, number>()

  close(code: number): void {
    const name = TOLD_CODES.has(code) ? String(code) : 'other'
    this.#closes.set(name, (this.#closes.get(name) ?? 0) + 1)
  }

  get closes(): ReadonlyMap<string, number> {
    return this.#closes
  }
}

/** What there is at a moment. */
export type Gauges = {
  readonly sockets: number
  readonly topics: number
  readonly addresses: number
  /** 1 while texts get through to other processes, or there are none. */
  readonly bus: number
}
