import { mayDelete } from '../deletion-rule.ts'
import { codeOf } from '../kind.ts'
import type { EntryId } from '../log.ts'
import { keyOf, type IdKey, type PlacedEntry } from './placed-entry.ts'
import type { MessageEffect } from './message-effect.ts'
import { messageEffectOf } from './message-fold.ts'
import { mayAuthor, type Rights } from './rights.ts'
import { countsAsEdit, isStripped, makeSubject, strippedOf, type Subject } from './subject.ts'

/** Edits, deletions, reactions and replies of one log. One more entry costs what points at the same message. */
export class MessageEffects {
  readonly #rights: Rights
  readonly #subjects = new Map<IdKey, Subject>()
  readonly #deleted: EntryId[] = []

  constructor(rights: Rights) {
    this.#rights = rights
  }

  /** Those whose body must go, that before had not to. The order says nothing. */
  add(entry: PlacedEntry): readonly EntryId[] {
    const subject = this.#subjectOf(entry.id)
    if (subject.isDeleted) return []
    const known = subject.entry
    if (known !== null && !(isStripped(known) && !isStripped(entry))) return []

    const before = this.#deleted.length
    subject.entry = entry
    subject.isAuthorised = mayAuthor(entry, this.#rights)
    subject.effect = undefined
    this.#point(subject, entry)
    for (const deletion of subject.waitingDeletes) this.#judge(deletion, subject)
    subject.waitingDeletes = []
    return this.#deleted.slice(before)
  }

  message(id: EntryId): MessageEffect | null {
    const subject = this.#subjects.get(keyOf(id))
    if (subject === undefined) return null
    if (subject.effect === undefined) subject.effect = messageEffectOf(subject)
    return subject.effect
  }

  deletedTargets(): readonly EntryId[] {
    return [...this.#deleted]
  }

  /** Ties an entry to what it points at. */
  #point(subject: Subject, entry: PlacedEntry): void {
    const { body } = entry
    if (body.kind !== 'edit' && body.kind !== 'reaction' && body.kind !== 'delete') return
    const target = this.#subjectOf(body.target)
    if (body.kind === 'delete') return this.#judge(entry, target)
    const pointing = body.kind === 'edit' ? target.edits : target.reactions
    pointing.push(subject)
    subject.target = target
    target.effect = undefined
    if (body.kind === 'edit' && target.isDeleted && countsAsEdit(subject, target)) {
      this.#delete(subject)
    }
  }

  #judge(deletion: PlacedEntry, subject: Subject): void {
    if (subject.entry === null) subject.waitingDeletes.push(deletion)
    else if (this.#mayDelete(deletion, subject.entry)) this.#delete(subject)
  }

  #mayDelete(deletion: PlacedEntry, target: PlacedEntry): boolean {
    const { author, body } = target
    return mayDelete(deletion, { author, kind: codeOf(body) }, this.#rights)
  }

  /** For good. With a message go its author's edits of it: they hold its words. */
  #delete(subject: Subject): void {
    if (subject.isDeleted || subject.entry === null) return
    const edits = subject.edits.filter((edit) => countsAsEdit(edit, subject))
    subject.isDeleted = true
    subject.entry = strippedOf(subject.entry)
    subject.effect = undefined
    if (subject.target !== null) subject.target.effect = undefined
    this.#deleted.push(subject.entry.id)
    for (const edit of edits) this.#delete(edit)
  }

  #subjectOf(id: EntryId): Subject {
    const key = keyOf(id)
    const known = this.#subjects.get(key)
    if (known !== undefined) return known
    const subject = makeSubject()
    this.#subjects.set(key, subject)
    return subject
  }
}
