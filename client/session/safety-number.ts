import { safetyNumber, type SigningPublicKey } from '@hamsa/crypto'
import type { Clock } from '../clock.ts'

/** The safety number of one conversation, computed when somebody asks for it. */
export class SafetyNumber {
  readonly #root: SigningPublicKey
  readonly #shopper: SigningPublicKey
  #groups: readonly string[] | null = null
  #isAsked = false

  constructor(root: SigningPublicKey, shopper: SigningPublicKey) {
    this.#root = root
    this.#shopper = shopper
  }

  /** 12 groups of 5 digits; `null` until it was asked for and computed. */
  get groups(): readonly string[] | null {
    return this.#groups
  }

  /** Computes it once the screen has been drawn: it takes a phone a quarter of a second. */
  show(clock: Clock, onShown: () => void): void {
    if (this.#isAsked) return
    this.#isAsked = true
    clock.after(0, () => {
      this.#groups = safetyNumber(this.#root, this.#shopper)
      onShown()
    })
  }
}
