import { equalBytes, toBase64Url } from '@hamsa/crypto'
import { KIND } from './kind.ts'
import type { Entry, LogKind } from './log.ts'
import type { Membership } from './membership.ts'

export type DeletionsParts = {
  readonly kind: LogKind
  readonly membership: Membership
  /** A known entry by its key. */
  readonly find: (key: string) => Entry | null
}

/**
 * Which bodies are to go for good: a pure function of the entries that are known, in whatever order
 * they came. A deletion counts when it is by the target's author, and in a room by the shop's owner
 * or a moderator.
 */
export class Deletions {
  readonly #parts: DeletionsParts
  /** Target → deletions that came before it. */
  readonly #early = new Map<string, Entry[]>()
  readonly #deleted = new Set<string>()

  constructor(parts: DeletionsParts) {
    this.#parts = parts
  }

  /** Whether this entry's body is to go, now or with what `fresh` says. */
  covers(target: Entry, fresh: readonly Entry[]): boolean {
    if (this.#deleted.has(target.key)) return true
    const early = this.#early.get(target.key) ?? []
    return [...early, ...fresh].some(
      (entry) => targetOf(entry) === target.key && this.#mayDelete(entry, target),
    )
  }

  /** Takes entries in that are known now; gives the keys of those whose bodies are to go because of it. */
  add(entries: readonly Entry[]): string[] {
    const gone: string[] = []
    const judge = (deletion: Entry, target: Entry): void => {
      if (this.#deleted.has(target.key) || !this.#mayDelete(deletion, target)) return
      this.#deleted.add(target.key)
      gone.push(target.key)
    }
    for (const entry of entries) {
      for (const early of this.#early.get(entry.key) ?? []) judge(early, entry)
      this.#early.delete(entry.key)
      const key = targetOf(entry)
      if (key === null) continue
      const target = this.#parts.find(key)
      if (target === null) this.#early.set(key, [...(this.#early.get(key) ?? []), entry])
      else judge(entry, target)
    }
    return gone
  }

  #mayDelete(deletion: Entry, target: Entry): boolean {
    if (equalBytes(deletion.author, target.author)) return true
    if (this.#parts.kind !== 'room') return false
    const role = this.#parts.membership.roleOf(deletion.author, deletion.certificate)
    return role === 'owner' || role === 'moderator'
  }
}

/** The kind is asked first: a body is not read for it. */
function targetOf(entry: Entry): string | null {
  if (entry.kind !== KIND.delete || entry.body.kind !== 'delete') return null
  return toBase64Url(entry.body.target)
}
