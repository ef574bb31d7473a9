import { equalBytes, toBase64Url, toUtf8 } from '@hamsa/crypto'
import { parseInvite, type Invite } from '../identity/invite.ts'
import {
  decodeShopper,
  encodeShopper,
  makeShopper,
  type ShopperKeys,
} from '../identity/shopper-identity.ts'
import { StorageError, type Durability } from '../storage/ports.ts'
import { ChatVisit } from './chat-visit.ts'
import type { DisclosureChoice } from './disclosure.ts'
import { Listeners } from '../listeners.ts'
import { findInvite, LAST_INVITE, lastInvite } from './found-invite.ts'
import { obstacleOf } from './obstacle-of.ts'
import type { Said } from './pending-messages.ts'
import type { SessionParts } from './session-parts.ts'
import type {
  ChatSession,
  ChatSnapshot,
  Disclosure,
  InviteProblem,
  Obstacle,
  ShopCard,
} from './snapshots.ts'

export type ChatParts = SessionParts & {
  /** What stood after `#`, or `null`. */
  readonly fragment: string | null
}

type ChatState =
  | { readonly type: 'loading' }
  | { readonly type: 'elsewhere' }
  | { readonly type: 'obstacle'; readonly obstacle: Obstacle }
  | { readonly type: 'bad-invite'; readonly problem: InviteProblem }
  | { readonly type: 'preview'; readonly invite: Invite; readonly starting: boolean }
  | {
      readonly type: 'open'
      readonly visit: ChatVisit
      readonly disclosure: DisclosureChoice
    }

/** The shopper's session without other tabs: begins at once, and works until it is closed. */
export function openChat(parts: ChatParts): ChatSession {
  return new Chat(parts)
}

export class Chat implements ChatSession {
  readonly #parts: ChatParts
  readonly #listeners = new Listeners()
  #state: ChatState = { type: 'loading' }
  #snapshot: ChatSnapshot | null = null
  #fragment: string | null = null
  #remembered: string | null = null
  #durability: Durability = 'unknown'
  #closed = false

  constructor(parts: ChatParts) {
    this.#parts = parts
    void this.#guard(() => this.#begin())
  }

  snapshot(): ChatSnapshot {
    this.#snapshot ??= this.#draw()
    return this.#snapshot
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.subscribe(listener)
  }

  start(): void {
    if (this.#state.type !== 'preview' || this.#state.starting) return
    const { invite } = this.#state
    this.#enter({ type: 'preview', invite, starting: true })
    void this.#guard(async () => {
      const shopper = makeShopper()
      const { vault } = this.#parts.storage
      const kept = vault.write(shopperName(invite), encodeShopper(shopper))
      const asked = kept.then(() => void this.#askToPersist())
      await this.#openVisit(invite, shopper, asked)
    })
  }

