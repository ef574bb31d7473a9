import {
  INVITE_ID_BYTES,
  KEY_BYTES,
  MAX_INVITE_SECRET_BYTES,
  MIN_INVITE_SECRET_BYTES,
  parseInviteId,
  parseInviteSecret,
} from '@hamsa/crypto'
import { LOG_ID_BYTES, parseLogId } from '../ids.ts'
import type { BodyCodec, BodyOf } from './body-codec.ts'
import { lineOf, orEmpty } from './text-rule.ts'

export const MAX_INVITE_NAME_CHARS = 64
const USES_BYTES = 2

const INVITES = ['shop', 'personal', 'room'] as const
const NAME = orEmpty(lineOf(MAX_INVITE_NAME_CHARS))
const SECRET_LIMITS = { least: MIN_INVITE_SECRET_BYTES, most: MAX_INVITE_SECRET_BYTES }

type StaffInvite = BodyOf<'staff-invite'>

export const staffInviteBody: BodyCodec<'staff-invite'> = {
  write: (body, writer) => {
    writer
      .choice(INVITES, body.invite)
      .raw(body.inviteId, INVITE_ID_BYTES)
      .bytes(body.secret, SECRET_LIMITS)
      .text(NAME, body.name)
      .optional(body.expiresAtMs, (ms) => writer.time(ms))
      .optional(body.maxUses, (uses) => writer.uint(uses, USES_BYTES, 1))
      .optional(body.room, (room) => writer.raw(room, LOG_ID_BYTES))
    if (!hasTermsOfItsKind(body)) writer.fail('malformed')
  },
  read: (reader) => {
    const invite = reader.choice(INVITES)
    const inviteId = reader.parsed(INVITE_ID_BYTES, parseInviteId)
    const secret = parseInviteSecret(reader.bytes(SECRET_LIMITS))
    const name = reader.text(NAME)
    const expiresAtMs = reader.optional(() => reader.time())
    const maxUses = reader.optional(() => reader.uint(USES_BYTES, 1))
    const room = reader.optional(() => reader.parsed(LOG_ID_BYTES, parseLogId))
    if (invite === null || inviteId === null || secret === null) return null
    const terms = { expiresAtMs, maxUses, room }
    const body: StaffInvite = { kind: 'staff-invite', invite, inviteId, secret, name, ...terms }
    return hasTermsOfItsKind(body) ? body : null
  },
}

/** The public invite has no terms, a personal one has one use, a room's names its room and its uses. */
function hasTermsOfItsKind({ invite, expiresAtMs, maxUses, room }: StaffInvite): boolean {
  switch (invite) {
    case 'shop':
      return expiresAtMs === null && maxUses === null && room === null
    case 'personal':
      return maxUses === 1 && room === null
    case 'room':
      return maxUses !== null && room !== null
  }
}

export const staffInviteRevokedBody: BodyCodec<'staff-invite-revoked'> = {
  write: ({ inviteId }, writer) => writer.raw(inviteId, INVITE_ID_BYTES),
  read: (reader) => {
    const inviteId = reader.parsed(INVITE_ID_BYTES, parseInviteId)
    return inviteId === null ? null : { kind: 'staff-invite-revoked', inviteId }
  },
}

export const staffInviteUsedBody: BodyCodec<'staff-invite-used'> = {
  write: ({ inviteId, shopper }, writer) =>
    writer.raw(inviteId, INVITE_ID_BYTES).raw(shopper, KEY_BYTES),
  read: (reader) => {
    const inviteId = reader.parsed(INVITE_ID_BYTES, parseInviteId)
    const shopper = reader.signingKey()
    if (inviteId === null || shopper === null) return null
    return { kind: 'staff-invite-used', inviteId, shopper }
  },
}
