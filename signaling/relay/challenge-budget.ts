import { TokenBucket } from './token-bucket.ts'

const SLOTS = 4096
const BURST_SECONDS = 4
const FNV_PRIME = 0x01000193

/**
 * How many answers a source gets without a credential. A UDP source can be forged: without a cap the
 * relay would throw challenges, four times the size of the question, at whomever the forger names.
 * Sources share slots by a keyed hash, so that memory is fixed and nobody can aim at another's slot.
 */
export class ChallengeBudget {
  readonly #perSecond: number
  readonly #seed: number
  readonly #slots = new Map<number, TokenBucket>()

  constructor(perSecond: number, seed: number) {
    this.#perSecond = perSecond
    this.#seed = seed
  }

  take(source: string, now: number): boolean {
    const slot = this.#slotOf(source)
    const bucket = this.#slots.get(slot) ?? this.#newBucket(now)
    this.#slots.set(slot, bucket)
    return bucket.take(1, now)
  }

  #newBucket(now: number): TokenBucket {
    const perSecond = this.#perSecond
    return new TokenBucket({ perSecond, burst: perSecond * BURST_SECONDS, now })
  }

  /** FNV-1a from a secret start. */
  #slotOf(source: string): number {
    let hash = this.#seed
    for (let index = 0; index < source.length; index++) {
      hash = Math.imul(hash ^ source.charCodeAt(index), FNV_PRIME)
    }
    return (hash >>> 0) % SLOTS
  }
}
