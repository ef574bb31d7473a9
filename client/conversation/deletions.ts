import { equalBytes, toBase64Url } from '@hamsa/crypto'
import { ById } from './by-id.ts'
import { isEditOf, mayDelete, type DeletionRights } from './deletion-rule.ts'
import { KIND } from './kind.ts'
import type { Entry, EntryId } from './log.ts'

/** Most deletions that are remembered from answers to wants before they themselves come. */
const MAX_PROMISED = 1024

export type DeletionsParts = {
  readonly rights: DeletionRights
  /** A known entry. */
  readonly find: (id: EntryId) => Entry | null
  /** Whether an entry's author was no member of its epoch. */
  readonly isVoid: (entry: Entry) => boolean
}

/** What is known of deletions, with what comes in one frame. */
export type FreshDeletions = {
  /** Whether this entry's body is to go. */
  readonly isDeleted: (target: Entry) => boolean
  /** Whether this entry's body may be missing. */
  readonly isExcused: (target: Entry) => boolean
}

/** What points at one entry. */
type Pointing = {
  readonly target: EntryId
  readonly deletions: Entry[]
  /** By id: who holds on to an edit holds on to words that may have to go. */
  readonly edits: EntryId[]
}

/**
 * Which bodies are to go for good: a pure function of the entries and epochs that are known, in
 * whatever order they came. `deletion-rule.ts` says who may delete what.
 *
 * - With a message go its author's edits of it, which hold its words.
 * - In a room a deletion by its owner or a moderator counts only if they were members of its epoch.
 *   It excuses a body that a peer does not have even when they were removed in between: that peer may
 *   not have known, and what it lost it cannot give.
 * - An edit whose body is gone says no longer what it edited. So it is excused by any deletion of its
 *   author's, and by a moderator's of any message of theirs. None of that is ever taken back, so who
 *   took an edit without its body can always say why.
 */
export class Deletions {
  readonly #parts: DeletionsParts
  readonly #known = new ById<Pointing>()
  /** Target → deletion that a peer has shown and that is not known yet. */
  readonly #promised = new Map<string, Entry>()

  constructor(parts: DeletionsParts) {
    this.#parts = parts
  }

