/** What is done to the packets of one direction. Shares are of 1; all may change while packets run. */
export type PacketFaults = {
  /** Every packet waits this long. */
  readonly delayMs: number
  /** And up to this much more, at random; the order stays. */
  readonly jitterMs: number
  readonly loss: number
  readonly duplication: number
  /** Share of packets that are held back, so that later ones overtake them. */
  readonly reordering: number
  /** Nothing passes. */
  readonly cut: boolean
}

/** What was really done: a fault that was asked for and did not happen must be seen. */
export type FaultCounts = {
  readonly seen: number
  readonly lost: number
  readonly cut: number
  readonly duplicated: number
  readonly reordered: number
  readonly delayed: number
  /** Copies that came out at the other end. */
  readonly passed: number
}

export const NO_FAULTS: PacketFaults = {
  delayMs: 0,
  jitterMs: 0,
  loss: 0,
  duplication: 0,
  reordering: 0,
  cut: false,
}

const NO_COUNTS: FaultCounts = {
  seen: 0,
  lost: 0,
  cut: 0,
  duplicated: 0,
  reordered: 0,
  delayed: 0,
  passed: 0,
}

/** How long a packet is held back that others are to overtake. */
const HELD_BACK_MS = 40

/** When each copy of one packet goes on: none for a lost one. */
export type Fate = {
  readonly copies: readonly { readonly delayMs: number; readonly inTurn: boolean }[]
}

/** Decides for one direction what becomes of each packet; the same for the same random numbers. */
export class Fates {
  readonly #random: () => number
  #faults = NO_FAULTS
  #counts = NO_COUNTS

  constructor(random: () => number) {
    this.#random = random
  }

  get counts(): FaultCounts {
    return this.#counts
  }

  change(faults: Partial<PacketFaults>): void {
    this.#faults = { ...this.#faults, ...faults }
  }

  next(): Fate {
    const { delayMs, jitterMs, loss, duplication, reordering, cut } = this.#faults
    // Always five draws: turning one fault on does not change what the others do.
    const [isLost, isDoubled, isHeld, jitter, second] = [
      this.#random() < loss,
      this.#random() < duplication,
      this.#random() < reordering,
      this.#random() * jitterMs,
      this.#random() * jitterMs,
    ]
    this.#count({ seen: 1 })
    if (cut) return this.#dropped('cut')
    if (isLost) return this.#dropped('lost')
    const first = { delayMs: delayMs + jitter + (isHeld ? HELD_BACK_MS : 0), inTurn: !isHeld }
    const copies = isDoubled ? [first, { delayMs: delayMs + second, inTurn: true }] : [first]
    this.#count({
      duplicated: isDoubled ? 1 : 0,
      reordered: isHeld ? 1 : 0,
      delayed: first.delayMs > 0 ? 1 : 0,
      passed: copies.length,
    })
    return { copies }
  }

  #dropped(why: 'cut' | 'lost'): Fate {
    this.#count({ [why]: 1 })
    return { copies: [] }
  }

  #count(more: Partial<FaultCounts>): void {
    const sum = (name: keyof FaultCounts): number => this.#counts[name] + (more[name] ?? 0)
    this.#counts = {
      seen: sum('seen'),
      lost: sum('lost'),
      cut: sum('cut'),
      duplicated: sum('duplicated'),
      reordered: sum('reordered'),
      delayed: sum('delayed'),
      passed: sum('passed'),
    }
  }
}
