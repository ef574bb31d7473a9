import type { SigningPublicKey } from '@hamsa/crypto'
import type { EntryId } from '../log.ts'
import type { PlacedEntry } from './placed-entry.ts'
import type { MessageEffect } from './message-effect.ts'
import { MessageEffects } from './message-effects.ts'
import {
  ModerationEffects,
  type PolicyInForce,
  type Sanction,
  type Warning,
} from './moderation-effects.ts'
import type { Rights } from './rights.ts'

/** What of a log's entries has an effect: a function of their set, whatever order they came in. */
export interface Effects {
  /** `null` for what stands in no list, or is not here. */
  message(id: EntryId): MessageEffect | null
  /** Entries whose bodies storage must drop, for good. Once in it an entry stays. The order says nothing. */
  deletedTargets(): readonly EntryId[]
  /** The policy in force. */
  policy(): PolicyInForce | null
  /** Whether a member has accepted this policy. */
  hasAccepted(member: SigningPublicKey, policy: EntryId): boolean
  /** In log order. */
  warningsTo(member: SigningPublicKey): readonly Warning[]
  /** At most one of each kind, in log order. */
  activeSanctions(member: SigningPublicKey, atMs: number): readonly Sanction[]
}

/**
 * The effects of one conversation or room, kept up as entries come. The rules stand in EFFECTS.md.
 *
 * - Takes entries in any order, and again; takes one whole that it had stripped, never the other way.
 * - Holds on to no word that was deleted.
 */
export class ConversationEffects implements Effects {
  readonly #messages: MessageEffects
  readonly #moderation: ModerationEffects

  constructor(rights: Rights) {
    this.#messages = new MessageEffects(rights)
    this.#moderation = new ModerationEffects(rights)
  }

  /** Those that `deletedTargets` has now and had not before. */
  add(entry: PlacedEntry): readonly EntryId[] {
    this.#moderation.add(entry)
    return this.#messages.add(entry)
  }

  message(id: EntryId): MessageEffect | null {
    return this.#messages.message(id)
  }

  deletedTargets(): readonly EntryId[] {
    return this.#messages.deletedTargets()
  }

  policy(): PolicyInForce | null {
    return this.#moderation.policy()
  }

  hasAccepted(member: SigningPublicKey, policy: EntryId): boolean {
    return this.#moderation.hasAccepted(member, policy)
  }

  warningsTo(member: SigningPublicKey): readonly Warning[] {
    return this.#moderation.warningsTo(member)
  }

  activeSanctions(member: SigningPublicKey, atMs: number): readonly Sanction[] {
    return this.#moderation.activeSanctions(member, atMs)
  }
}

/** The effects of these entries, in any order. */
export function effectsOf(entries: readonly PlacedEntry[], rights: Rights): Effects {
  const effects = new ConversationEffects(rights)
  for (const entry of entries) effects.add(entry)
  return effects
}
