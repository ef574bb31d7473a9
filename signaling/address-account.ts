import type { Limits } from './limits.ts'
import { TokenBucket } from './token-bucket.ts'

/** Whatever an address has open that may be asked to make room: a connection, then its socket. */
export interface Guest {
  /** Cut or closed for another newcomer of its address. */
  makeRoom(): void
}

/**
 * What one address has open and sends. Thousands of phones may stand behind it, so it never closes
 * a socket that has joined a topic and keeps the rules: what a flood costs, its own sockets pay.
 */
export class AddressAccount {
  readonly #limits: Limits
  readonly #now: () => number
  readonly #arrivals: TokenBucket
  readonly #settlings: TokenBucket
  readonly #frames: TokenBucket
  readonly #faults: TokenBucket
  readonly #iceRequests: TokenBucket
  /** Guests that have not joined a topic yet, oldest first. */
  readonly #waiting = new Set<Guest>()
  readonly #settled = new Set<Guest>()
  #touchedAt: number

  constructor(limits: Limits, now: () => number) {
    const { arrivals, newSockets, framesOfAddress, faults, iceRequests } = limits
    this.#limits = limits
    this.#now = now
    this.#arrivals = new TokenBucket(arrivals, now)
    this.#settlings = new TokenBucket(newSockets, now)
    this.#frames = new TokenBucket(framesOfAddress, now)
    this.#faults = new TokenBucket(faults, now)
    this.#iceRequests = new TokenBucket(iceRequests, now)
    this.#touchedAt = now()
  }

  /** Whether one more upgrade is answered. */
  arrive(): boolean {
    this.touch()
    return this.#arrivals.take()
  }

  /** Lets a guest wait for its first topic; when too many do, the one that has waited longest makes room. */
  wait(guest: Guest): void {
    const [oldest] = this.#waiting
    if (oldest !== undefined && this.#waiting.size >= this.#limits.waitingPerAddress) {
      this.#waiting.delete(oldest)
      oldest.makeRoom()
    }
    this.#waiting.add(guest)
  }

  /** The guest joins its first topic; `false` when there is no place for it, now or in all. */
  settle(guest: Guest): boolean {
    this.#waiting.delete(guest)
    if (this.#settled.size >= this.#limits.socketsPerAddress || !this.#settlings.take())
      return false
    this.#settled.add(guest)
    return true
  }

  /** The guest has gone, or begins to. Twice is harmless. */
  leave(guest: Guest): void {
    this.touch()
    this.#waiting.delete(guest)
    this.#settled.delete(guest)
  }

  /**
   * A guest has broken a rule. The place among the new that it took is given back, so that a flood
   * of such guests takes none from others.
   */
  blame(guest: Guest): void {
    this.#faults.take()
    if (this.#settled.has(guest)) this.#settlings.give()
  }

  /** Whether few enough rules were broken lately. */
  get isInGoodStanding(): boolean {
    return this.#faults.has()
  }

  /** `false` when the address as a whole sends too much: its sockets are then held to a smaller share. */
  takeFrame(): boolean {
    return this.#frames.take()
  }

  /** Whether one more request for relay credentials is answered. */
  takeIceRequest(): boolean {
    this.touch()
    return this.#iceRequests.take()
  }

  touch(): void {
    this.#touchedAt = this.#now()
  }

  /** Whether nothing is open, and every bucket may count as full again. */
  isForgettable(): boolean {
    const open = this.#waiting.size + this.#settled.size
    return open === 0 && this.#now() - this.#touchedAt >= this.#limits.addressMemoryMs
  }
}
