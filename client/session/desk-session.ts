import { checkShopName } from '../identity/shop-name.ts'
import { decodeShop, encodeShop, makeShop, type ShopKeys } from '../identity/shop-identity.ts'
import { Listeners } from '../listeners.ts'
import { StorageError } from '../storage/ports.ts'
import { DeskSafety } from './desk-safety.ts'
import { DeskSeat, type SeatedDesk } from './desk-seat.ts'
import {
  CREATING,
  naming,
  restoring,
  type DeskState,
  type DeskView,
  type OpenDesk,
} from './desk-state.ts'
import { obstacleOf } from './obstacle-of.ts'
import { OpenShop } from './open-shop.ts'
import { markRecoverySaved } from './recovery-saved.ts'
import { restore } from './restore.ts'
import type { SessionParts } from './session-parts.ts'
import { ShopFront } from './shop-front.ts'
import { eraseLeftovers, SHOP } from './shop-record.ts'
import type { DeskSession, Disclosure, ExportWords, FileToSave } from './snapshots.ts'

/** How often an open desk looks whether its certificate is to be renewed; ten days are left then. */
const RENEWAL_CHECK_MS = 24 * 60 * 60 * 1_000

/** The merchant's session without other tabs: begins at once, and works until it is closed. */
export function openDesk(parts: SessionParts): DeskSession {
  const desk = new Desk(parts)
  return desk.seat(() => desk.close())
}

/** The desk at work, for all its seats. */
export class Desk implements SeatedDesk {
  readonly #parts: SessionParts
  readonly #listeners = new Listeners()
  readonly #safety: DeskSafety
  #state: DeskState = { type: 'loading' }
  #view: DeskView | null = null
  #claim: string | null = null
  #callOffRenewal: () => void = () => undefined
  #closed = false

  constructor(parts: SessionParts) {
    this.#parts = parts
    this.#safety = new DeskSafety(parts, () => this.#changed())
    void this.#begin()
  }

  /** A tab's own; `onClosed` is called when the tab has left it. */
  seat(onClosed: () => void = () => undefined): DeskSeat {
    return new DeskSeat(this, onClosed)
  }

  view(): DeskView {
    this.#view ??= this.#draw()
    return this.#view
  }

  front(): ShopFront | null {
    return this.#state.type === 'open' ? this.#state.front : null
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.subscribe(listener)
  }

  /** A one-time token that came with the desk's address: the service is to serve this shop. */
  claim(token: string): void {
    this.#claim = token
    this.front()?.showClaim()
  }

