import type { SigningPublicKey } from '@hamsa/crypto'
import type { SanctionKind } from '../body.ts'
import type { EntryId } from '../log.ts'
import { keyOf, laterOf, type IdKey, type PlacedEntry, type Said } from './placed-entry.ts'
import { compareEntries } from '../order.ts'
import { mayAuthor, type Rights } from './rights.ts'

export type PolicyInForce = {
  readonly entry: EntryId
  readonly version: number
  readonly text: string
}

export type Warning = {
  readonly entry: EntryId
  readonly about: EntryId | null
  readonly rule: string
  readonly text: string
  /** The member has taken note of it. */
  readonly acknowledged: boolean
}

export type Sanction = {
  readonly entry: EntryId
  readonly sanction: SanctionKind
  /** Unix milliseconds; `null` until it is lifted. */
  readonly untilMs: number | null
  readonly about: EntryId | null
  readonly rule: string
  readonly reason: string
}

/** Policies, warnings and sanctions of one log, and what members accept of them. */
export class ModerationEffects {
  readonly #rights: Rights
  #policy: Said<'policy'> | null = null
  /** Member → id → warning. */
  readonly #warnings = new Map<IdKey, Map<IdKey, Said<'warning'>>>()
  /** Member → kind → the last. */
  readonly #sanctions = new Map<IdKey, Map<SanctionKind, Said<'sanction'>>>()
  /** Member → ids accepted. */
  readonly #accepted = new Map<IdKey, Set<IdKey>>()

  constructor(rights: Rights) {
    this.#rights = rights
  }

  add(entry: PlacedEntry): void {
    const { body } = entry
    switch (body.kind) {
      case 'acceptance':
        within(this.#accepted, entry.author, makeSet).add(keyOf(body.policy))
        break
      case 'policy':
        if (mayAuthor(entry, this.#rights)) this.#addPolicy({ ...entry, body })
        break
      case 'warning':
        if (!mayAuthor(entry, this.#rights)) break
        within(this.#warnings, body.member, makeMap).set(keyOf(entry.id), { ...entry, body })
        break
      case 'sanction':
        if (mayAuthor(entry, this.#rights)) this.#addSanction({ ...entry, body })
        break
      default:
    }
  }

  policy(): PolicyInForce | null {
    if (this.#policy === null) return null
    const { id, body } = this.#policy
    return { entry: id, version: body.version, text: body.text }
  }

  hasAccepted(member: SigningPublicKey, policy: EntryId): boolean {
    return this.#accepted.get(keyOf(member))?.has(keyOf(policy)) ?? false
  }

  warningsTo(member: SigningPublicKey): readonly Warning[] {
    const warnings = this.#warnings.get(keyOf(member))?.values() ?? []
    return [...warnings].sort(compareEntries).map(({ id, body: { about, rule, text } }) => {
      const acknowledged = this.hasAccepted(member, id)
      return { entry: id, about, rule, text, acknowledged }
    })
  }

  activeSanctions(member: SigningPublicKey, atMs: number): readonly Sanction[] {
    const last = this.#sanctions.get(keyOf(member))?.values() ?? []
    return [...last]
      .filter(({ body: { untilMs } }) => untilMs === null || atMs < untilMs)
      .sort(compareEntries)
      .map(({ id, body: { sanction, untilMs, about, rule, reason } }) => {
        return { entry: id, sanction, untilMs, about, rule, reason }
      })
  }

  #addPolicy(policy: Said<'policy'>): void {
    const known = this.#policy?.body.version ?? 0
    if (policy.body.version < known) return
    this.#policy = policy.body.version > known ? policy : laterOf(this.#policy, policy)
  }

  #addSanction(sanction: Said<'sanction'>): void {
    const { member, sanction: kind } = sanction.body
    const ofMember = within(this.#sanctions, member, makeMap<SanctionKind, Said<'sanction'>>)
    ofMember.set(kind, laterOf(ofMember.get(kind) ?? null, sanction))
  }
}

const makeSet = (): Set<IdKey> => new Set()
const makeMap = <Key, Value>(): Map<Key, Value> => new Map()

/** What a map holds under a member's key, made when it is not there. */
function within<Value>(map: Map<IdKey, Value>, member: SigningPublicKey, make: () => Value): Value {
  const key = keyOf(member)
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