  /** Takes entries in that are known now; gives those whose bodies are to go because of it. */
  add(entries: readonly Entry[]): Entry[] {
    const touched = new ById<EntryId>()
    for (const entry of entries) {
      if (this.#known.has(entry.id)) touched.set(entry.id, entry.id) // what points at it was here before it
      const target = deletedBy(entry) ?? editedBy(entry)
      if (target === null) continue
      const pointing = this.#pointingAt(target)
      if (entry.kind === KIND.delete) pointing.deletions.push(entry)
      else pointing.edits.push(entry.id)
      if (entry.kind === KIND.delete) this.#promised.delete(toBase64Url(target))
      touched.set(target, target)
    }
    return this.#toGo(touched.values())
  }

  /** All whose bodies are to go, in the epochs that are known now. */
  all(): Entry[] {
    return this.#toGo(this.#known.values().map(({ target }) => target))
  }

  /** Keeps in mind that a deletion exists of which this side will hear later. */
  promise(deletion: Entry): void {
    const target = deletedBy(deletion)
    if (target === null) return
    const [oldest] = this.#promised.keys()
    if (oldest !== undefined && this.#promised.size >= MAX_PROMISED) this.#promised.delete(oldest)
    this.#promised.set(toBase64Url(target), deletion)
  }

  /** Which of these entries, of which none is known yet, are to be taken without their bodies. */
  judge(fresh: readonly Entry[]): FreshDeletions {
    const inFrame = new ById<Entry>()
    const beside = new ById<Entry[]>()
    for (const entry of fresh) {
      inFrame.set(entry.id, entry)
      const target = deletedBy(entry)
      if (target !== null) beside.set(target, [...(beside.get(target) ?? []), entry])
    }
    const find = (id: EntryId) => inFrame.get(id) ?? this.#parts.find(id)
    const deletionsOf = (id: EntryId): readonly Entry[] => [
      ...this.#deletionsOf(id),
      ...(beside.get(id) ?? []),
    ]
    const isGone = (target: Entry) =>
      deletionsOf(target.id).some((one) => this.#counts(one, target))
    return {
      isDeleted: (target) => {
        if (isGone(target)) return true
        const edited = editedBy(target)
        const message = edited === null ? null : find(edited)
        return message !== null && isEditOf(target, message) && isGone(message)
      },
      isExcused: (target) => {
        const promised = this.#promised.get(toBase64Url(target.id))
        if (promised !== undefined && this.#excuses(promised, target)) return true
        if (deletionsOf(target.id).some((one) => this.#excuses(one, target))) return true
        if (target.kind !== KIND.edit) return false
        const others = [...this.#promised.values(), ...beside.values().flat()]
        const excuse = this.#knownExcuseOfEdit(target, find)
        return excuse !== null || others.some((one) => this.#excusesEdit(one, target, find))
      },
    }
  }

  /** The deletion for which an entry's body is gone, or would be; `null` when none is known. */
  excuseOf(target: Entry): Entry | null {
    const own = this.#deletionsOf(target.id).find((deletion) => this.#excuses(deletion, target))
    if (own !== undefined) return own
    return target.kind === KIND.edit ? this.#knownExcuseOfEdit(target, this.#parts.find) : null
  }

  #pointingAt(target: EntryId): Pointing {
    const known = this.#known.get(target)
    if (known !== undefined) return known
    const pointing: Pointing = { target, deletions: [], edits: [] }
    this.#known.set(target, pointing)
    return pointing
  }

  #deletionsOf(target: EntryId): readonly Entry[] {
    return this.#known.get(target)?.deletions ?? []
  }

  #toGo(ids: readonly EntryId[]): Entry[] {
    const going = new ById<Entry>()
    for (const id of ids) {
      const { find } = this.#parts
      const target = find(id)
      const pointing = this.#known.get(id)
      if (target === null || pointing === undefined) continue
      if (!pointing.deletions.some((deletion) => this.#counts(deletion, target))) continue
      const edits = pointing.edits.flatMap((edit) => find(edit) ?? [])
      for (const entry of [target, ...edits.filter((edit) => isEditOf(edit, target))]) {
        if (entry.content.type === 'whole') going.set(entry.id, entry)
      }
    }
    return [...going.values()]
  }

  #counts(deletion: Entry, target: Entry): boolean {
    if (!this.#excuses(deletion, target)) return false
    return equalBytes(deletion.author, target.author) || !this.#parts.isVoid(deletion)
  }

  #excuses(deletion: Entry, target: Entry): boolean {
    return mayDelete(deletion, target, this.#parts.rights)
  }

  /** Looked for among all deletions: asked of an edit that came, or goes, without its body. */
  #knownExcuseOfEdit(edit: Entry, find: DeletionsParts['find']): Entry | null {
    for (const { deletions } of this.#known.values()) {
      const excuse = deletions.find((one) => this.#excusesEdit(one, edit, find))
      if (excuse !== undefined) return excuse
    }
    return null
  }

  #excusesEdit(deletion: Entry, edit: Entry, find: DeletionsParts['find']): boolean {
    if (equalBytes(deletion.author, edit.author)) return true
    const deleted = deletedBy(deletion)
    const target = deleted === null ? null : find(deleted)
    return target !== null && isEditOf(edit, target) && this.#excuses(deletion, target)
  }
}

/** The kind is asked first: a body is not read for it. */
function deletedBy(entry: Entry): EntryId | null {
  return entry.kind === KIND.delete && entry.body.kind === 'delete' ? entry.body.target : null
}

/** As long as its body says it. */
function editedBy(entry: Entry): EntryId | null {
  return entry.kind === KIND.edit && entry.body.kind === 'edit' ? entry.body.target : null
}