  showSafetyNumber(): void {
    if (this.#state.type === 'open') this.#state.visit.showSafetyNumber()
  }

  send(text: string): void {
    if (this.#state.type === 'open') void this.#state.visit.talk.send(text)
  }

  /** A text that a tab has sent off; resolves once it is in the log, or given up. */
  async say(said: Said): Promise<void> {
    if (this.#state.type === 'open') await this.#state.visit.talk.say(said)
  }

  retry(messageKey: string): void {
    if (this.#state.type === 'open') void this.#state.visit.talk.retry(messageKey)
  }

  discard(messageKey: string): void {
    if (this.#state.type === 'open') this.#state.visit.talk.discard(messageKey)
  }

  shown(messageKey: string): void {
    if (this.#state.type === 'open') this.#state.visit.talk.shown(messageKey)
  }

  wrote(active: boolean): void {
    if (this.#state.type === 'open') this.#state.visit.talk.wrote(active)
  }

  disclose(disclosure: Disclosure): void {
    if (this.#state.type === 'open') void this.#state.disclosure.choose(disclosure)
  }

  wake(): void {
    this.#parts.signaling.wake()
    if (this.#state.type === 'open') this.#state.visit.wake()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    if (this.#state.type === 'open') this.#state.visit.close()
    this.#listeners.clear()
    this.#parts.signaling.close()
    this.#parts.storage.close()
  }

  async #begin(): Promise<void> {
    const { obstacle, storage, fragment } = this.#parts
    if (obstacle !== null) return this.#enter({ type: 'obstacle', obstacle })
    const found = await findInvite(fragment, storage.vault)
    if (found.type === 'problem') {
      return this.#enter({ type: 'bad-invite', problem: found.problem })
    }
    const { invite } = found
    this.#fragment = found.fragment
    if (this.#closed) return
    const bytes = await storage.vault.read(shopperName(invite))
    if (bytes === null) return this.#enter({ type: 'preview', invite, starting: false })
    const shopper = decodeShopper(bytes)
    if (shopper === null) throw new StorageError('corrupt')
    this.#durability = await storage.durability()
    await this.#openVisit(invite, shopper, Promise.resolve())
  }

  /** `kept` resolves once the shopper's keys are stored. */
  async #openVisit(invite: Invite, shopper: ShopperKeys, kept: Promise<unknown>): Promise<void> {
    const ready = this.#rememberFirst(invite, kept)
    const { visit, disclosure } = await ChatVisit.open(this.#parts, invite, shopper, ready)
    if (this.#closed) return visit.close()
    visit.subscribe(() => {
      if (visit.wasAccepted) this.#remember().catch(passOver)
      this.#changed()
    })
    disclosure.subscribe(() => this.#changed())
    this.#enter({ type: 'open', visit, disclosure })
  }

  /**
   * A link of which the shop has not spoken yet replaces none that it has let in before. And one whose
   * keys could not be kept replaces no other shop's: a page without a link would lead there for nothing.
   */
  async #rememberFirst(invite: Invite, kept: Promise<unknown>): Promise<void> {
    const [last] = await Promise.all([lastInvite(this.#parts.storage.vault), kept])
    const parsed = last === null ? null : await parseInvite(last)
    const isOfThisShop = parsed?.type === 'invite' && equalBytes(parsed.invite.root, invite.root)
    if (!isOfThisShop) await this.#remember()
  }

  /** Asked when the shopper has just pressed something: some browsers say yes only then, some ask the person. */
  async #askToPersist(): Promise<void> {
    const answer = this.#parts.storage.persist()
    // Firefox asks the person, who may never answer: until then this is what holds.
    this.#durability = await this.#parts.storage.durability()
    this.#changed()
    this.#durability = await answer
    this.#changed()
  }

  /** The invite for a page that is opened without one. */
  async #remember(): Promise<void> {
    const fragment = this.#fragment
    if (fragment === null || fragment === this.#remembered) return
    this.#remembered = fragment
    await this.#parts.storage.vault.write(LAST_INVITE, toUtf8(fragment))
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

  #draw(): ChatSnapshot {
    const state = this.#state
    switch (state.type) {
      case 'preview':
        return { type: 'preview', shop: cardOf(state.invite), starting: state.starting }
      case 'open':
        return {
          type: 'open',
          shop: state.visit.shopCard(),
          thread: state.visit.thread(),
          refusal: state.visit.refusal(),
          durability: this.#durability,
          disclosure: state.disclosure.state,
        }
      default:
        return state
    }
  }

  #enter(state: ChatState): void {
    if (this.#closed) return
    this.#state = state
    this.#changed()
  }

  #changed(): void {
    this.#snapshot = null
    this.#listeners.notify()
  }
}

/** The talk goes on; the next visit tries again. */
function passOver(error: unknown): void {
  if (!(error instanceof StorageError)) throw error
}

function rootText(invite: Invite): string {
  return toBase64Url(invite.root)
}

/** Vault record of the keys with which this browser visits one shop. */
function shopperName(invite: Invite): string {
  return `shopper/${rootText(invite)}`
}

function cardOf(invite: Invite): ShopCard {
  return { name: invite.card.name, colour: invite.card.colour, rootKey: rootText(invite) }
}
