import { equalBytes, type SigningPublicKey } from '@hamsa/crypto'
import type { EntryBody } from '../../../client/conversation/body.ts'
import { type PlacedEntry } from '../../../client/conversation/effects/placed-entry.ts'
import { compareEntries } from '../../../client/conversation/order.ts'
import type { MessageEffect } from '../../../client/conversation/effects/message-effect.ts'
import type { Rights } from '../../../client/conversation/effects/rights.ts'
import { codeOf, KIND } from '../../../client/conversation/kind.ts'
import type { EntryId } from '../../../client/conversation/log.ts'

/*
 * EFFECTS.md said once more, rule by rule, as questions about the whole set: slow, without memory,
 * and without a line of the code it is compared with but log order and the codes.
 */

type Of<Kind extends EntryBody['kind']> = Extract<EntryBody, { kind: Kind }>
type Said<Kind extends EntryBody['kind']> = Omit<PlacedEntry, 'body'> & { readonly body: Of<Kind> }

export class StatedRules {
  constructor(
    readonly log: readonly PlacedEntry[],
    readonly rights: Rights,
  ) {}

  deleted(entry: PlacedEntry): boolean {
    return this.#taken(entry) || this.#goesWithItsMessage(entry)
  }

  message(id: EntryId): MessageEffect | null {
    const entry = this.#byId(id)
    if (entry === null) return null
    const { body } = entry
    const listed = [1, 4, 6, 7, 8, 9, 11, 12, 13, 14, 15]
    if (!listed.includes(codeOf(body))) return null
    if (this.deleted(entry) || body.kind === 'deleted') {
      return { text: null, edited: false, deleted: true, reactions: new Map(), replyTo: null }
    }
    if (body.kind === 'unknown' || !this.#isTheirs(entry)) return null
    const edit = this.#edits(entry)
      .filter(({ author }) => equalBytes(author, entry.author))
      .at(-1)
    const hasWords = body.kind === 'text' || body.kind === 'reply'
    return {
      text: hasWords ? (edit?.body.text ?? body.text) : null,
      edited: hasWords && edit !== undefined,
      deleted: false,
      reactions: hasWords ? this.#reactions(entry) : new Map(),
      replyTo: body.kind === 'reply' ? body.target : null,
    }
  }

  /** EF10, EF11. */
  #taken(entry: PlacedEntry): boolean {
    const code = codeOf(entry.body)
    return this.log.some(({ author, certificate, body }) => {
      if (body.kind !== 'delete' || !equalBytes(body.target, entry.id)) return false
      const theirs: readonly number[] = [
        ...[KIND.text, KIND.edit, KIND.reply, KIND.reaction],
        ...[KIND['product-card'], KIND['file-offer'], KIND.form, KIND.appeal],
      ]
      if (equalBytes(author, entry.author)) return theirs.includes(code)
      const role = this.rights.roleOf(author, certificate)
      const rules = this.rights.log === 'room' && (role === 'owner' || role === 'moderator')
      return rules && theirs.slice(0, 6).includes(code)
    })
  }

  /** EF14. */
  #goesWithItsMessage({ author, body }: PlacedEntry): boolean {
    const message = body.kind === 'edit' ? this.#byId(body.target) : null
    if (message === null || !equalBytes(message.author, author)) return false
    const code = codeOf(message.body)
    return (code === KIND.text || code === KIND.reply) && this.#taken(message)
  }

  /** EF4. */
  #isTheirs({ author, certificate, body }: PlacedEntry): boolean {
    const role = this.rights.roleOf(author, certificate)
    if (role !== null && role !== 'shopper') return true
    if (body.kind === 'membership') {
      return body.change !== 'removed' && equalBytes(body.member, author)
    }
    return !['policy', 'warning', 'sanction', 'system'].includes(body.kind)
  }

  /** EF21. */
  #reactions(entry: PlacedEntry): Map<string, SigningPublicKey[]> {
    const all = this.#reactionsTo(entry)
    const last = all.filter(
      ({ author }, index) =>
        !all.slice(index + 1).some((later) => equalBytes(later.author, author)),
    )
    const reactions = new Map<string, SigningPublicKey[]>()
    for (const { author, body } of last) {
      if (body.emoji === null) continue
      reactions.set(body.emoji, [...(reactions.get(body.emoji) ?? []), author])
    }
    return reactions
  }

  /** Undeleted edits of an entry, in log order. */
  #edits(target: PlacedEntry): Said<'edit'>[] {
    return this.log
      .flatMap(({ body, ...rest }) => (body.kind === 'edit' ? [{ ...rest, body }] : []))
      .filter((entry) => equalBytes(entry.body.target, target.id) && !this.deleted(entry))
      .sort(compareEntries)
  }

  /** Undeleted reactions to an entry, in log order. */
  #reactionsTo(target: PlacedEntry): Said<'reaction'>[] {
    return this.log
      .flatMap(({ body, ...rest }) => (body.kind === 'reaction' ? [{ ...rest, body }] : []))
      .filter((entry) => equalBytes(entry.body.target, target.id) && !this.deleted(entry))
      .sort(compareEntries)
  }

  #byId(id: EntryId): PlacedEntry | null {
    return this.log.find((entry) => equalBytes(entry.id, id)) ?? null
  }
}
