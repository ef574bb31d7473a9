import { createHmac } from 'node:crypto'
import { AddressAccount } from './address-account.ts'
import type { Limits } from './limits.ts'
import { parseIp } from './relay/ip-address.ts'

const KEY_BYTES = 32
const KEY_LIFETIME_MS = 24 * 60 * 60 * 1000
/** Bytes of an IPv6 address that count: one household holds the 2⁶⁴ behind them. */
const IPV6_NETWORK_BYTES = 8
const IPV6_BYTES = 16

export type LedgerDeps = {
  readonly limits: Limits
  /** Milliseconds, never going back. */
  readonly now: () => number
  readonly random: (length: number) => Uint8Array
}

/**
 * One account for each address, found by a hash under a random key: no address is kept, in memory
 * either. The key changes daily, and what was counted under the old one is forgotten but for what
 * is still open.
 */
export class AddressLedger {
  readonly #deps: LedgerDeps
  readonly #accounts = new Map<string, AddressAccount>()
  #key: Uint8Array
  #keyUntil: number

  constructor(deps: LedgerDeps) {
    this.#deps = deps
    this.#key = deps.random(KEY_BYTES)
    this.#keyUntil = deps.now() + KEY_LIFETIME_MS
  }

  /** The account of an address in text; whatever is no address shares one. */
  accountOf(address: string): AddressAccount {
    this.#changeKey()
    const name = this.#nameOf(address)
    const known = this.#accounts.get(name)
    if (known !== undefined) return known
    if (this.#accounts.size >= this.#deps.limits.addresses) this.#dropOne()
    const account = new AddressAccount(this.#deps.limits, this.#deps.now)
    this.#accounts.set(name, account)
    return account
  }

  /** Forgets the addresses of which there is nothing left to remember. */
  sweep(): void {
    for (const [name, account] of this.#accounts) {
      if (account.isForgettable()) this.#accounts.delete(name)
    }
  }

  /** Addresses that are counted. */
  get size(): number {
    return this.#accounts.size
  }

  #nameOf(address: string): string {
    const ip = parseIp(address) ?? new Uint8Array()
    const counted = ip.length === IPV6_BYTES ? ip.subarray(0, IPV6_NETWORK_BYTES) : ip
    return createHmac('sha256', this.#key).update(counted).digest('base64url')
  }

  #changeKey(): void {
    const now = this.#deps.now()
    if (now < this.#keyUntil) return
    this.#key = this.#deps.random(KEY_BYTES)
    this.#keyUntil = now + KEY_LIFETIME_MS
    this.#accounts.clear()
  }

  /** The oldest is forgotten, whatever it has open: its sockets stay, uncounted for newcomers. */
  #dropOne(): void {
    const [oldest] = this.#accounts.keys()
    if (oldest !== undefined) this.#accounts.delete(oldest)
  }
}
