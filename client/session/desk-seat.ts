import { Listeners } from '../listeners.ts'
import type { DeskConversation } from './desk-conversation.ts'
import type { DeskView } from './desk-state.ts'
import type { Disclosure } from './snapshots.ts'
import type { Said } from './pending-messages.ts'
import type { ShopFront } from './shop-front.ts'
import type {
  DeskActions,
  DeskSession,
  DeskSnapshot,
  ExportWords,
  FileToSave,
  Thread,
  ThreadActions,
} from './snapshots.ts'

/** What a tab does at its own seat; everything else is the whole desk's. */
type SeatActions = Pick<
  DeskActions,
  Exclude<keyof ThreadActions, 'disclose'> | 'openConversation' | 'closeConversation'
>

/** The desk that a seat belongs to. */
export interface SeatedDesk extends Omit<DeskActions, keyof SeatActions> {
  view(): DeskView
  /** The open shop; `null` while there is none. */
  front(): ShopFront | null
  /** Whose conversations a readable export holds, in its order. */
  shopperKeys(): Promise<readonly string[]>
  subscribe(listener: () => void): () => void
  /** A one-time token that came with the desk's address: the service is to serve this shop. */
  claim(token: string): void
  wake(): void
}

/** One tab's place at the desk: which conversation it shows, and what is done in that one. */
export class DeskSeat implements DeskSession {
  readonly #desk: SeatedDesk
  readonly #onClose: () => void
  readonly #listeners = new Listeners()
  readonly #endWatch: () => void
  #selected: string | null = null
  #snapshot: DeskSnapshot | null = null
  #closed = false

  constructor(desk: SeatedDesk, onClose: () => void) {
    this.#desk = desk
    this.#onClose = onClose
    this.#endWatch = desk.subscribe(() => this.#deskChanged())
  }

  snapshot(): DeskSnapshot {
    this.#snapshot ??= this.#draw()
    return this.#snapshot
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.subscribe(listener)
  }

  /** Before the shop is open any id is taken: it is shown as soon as it is there. */
  openConversation(id: string): void {
    const front = this.#desk.front()
    if (front !== null && front.conversation(id) === null) return
    this.#selected = id
    this.#changed()
  }

  closeConversation(): void {
    this.#selected = null
    this.#changed()
  }

  showSafetyNumber(): void {
    const front = this.#desk.front()
    if (this.#selected !== null) front?.showSafetyNumber(this.#selected)
  }

  send(text: string): void {
    void this.#conversation()?.talk.send(text)
  }

  /** A text that a tab has sent off; resolves once it is in the log, or given up. */
  async say(conversation: string, said: Said): Promise<void> {
    for (let { again } = said; ; again = true) {
      const front = await this.#openFront()
      const talk = front.conversation(conversation)?.talk
      if (talk === undefined || (await talk.say({ ...said, again }))) return
      if (this.#desk.front() === front) return // the conversation itself was closed, not the desk
    }
  }

  retry(messageKey: string): void {
    void this.#conversation()?.talk.retry(messageKey)
  }

  discard(messageKey: string): void {
    this.#conversation()?.talk.discard(messageKey)
  }

  shown(messageKey: string): void {
    if (this.#selected !== null) this.#desk.front()?.shown(this.#selected, messageKey)
  }

  wrote(active: boolean): void {
    this.#conversation()?.talk.wrote(active)
  }

  disclose(disclosure: Disclosure): void {
    this.#desk.disclose(disclosure)
  }

  claim(token: string): void {
    this.#desk.claim(token)
  }

  createShop(name: string): void {
    this.#desk.createShop(name)
  }

  restore(file: AsyncIterable<Uint8Array>, passphrase: string): void {
    this.#desk.restore(file, passphrase)
  }

  unlock(passcode: string): void {
    this.#desk.unlock(passcode)
  }

  lock(): void {
    this.#desk.lock()
  }

  setPasscode(passcode: string | null): Promise<boolean> {
    return this.#desk.setPasscode(passcode)
  }

  recoveryFile(passphrase: string): FileToSave {
    return this.#desk.recoveryFile(passphrase)
  }

  readableExport(format: 'html' | 'json', words: ExportWords): FileToSave {
    return this.#desk.readableExport(format, words)
  }

  shopperKeys(): Promise<readonly string[]> {
    return this.#desk.shopperKeys()
  }

  askToPersist(): void {
    this.#desk.askToPersist()
  }

  makeInvite(name: string, lifetimeMs: number | null): void {
    this.#desk.makeInvite(name, lifetimeMs)
  }

  revokeInvite(id: string): void {
    this.#desk.revokeInvite(id)
  }

  wake(): void {
    this.#desk.wake()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#endWatch()
    this.#listeners.clear()
    this.#onClose()
  }

  /** Resolves when a shop is open: now, or once the desk is unlocked. */
  #openFront(): Promise<ShopFront> {
    const front = this.#desk.front()
    if (front !== null) return Promise.resolve(front)
    return new Promise((resolve) => {
      const end = this.subscribe(() => {
        const opened = this.#desk.front()
        if (opened === null) return
        end()
        resolve(opened)
      })
    })
  }

  #conversation(): DeskConversation | null {
    return this.#selected === null
      ? null
      : (this.#desk.front()?.conversation(this.#selected) ?? null)
  }

  #deskChanged(): void {
    const front = this.#desk.front()
    const isThere = this.#selected !== null && front?.conversation(this.#selected) !== null
    if (front !== null && !isThere) this.#selected = null
    this.#changed()
  }

  #draw(): DeskSnapshot {
    const view = this.#desk.view()
    return view.type === 'open' ? { ...view, thread: this.#thread() } : view
  }

  #thread(): Thread | null {
    return this.#conversation()?.thread() ?? null
  }

  #changed(): void {
    this.#snapshot = null
    this.#listeners.notify()
  }
}