  createShop(name: string): void {
    const { clock, storage } = this.#parts
    if (!this.#isWelcoming()) return
    const checked = checkShopName(name)
    if (checked.type === 'problem') return this.#enter(naming(checked.problem))
    this.#enter(CREATING)
    void this.#guard(async () => {
      const shop = makeShop({ name: checked.name, nowMs: clock.now() })
      // Another tab may have made one meanwhile, without Web Locks: it is opened, never replaced.
      if (!(await eraseLeftovers(storage))) return this.#openStored()
      await storage.vault.write(SHOP, encodeShop(shop))
      this.askToPersist()
      await this.#openFront(shop)
    })
  }

  restore(file: AsyncIterable<Uint8Array>, passphrase: string): void {
    if (!this.#isWelcoming()) return
    this.#enter(restoring({ type: 'busy', records: 0 }))
    void this.#guard(() => this.#restore(file, passphrase))
  }

  unlock(passcode: string): void {
    if (this.#state.type !== 'locked' || this.#state.busy) return
    const { retryAtMs } = this.#state
    this.#enter({ type: 'locked', problem: null, retryAtMs, busy: true })
    void this.#guard(async () => {
      const result = await this.#parts.storage.passcode.unlock(passcode)
      if (result.type === 'unlocked') return this.#openStored()
      const { reason, retryAtMs: nextMs } = result
      this.#enter({ type: 'locked', problem: reason, retryAtMs: nextMs, busy: false })
    })
  }

  lock(): void {
    if (this.#state.type !== 'open' || !this.#safety.hasPasscode) return
    this.#closeFront()
    this.#enter({ type: 'loading' })
    void this.#guard(async () => {
      await this.#parts.storage.passcode.lock()
      await this.#openStored()
    })
  }

  setPasscode(passcode: string | null): Promise<boolean> {
    if (this.#state.type !== 'open') return Promise.resolve(false)
    return this.#safety.setPasscode(passcode)
  }

  recoveryFile(passphrase: string): FileToSave {
    return this.#safety.recoveryFile(this.#open().shop.keys, passphrase)
  }

  readableExport(format: 'html' | 'json', words: ExportWords): FileToSave {
    return this.#safety.readableExport(this.#open().shop.keys, format, words)
  }

  shopperKeys(): Promise<readonly string[]> {
    return this.#safety.shopperKeys()
  }

  askToPersist(): void {
    this.#safety.askToPersist()
  }

  makeInvite(name: string, lifetimeMs: number | null): void {
    void this.front()?.makeInvite(name, lifetimeMs)
  }

  revokeInvite(id: string): void {
    void this.front()?.revokeInvite(id)
  }

  disclose(disclosure: Disclosure): void {
    this.front()?.disclose(disclosure)
  }

  wake(): void {
    this.#parts.signaling.wake()
    this.front()?.wake()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#closeFront()
    this.#listeners.clear()
    this.#parts.signaling.close()
    this.#parts.storage.close()
  }

  #isWelcoming(): boolean {
    const state = this.#state
    return state.type === 'welcome' && !state.creating && state.restore.type !== 'busy'
  }

  /** For what a screen can only ask for while the shop is open. */
  #open(): OpenDesk {
    if (this.#state.type !== 'open') throw new Error('no shop is open')
    return this.#state
  }

  async #begin(): Promise<void> {
    const { obstacle } = this.#parts
    if (obstacle !== null) return this.#enter({ type: 'obstacle', obstacle })
    await this.#guard(() => this.#openStored())
  }

  /** Whatever this browser holds: a shop, a locked one, or none yet. */
  async #openStored(): Promise<void> {
    const { vault } = this.#parts.storage
    const lock = await this.#safety.lockState()
    if (lock.type === 'locked') {
      const { retryAtMs } = lock
      return this.#enter({ type: 'locked', problem: null, retryAtMs, busy: false })
    }
    const bytes = await vault.read(SHOP)
    if (bytes === null) return this.#enter(naming(null))
    const stored = decodeShop(bytes)
    if (stored === null) throw new StorageError('corrupt')
    await this.#openFront(stored)
  }

  async #restore(file: AsyncIterable<Uint8Array>, passphrase: string): Promise<void> {
    const { storage, stretch, clock } = this.#parts
    const onProgress = (records: number): void => this.#enter(restoring({ type: 'busy', records }))
    const now = (): number => clock.now()
    const result = await restore({ storage, stretch, now, onProgress }, file, passphrase).catch(
      (error: unknown) => {
        this.#enter(restoring({ type: 'failed', problem: 'no-memory' }))
        throw error // no fault of the file or the storage: the passphrase could not be stretched
      },
    )
    if (result.type === 'failed') {
      return this.#enter(restoring({ type: 'failed', problem: result.problem }))
    }
    if (result.type === 'restored') await markRecoverySaved(storage.vault, clock.now())
    this.askToPersist()
    await this.#openStored()
  }

  async #openFront(stored: ShopKeys): Promise<void> {
    const { storage, clock } = this.#parts
    await this.#safety.load()
    const shop = await OpenShop.open(storage.vault, stored, clock.now())
    const front = await ShopFront.open({ session: this.#parts, shop, claim: () => this.#claim })
    if (this.#closed) return front.close()
    this.#renewLater(shop)
    front.subscribe(() => this.#changed())
    this.#enter({ type: 'open', front, shop })
  }

  #closeFront(): void {
    this.#callOffRenewal()
    this.front()?.close()
  }

  /** A desk may stay open for months: its certificate is renewed under way. */
  #renewLater(shop: OpenShop): void {
    const { clock } = this.#parts
    this.#callOffRenewal = clock.after(RENEWAL_CHECK_MS, () => {
      this.#renewLater(shop)
      shop.renew(clock.now()).catch((error: unknown) => {
        // Ten days are left; tomorrow it is tried again.
        if (!(error instanceof StorageError)) throw error
      })
    })
  }

  /** A failure of storage ends in a screen that says so, never in silence. */
  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      this.#closeFront()
      this.#enter({ type: 'obstacle', obstacle: obstacleOf(error) })
    }
  }

  #draw(): DeskView {
    if (this.#state.type !== 'open') return this.#state
    return {
      type: 'open',
      ...this.#state.front.snapshot(),
      ...this.#safety.snapshot(),
      inviteIsLocal: this.#parts.place.isLocal,
    }
  }

  #enter(state: DeskState): void {
    if (this.#closed) return
    this.#state = state
    this.#changed()
  }

  #changed(): void {
    this.#view = null
    this.#listeners.notify()
  }
}
