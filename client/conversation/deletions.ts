import { equalBytes, toBase64Url } from '@hamsa/crypto'
import { ById } from './by-id.ts'
import { KIND } from './kind.ts'
import type { Entry, EntryId, LogKind } from './log.ts'
import type { Membership } from './membership.ts'

/** Most deletions that are remembered from answers to wants before they themselves come. */
const MAX_PROMISED = 1024

export type DeletionsParts = {
  readonly kind: LogKind
  readonly membership: Membership
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

/**
 * Which bodies are to go for good: a pure function of the entries and epochs that are known, in
 * whatever order they came.
 *
 * - A deletion counts when it is by the target's author, and in a room by the shop's owner or a
 *   moderator who was a member of the deletion's epoch. A deletion itself is never deleted, or its
 *   target's body would be gone without a reason that a newcomer can see.
 * - It excuses a body that a peer does not have even when its moderator was removed in between: that
 *   peer may not have known, and what it lost it cannot give.
 */
export class Deletions {
  readonly #parts: DeletionsParts
  /** Target → known deletions. */
  readonly #known = new ById<{ readonly target: EntryId; readonly deletions: Entry[] }>()
  /** Target → deletion that a peer has shown and that is not known yet. */
  readonly #promised = new Map<string, Entry>()

  constructor(parts: DeletionsParts) {
    this.#parts = parts
  }

  /** Takes entries in that are known now; gives those whose bodies are to go because of it. */
  add(entries: readonly Entry[]): Entry[] {
    const touched = new ById<EntryId>()
    for (const entry of entries) {
      if (this.#known.has(entry.id)) touched.set(entry.id, entry.id) // its deletion was here before it
      const target = targetOf(entry)
      if (target === null) continue
      const known = this.#known.get(target)
      if (known === undefined) this.#known.set(target, { target, deletions: [entry] })
      else known.deletions.push(entry)
      if (this.#promised.size > 0) this.#promised.delete(toBase64Url(target))
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
    const target = targetOf(deletion)
    if (target === null) return
    const [oldest] = this.#promised.keys()
    if (oldest !== undefined && this.#promised.size >= MAX_PROMISED) this.#promised.delete(oldest)
    this.#promised.set(toBase64Url(target), deletion)
  }

  /** Which of these entries, of which none is known yet, are to be taken without their bodies. */
  judge(fresh: readonly Entry[]): FreshDeletions {
    const beside = new ById<Entry[]>()
    for (const entry of fresh) {
      const target = targetOf(entry)
      if (target !== null) beside.set(target, [...(beside.get(target) ?? []), entry])
    }
    const deletionsOf = ({ id }: Entry): readonly Entry[] => [
      ...this.#deletionsOf(id),
      ...(beside.get(id) ?? []),
    ]
    return {
      isDeleted: (target) => deletionsOf(target).some((one) => this.#counts(one, target)),
      isExcused: (target) => {
        const promised = this.#promised.get(toBase64Url(target.id))
        if (promised !== undefined && this.#excuses(promised, target)) return true
        return deletionsOf(target).some((one) => this.#excuses(one, target))
      },
    }
  }

  /** The deletion for which an entry's body is gone, or would be; `null` when none is known. */
  excuseOf(target: Entry): Entry | null {
    const known = this.#deletionsOf(target.id)
    return known.find((deletion) => this.#excuses(deletion, target)) ?? null
  }

  #deletionsOf(target: EntryId): readonly Entry[] {
    return this.#known.get(target)?.deletions ?? []
  }

  #toGo(ids: readonly EntryId[]): Entry[] {
    return ids.flatMap((id) => {
      const target = this.#parts.find(id)
      if (target?.content.type !== 'whole') return []
      const isToGo = this.#deletionsOf(id).some((deletion) => this.#counts(deletion, target))
      return isToGo ? [target] : []
    })
  }

  #counts(deletion: Entry, target: Entry): boolean {
    if (!this.#excuses(deletion, target)) return false
    return equalBytes(deletion.author, target.author) || !this.#parts.isVoid(deletion)
  }

  #excuses(deletion: Entry, target: Entry): boolean {
    if (target.kind === KIND.delete) return false
    if (equalBytes(deletion.author, target.author)) return true
    if (this.#parts.kind !== 'room') return false
    const role = this.#parts.membership.roleOf(deletion.author, deletion.certificate)
    return role === 'owner' || role === 'moderator'
  }
}

/** The kind is asked first: a body is not read for it. */
function targetOf(entry: Entry): EntryId | null {
  return entry.kind === KIND.delete && entry.body.kind === 'delete' ? entry.body.target : null
}
