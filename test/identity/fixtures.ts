import { randomBytes } from '@hamsa/crypto'
import { parseLogId } from '../../client/conversation/ids.ts'
import type { LogId } from '../../client/conversation/log.ts'
import { inviteOf, makePersonalInvite, makeRoomInvite } from '../../client/identity/invite-grant.ts'
import { formatInvite, type Invite } from '../../client/identity/invite.ts'
import { makeShop, publicInvite } from '../../client/identity/shop-identity.ts'

export const NOW_MS = Date.UTC(2026, 0, 15)
export const ORIGIN = 'https://chat.example'

export function makeInvites() {
  const shop = makeShop({ name: 'متجر همسة', nowMs: NOW_MS })
  const publicOne = publicInvite(shop)
  const personal = makePersonalInvite({ name: 'Amal', expiresAtMs: NOW_MS + 1 })
  const room = makeRoomInvite({
    name: 'Regulars',
    room: someLogId(),
    maxUses: 65_535,
    expiresAtMs: NOW_MS + 2,
  })
  const all = [
    publicOne,
    inviteOf(publicInvite(shop), personal),
    inviteOf(publicInvite(shop), room),
  ] as const
  return { shop, publicOne, personal, room, all }
}

export function someLogId(): LogId {
  const id = parseLogId(randomBytes(32))
  if (id === null) throw new Error('32 bytes are a log id')
  return id
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
