import type { SigningPublicKey } from '@hamsa/crypto'
import { codeOf } from '../kind.ts'
import { LISTED, REACTABLE } from './kind-sets.ts'
import { keyOf, laterOf, type IdKey, type PlacedEntry } from './placed-entry.ts'
import { compareEntries } from '../order.ts'
import { DELETED, NO_REACTIONS, type MessageEffect } from './message-effect.ts'
import { countsAsEdit, type Subject } from './subject.ts'

/** The state of a message, or `null` when the entry stands in no list: an edit, an unknown kind, a sanction by a shopper. */
export function messageEffectOf(subject: Subject): MessageEffect | null {
  const { entry } = subject
  if (entry === null || !LISTED.has(codeOf(entry.body))) return null
  const { body } = entry
  if (subject.isDeleted || body.kind === 'deleted') return DELETED
  if (body.kind === 'unknown' || !subject.isAuthorised) return null
  const edit = lastEditOf(subject)
  return Object.freeze({
    text: edit ?? (body.kind === 'text' || body.kind === 'reply' ? body.text : null),
    edited: edit !== null,
    deleted: false,
    reactions: REACTABLE.has(codeOf(body)) ? reactionsOf(subject) : NO_REACTIONS,
    replyTo: body.kind === 'reply' ? body.target : null,
  })
}

/** The words of the last edit that counts. */
function lastEditOf(subject: Subject): string | null {
  let last: PlacedEntry | null = null
  for (const edit of subject.edits) {
    if (edit.entry === null || edit.isDeleted || !countsAsEdit(edit, subject)) continue
    last = laterOf(last, edit.entry)
  }
  return last?.body.kind === 'edit' ? last.body.text : null
}

/** The last reaction of each author, without those that take one back. */
function reactionsOf(subject: Subject): MessageEffect['reactions'] {
  if (subject.reactions.length === 0) return NO_REACTIONS
  const lastOf = new Map<IdKey, PlacedEntry>()
  for (const { entry, isDeleted } of subject.reactions) {
    if (entry === null || isDeleted) continue
    const author = keyOf(entry.author)
    lastOf.set(author, laterOf(lastOf.get(author) ?? null, entry))
  }
  const reactions = new Map<string, SigningPublicKey[]>()
  for (const { author, body } of [...lastOf.values()].sort(compareEntries)) {
    if (body.kind !== 'reaction' || body.emoji === null) continue
    const authors = reactions.get(body.emoji)
    if (authors === undefined) reactions.set(body.emoji, [author])
    else authors.push(author)
  }
  return reactions
}
