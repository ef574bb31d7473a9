import { equalBytes, type InviteId, type SigningPublicKey } from '@hamsa/crypto'
import type { InviteState } from './invite-ledger.ts'
import type { StaffState } from './staff-state.ts'

/** What an invite is to one shopper, now. */
export type InviteJudgement =
  /** Come in. */
  | 'open'
  /** Others hold all its uses. */
  | 'used-up'
  | 'expired'
  | 'revoked'
  /** The shop has made no such invite. */
  | 'foreign'
  /** The shop takes nobody in whom it does not know. */
  | 'closed'

/** Setting by which the shop closes its door to newcomers, and the value that does it. */
export const INTAKE_SETTING = 'intake'
export const INTAKE_CLOSED = 'closed'

/** Whether this shopper may come in by this invite. Whether they are blocked is another question: a blocked shopper gets no answer at all. */
export function judgeInvite(
  state: StaffState,
  inviteId: InviteId,
  shopper: SigningPublicKey,
  nowMs: number,
): InviteJudgement {
  const invite = state.invite(inviteId)
  if (invite === null) return 'foreign'
  if (invite.revoked) return 'revoked'
  if (holds(invite, shopper)) return 'open'
  if (isUsedUp(invite)) return 'used-up'
  if (isExpired(invite, nowMs)) return 'expired'
  if (isClosed(state) && !isKnown(state, shopper)) return 'closed'
  return 'open'
}

function holds({ holders }: InviteState, shopper: SigningPublicKey): boolean {
  return holders.some((holder) => equalBytes(holder, shopper))
}

function isUsedUp({ invite, holders }: InviteState): boolean {
  return invite.maxUses !== null && holders.length >= invite.maxUses
}

function isExpired({ invite }: InviteState, nowMs: number): boolean {
  return invite.expiresAtMs !== null && nowMs >= invite.expiresAtMs
}

function isClosed(state: StaffState): boolean {
  return state.setting(INTAKE_SETTING) === INTAKE_CLOSED
}

function isKnown(state: StaffState, shopper: SigningPublicKey): boolean {
  const conversation = state.shopper(shopper)?.conversation ?? null
  return conversation !== null
}
