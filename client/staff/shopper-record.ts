import type { SigningPublicKey } from '@hamsa/crypto'
import type { BodyOf } from '../conversation/bodies/body-codec.ts'
import type { ConversationStatus } from '../conversation/body.ts'
import {
  keyOf,
  laterOf,
  type PlacedEntry,
  type Said,
} from '../conversation/effects/placed-entry.ts'
import { compareEntries } from '../conversation/order.ts'
import type { EntryId } from '../conversation/log.ts'
import { LatestEntries } from './latest-entries.ts'

export type StaffNote = {
  readonly entry: EntryId
  /** The device that wrote it. */
  readonly author: SigningPublicKey
  readonly text: string
}

/** What the shop's devices say of one shopper. Never changes. */
export type ShopperState = {
  readonly shopper: SigningPublicKey
  /** `null` when it was never told, or was erased. */
  readonly conversation: BodyOf<'staff-conversation'> | null
  /** In log order. */
  readonly notes: readonly StaffNote[]
  readonly labels: readonly string[]
  readonly status: ConversationStatus
  /** For `snoozed`; Unix milliseconds. */
  readonly untilMs: number | null
  /**
   * The last mark of each device: what is read is all up to the latest of these in the
   * *conversation's* order, which the staff log does not know.
   */
  readonly readMarks: readonly EntryId[]
  readonly blocked: boolean
}

export type ShopperEntry = Said<
  | 'staff-conversation'
  | 'staff-note'
  | 'staff-labels'
  | 'staff-status'
  | 'staff-read'
  | 'staff-block'
  | 'staff-erase'
>

/** Everything in the staff log about one shopper. Each entry is added once, in any order. */
export class ShopperRecord {
  readonly #shopper: SigningPublicKey
  readonly #conversations: Said<'staff-conversation'>[] = []
  readonly #notes: Said<'staff-note'>[] = []
  /** By writer. */
  readonly #reads = new LatestEntries<Said<'staff-read'>>()
  #labels: Said<'staff-labels'> | null = null
  #status: Said<'staff-status'> | null = null
  #block: Said<'staff-block'> | null = null
  #erase: Said<'staff-erase'> | null = null
  #state: ShopperState | null = null

  constructor(shopper: SigningPublicKey) {
    this.#shopper = shopper
  }

  add(entry: ShopperEntry): void {
    const { body } = entry
    this.#state = null
    switch (body.kind) {
      case 'staff-conversation':
        this.#conversations.push({ ...entry, body })
        break
      case 'staff-note':
        this.#notes.push({ ...entry, body })
        break
      case 'staff-labels':
        this.#labels = laterOf(this.#labels, { ...entry, body })
        break
      case 'staff-status':
        this.#status = laterOf(this.#status, { ...entry, body })
        break
      case 'staff-read':
        this.#reads.add(`${keyOf(entry.author)}.${keyOf(entry.writer)}`, { ...entry, body })
        break
      case 'staff-block':
        this.#block = laterOf(this.#block, { ...entry, body })
        break
      case 'staff-erase':
        this.#erase = laterOf(this.#erase, { ...entry, body })
        break
    }
  }

  /** The same object until an entry is added. */
  state(): ShopperState {
    this.#state ??= this.#fold()
    return this.#state
  }

  #fold(): ShopperState {
    const conversation = this.#conversation()
    const stands = (entry: PlacedEntry): boolean =>
      this.#erase === null || (conversation !== null && compareEntries(entry, conversation) > 0)
    const labels = this.#labels !== null && stands(this.#labels) ? this.#labels.body : null
    const status = this.#status !== null && stands(this.#status) ? this.#status.body : null
    return Object.freeze({
      shopper: this.#shopper,
      conversation: conversation?.body ?? null,
      notes: this.#notes
        .filter(stands)
        .sort(compareEntries)
        .map(({ id, author, body }) => ({ entry: id, author, text: body.text })),
      labels: labels?.labels ?? [],
      status: status?.status ?? 'open',
      untilMs: status?.untilMs ?? null,
      readMarks: this.#reads
        .all()
        .filter(stands)
        .sort(compareEntries)
        .map(({ body }) => body.entry),
      blocked: this.#block?.body.blocked ?? false,
    })
  }

  /** The first that no erasure has taken away. */
  #conversation(): Said<'staff-conversation'> | null {
    const erase = this.#erase
    const [first] = this.#conversations
      .filter((told) => erase === null || compareEntries(told, erase) > 0)
      .sort(compareEntries)
    return first ?? null
  }
}
