import { fromUtf8 } from '@hamsa/crypto'
import { parseInvite, type Invite } from '../identity/invite.ts'
import type { Vault } from '../storage/ports.ts'
import type { InviteProblem } from './snapshots.ts'

/** Vault record with the invite that was opened last, for a page opened without one. */
export const LAST_INVITE = 'last-invite'

export type FoundInvite =
  | { readonly type: 'invite'; readonly invite: Invite; readonly fragment: string }
  | { readonly type: 'problem'; readonly problem: InviteProblem }

/** The invite of a page with this `fragment`; for one without, the last that was opened here. Throws `StorageError`. */
export async function findInvite(fragment: string | null, vault: Vault): Promise<FoundInvite> {
  const found = fragment ?? (await lastInvite(vault))
  if (found === null) return { type: 'problem', problem: 'missing' }
  const parsed = await parseInvite(found)
  if (parsed.type === 'problem') return { type: 'problem', problem: parsed.problem }
  const { invite } = parsed
  if (invite.kind === 'room') return { type: 'problem', problem: 'unknown-kind' }
  return { type: 'invite', invite, fragment: found }
}

export async function lastInvite(vault: Vault): Promise<string | null> {
  const bytes = await vault.read(LAST_INVITE)
  return bytes === null ? null : fromUtf8(bytes)
}
