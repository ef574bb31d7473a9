import type { InviteId, SigningPublicKey } from '@hamsa/crypto'
import {
  keyOf,
  laterOf,
  type IdKey,
  type PlacedEntry,
  type Said,
} from '../conversation/effects/placed-entry.ts'
import { InviteLedger, type InviteState } from './invite-ledger.ts'
import { LatestEntries } from './latest-entries.ts'
import { ShopperRecord, type ShopperState } from './shopper-record.ts'

/** Number of an encoded profile; `null` for bytes that are no profile. */
export type ProfileNumberOf = (profile: Uint8Array) => number | null

export type CannedReply = { readonly name: string; readonly text: string }

/**
 * What the shop's devices have agreed on: a function of the set of the staff log's entries, which
 * may come in any order, and again. The rules stand in STAFF.md.
 */
export class StaffState {
  readonly #numberOf: ProfileNumberOf
  readonly #seen = new Set<IdKey>()
  readonly #shoppers = new Map<IdKey, ShopperRecord>()
  readonly #invites = new InviteLedger()
  readonly #cannedReplies = new LatestEntries<Said<'staff-canned-reply'>>()
  readonly #settings = new LatestEntries<Said<'staff-setting'>>()
  #profile: { readonly number: number; readonly entry: Said<'staff-profile'> } | null = null

  constructor(numberOf: ProfileNumberOf) {
    this.#numberOf = numberOf
  }

  add(entry: PlacedEntry): void {
    const key = keyOf(entry.id)
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    const { body } = entry
    switch (body.kind) {
      case 'staff-conversation':
      case 'staff-note':
      case 'staff-labels':
      case 'staff-status':
      case 'staff-read':
      case 'staff-block':
      case 'staff-erase':
        return this.#recordOf(body.shopper).add({ ...entry, body })
      case 'staff-invite':
      case 'staff-invite-revoked':
      case 'staff-invite-used':
        return this.#invites.add({ ...entry, body })
      case 'staff-canned-reply':
        return this.#cannedReplies.add(body.name, { ...entry, body })
      case 'staff-setting':
        return this.#settings.add(body.name, { ...entry, body })
      case 'staff-profile':
        return this.#addProfile({ ...entry, body })
      default:
    }
  }

  /** `null` when the staff log says nothing of this shopper. */
  shopper(key: SigningPublicKey): ShopperState | null {
    return this.#shoppers.get(keyOf(key))?.state() ?? null
  }

  /** Shoppers with a conversation. The order says nothing. */
  conversations(): readonly ShopperState[] {
    return [...this.#shoppers.values()]
      .map((record) => record.state())
      .filter(({ conversation }) => conversation !== null)
  }

  /** `null` when the shop has made no such invite. */
  invite(id: InviteId): InviteState | null {
    return this.#invites.invite(id)
  }

  /** In log order. */
  invites(): readonly InviteState[] {
    return this.#invites.invites()
  }

  /** By name, in the order of its code units. */
  cannedReplies(): readonly CannedReply[] {
    return this.#cannedReplies
      .all()
      .flatMap(({ body: { name, text } }) => (text === null ? [] : [{ name, text }]))
      .sort((left, right) => (left.name < right.name ? -1 : 1))
  }

  setting(name: string): string | null {
    return this.#settings.get(name)?.body.value ?? null
  }

  /** The encoded profile that counts. */
  profile(): Uint8Array | null {
    return this.#profile?.entry.body.profile ?? null
  }

  #addProfile(entry: Said<'staff-profile'>): void {
    const number = this.#numberOf(entry.body.profile)
    if (number === null) return
    const known = this.#profile
    if (known === null || number > known.number) this.#profile = { number, entry }
    else if (number === known.number) {
      this.#profile = { number, entry: laterOf(known.entry, entry) }
    }
  }

  #recordOf(shopper: SigningPublicKey): ShopperRecord {
    const key = keyOf(shopper)
    const known = this.#shoppers.get(key)
    if (known !== undefined) return known
    const record = new ShopperRecord(shopper)
    this.#shoppers.set(key, record)
    return record
  }
}
