import type { AddressAccount } from './address-account.ts'
import type { Rate } from './limits.ts'
import { TokenBucket } from './token-bucket.ts'

/** Of its own rate, what a socket may use while its address as a whole sends too much. */
const SHARE_UNDER_PRESSURE = 0.25

/** What one socket sends: by its own rate, and by a share of it while its address sends too much. */
export class SocketFrames {
  readonly #now: () => number
  readonly #own: TokenBucket
  /** Made when it is first needed: most addresses never send too much. */
  #share: TokenBucket | null = null
  #rate: Rate

  constructor(rate: Rate, now: () => number) {
    this.#rate = rate
    this.#now = now
    this.#own = new TokenBucket(rate, now)
  }

  /** Whether the socket may send one more frame. */
  take(account: AddressAccount): boolean {
    if (!this.#own.take()) return false
    if (account.takeFrame()) return true
    this.#share ??= new TokenBucket(shareOf(this.#rate), this.#now)
    return this.#share.take()
  }

  /** A socket that has proven itself gets a wider rate, full from the start. */
  widen(rate: Rate): void {
    this.#rate = rate
    this.#own.widen(rate)
    this.#share?.widen(shareOf(rate))
  }
}

function shareOf({ perSecond, burst }: Rate): Rate {
  return { perSecond: perSecond * SHARE_UNDER_PRESSURE, burst: burst * SHARE_UNDER_PRESSURE }
}
