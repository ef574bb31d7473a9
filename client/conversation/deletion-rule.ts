import { equalBytes } from '@hamsa/crypto'
import { EDITABLE, REACTABLE } from './effects/kind-sets.ts'
import { KIND } from './kind.ts'
import type { Entry, LogKind } from './log.ts'
import type { Membership } from './membership.ts'

/*
 * Who may delete what [EF10, EF11, EF14]: the one rule that storage and screen go by. By the code of
 * the header and not by what a body says, so that it is the same once the body is gone.
 */

/** What the owner or a moderator of a room may delete. */
const MODERATED: ReadonlySet<number> = new Set([...REACTABLE, KIND.edit, KIND.reaction])

/**
 * What its author may delete. Deletions, acceptances, and all that the shop decides stay: a deletion
 * is final, and who was warned or sanctioned can point at it.
 */
const OWN_DELETABLE: ReadonlySet<number> = new Set([...MODERATED, KIND.form, KIND.appeal])

export type DeletionRights = {
  readonly log: LogKind
  readonly roleOf: Membership['roleOf']
}

type Deletion = Pick<Entry, 'author' | 'certificate'>
type Authored = Pick<Entry, 'author' | 'kind'>

export function mayDelete(deletion: Deletion, target: Authored, rights: DeletionRights): boolean {
  if (equalBytes(deletion.author, target.author)) return OWN_DELETABLE.has(target.kind)
  return MODERATED.has(target.kind) && mayModerate(deletion, rights)
}

/** Whether an edit that names this target counts, and goes with it. */
export function isEditOf({ author }: Pick<Entry, 'author'>, target: Authored): boolean {
  return EDITABLE.has(target.kind) && equalBytes(author, target.author)
}

function mayModerate({ author, certificate }: Deletion, rights: DeletionRights): boolean {
  if (rights.log !== 'room') return false
  const role = rights.roleOf(author, certificate)
  return role === 'owner' || role === 'moderator'
}
