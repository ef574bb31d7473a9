import { checkShopName } from '../identity/shop-name.ts'
import {
  decodeShop,
  encodeShop,
  makeShop,
  renewCertificate,
  type ShopKeys,
} from '../identity/shop-identity.ts'
import { StorageError } from '../storage/ports.ts'
import { Listeners } from '../listeners.ts'
import { obstacleOf } from './obstacle-of.ts'
import type { SessionParts } from './session-parts.ts'
import { ShopFront } from './shop-front.ts'
import type { DeskSession, DeskSnapshot, Obstacle, ShopNameProblem } from './snapshots.ts'

/** Name of the vault record with the shop's keys; there is one shop a browser profile. */
const SHOP = 'shop'
const LEADER = 'hamsa-desk'
/** How often an open desk looks whether its certificate is to be renewed; ten days are left then. */
const RENEWAL_CHECK_MS = 24 * 60 * 60 * 1_000

/** What the desk is doing; a screen is made of it. */
type DeskState =
  | { readonly type: 'loading' }
  | { readonly type: 'elsewhere' }
  | { readonly type: 'obstacle'; readonly obstacle: Obstacle }
  | {
      readonly type: 'welcome'
      readonly problem: ShopNameProblem | null
      readonly creating: boolean
    }
  | { readonly type: 'open'; readonly front: ShopFront }

/** The merchant's session: begins at once, and works until it is closed. */
export function openDesk(parts: SessionParts): DeskSession {
  return new Desk(parts)
}

class Desk implements DeskSession {
  readonly #parts: SessionParts
  readonly #listeners = new Listeners()
  #state: DeskState = { type: 'loading' }
  #snapshot: DeskSnapshot | null = null
  #release: () => void = () => undefined
  #callOffRenewal: () => void = () => undefined
  #closed = false

  constructor(parts: SessionParts) {
    this.#parts = parts
    void this.#begin()
  }

  snapshot(): DeskSnapshot {
    this.#snapshot ??= this.#state.type === 'open' ? this.#state.front.snapshot() : this.#state
    return this.#snapshot
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.subscribe(listener)
  }

  createShop(name: string): void {
    if (this.#state.type !== 'welcome' || this.#state.creating) return
    const checked = checkShopName(name)
    if (checked.type === 'problem') {
      return this.#enter({ type: 'welcome', problem: checked.problem, creating: false })
    }
    this.#enter({ type: 'welcome', problem: null, creating: true })
    void this.#guard(async () => {
      const shop = makeShop({ name: checked.name, nowMs: this.#parts.clock.now() })
      await this.#parts.storage.vault.write(SHOP, encodeShop(shop))
      await this.#openFront(shop)
    })
  }

  openConversation(id: string): void {
    this.#front()?.openConversation(id)
  }

  closeConversation(): void {
    this.#front()?.closeConversation()
  }

  send(text: string): void {
    this.#front()?.send(text)
  }

  retry(messageKey: string): void {
    this.#front()?.retry(messageKey)
  }

  discard(messageKey: string): void {
    this.#front()?.discard(messageKey)
  }

  wake(): void {
    this.#parts.signaling.wake()
    this.#front()?.wake()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#callOffRenewal()
    this.#front()?.close()
    this.#listeners.clear()
    this.#parts.signaling.close()
    this.#parts.storage.close()
    this.#release()
  }

  #front(): ShopFront | null {
    return this.#state.type === 'open' ? this.#state.front : null
  }

  async #begin(): Promise<void> {
    const { obstacle, leadership, storage } = this.#parts
    if (obstacle !== null) return this.#enter({ type: 'obstacle', obstacle })
    const { leading, isWaiting, release } = leadership.lead(LEADER)
    this.#release = release
    if (await isWaiting) this.#enter({ type: 'elsewhere' })
    await leading
    await this.#guard(async () => {
      const bytes = await storage.vault.read(SHOP)
      if (bytes === null) return this.#enter({ type: 'welcome', problem: null, creating: false })
      const stored = decodeShop(bytes)
      if (stored === null) throw new StorageError('corrupt')
      const shop = renewCertificate(stored, this.#parts.clock.now())
      if (shop !== stored) await storage.vault.write(SHOP, encodeShop(shop))
      await this.#openFront(shop)
    })
  }

  async #openFront(shop: ShopKeys): Promise<void> {
    const front = await ShopFront.open(this.#parts, shop)
    if (this.#closed) return front.close()
    this.#callOffRenewal = this.#parts.clock.after(RENEWAL_CHECK_MS, () => {
      void this.#guard(() => this.#renew(front, shop))
    })
    front.subscribe(() => this.#changed())
    this.#enter({ type: 'open', front })
  }

  /** A desk may stay open for months: its certificate is renewed under way, and the shop opened again with it. */
  async #renew(front: ShopFront, shop: ShopKeys): Promise<void> {
    if (this.#closed) return
    const renewed = renewCertificate(shop, this.#parts.clock.now())
    if (renewed === shop) {
      this.#callOffRenewal = this.#parts.clock.after(RENEWAL_CHECK_MS, () => {
        void this.#guard(() => this.#renew(front, shop))
      })
      return
    }
    await this.#parts.storage.vault.write(SHOP, encodeShop(renewed))
    const { selected } = front
    front.close()
    await this.#openFront(renewed)
    if (selected !== null) this.#front()?.openConversation(selected)
  }

  /** A failure of storage ends in a screen that says so, never in silence. */
  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      this.#enter({ type: 'obstacle', obstacle: obstacleOf(error) })
    }
  }

  #enter(state: DeskState): void {
    if (this.#closed) return
    this.#state = state
    this.#changed()
  }

  #changed(): void {
    this.#snapshot = null
    this.#listeners.notify()
  }
}
