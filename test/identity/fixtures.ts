import { makeInviteToken, randomBytes } from '@hamsa/crypto'
import { parseLogId } from '../../client/conversation/ids.ts'
import { formatInvite, type Invite } from '../../client/identity/invite.ts'
import type { PersonalInvite, RoomInvite } from '../../client/identity/invite-kinds.ts'
import { makeShop, publicInvite } from '../../client/identity/shop-identity.ts'

export const NOW_MS = Date.UTC(2026, 0, 15)
export const ORIGIN = 'https://chat.example'

export function makeInvites() {
  const shop = makeShop({ name: 'متجر همسة', nowMs: NOW_MS })
  const publicOne = publicInvite(shop)
  const personal: PersonalInvite = {
    ...publicOne,
    kind: 'personal',
    token: makeInviteToken(),
    expiresAtMs: NOW_MS + 1,
  }
  const room = parseLogId(randomBytes(32))
  if (room === null) throw new Error('32 bytes are a log id')
  const roomOne: RoomInvite = {
    ...publicOne,
    kind: 'room',
    token: makeInviteToken(),
    room,
    maxUses: 65_535,
    expiresAtMs: NOW_MS + 2,
  }
  return { shop, publicOne, personal, room: roomOne, all: [publicOne, personal, roomOne] as const }
}

/** What stands after `#`. */
export function fragmentOf(invite: Invite): string {
  return new URL(formatInvite(ORIGIN, invite)).hash.slice(1)
}

/** The bytes with one bit of one of them changed. */
export function flipBit(bytes: Uint8Array, index: number): Uint8Array {
  const changed = bytes.slice()
  changed[index] = (changed[index] ?? 0) ^ (1 << (index % 8))
  return changed
}
