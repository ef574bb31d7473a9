import { makeInviteToken } from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import { inviteOf, makePersonalInvite, makeRoomInvite } from '../../client/identity/invite-grant.ts'
import { hasExpired } from '../../client/identity/invite-kinds.ts'
import { parseInvite } from '../../client/identity/invite.ts'
import { publicInvite } from '../../client/identity/shop-identity.ts'
import { fragmentOf, makeInvites, NOW_MS, someLogId } from './fixtures.ts'

const { shop, personal, room } = makeInvites()
const expiresAtMs = NOW_MS + 60_000

describe('invites that a shop makes', () => {
  it('[ID36] prove something else each time, and nothing of the public one', () => {
    const again = makePersonalInvite({ name: 'Amal', expiresAtMs: NOW_MS + 1 })
    const tokens = [shop.invite, personal.token, again.token, room.token]
    expect(new Set(tokens.map(({ id }) => id.join())).size).toBe(tokens.length)
    expect(new Set(tokens.map(({ secret }) => secret.join())).size).toBe(tokens.length)
  })

  it('[ID37] say in their link what the shop has kept of them, and not for whom they are', async () => {
    const other = { kind: 'shop', token: makeInviteToken(), name: 'Campaign' } as const
    const same = {
      root: shop.root.signing.publicKey,
      inbox: shop.inboxCertificate,
      card: shop.card,
    }
    for (const grant of [personal, room, other]) {
      const { name, ...said } = grant
      const link = fragmentOf(inviteOf(publicInvite(shop), grant))
      const parsed = await parseInvite(link)
      expect(parsed).toMatchObject({ type: 'invite', invite: { ...same, ...said } })
      expect(parsed.type === 'invite' && 'name' in parsed.invite).toBe(false)
      expect(fragmentOf(inviteOf(publicInvite(shop), { ...grant, name: `not ${name}` }))).toBe(link)
    }
  })

  it('[ID37] of the public token is the public invite', () => {
    expect(inviteOf(publicInvite(shop), { kind: 'shop', token: shop.invite, name: '' })).toEqual(
      publicInvite(shop),
    )
  })

  it('[ID38] have expired from their last moment on, the public one never', () => {
    for (const grant of [personal, room]) {
      const invite = inviteOf(publicInvite(shop), { ...grant, expiresAtMs })
      expect(hasExpired(invite, expiresAtMs - 1)).toBe(false)
      expect(hasExpired(invite, expiresAtMs)).toBe(true)
    }
    expect(hasExpired(publicInvite(shop), Number.MAX_SAFE_INTEGER)).toBe(false)
  })

  it('[ID39] are not made with uses or an expiry that no link can hold', () => {
    for (const bad of [-1, 0.5, 2 ** 48, Number.NaN, Infinity]) {
      expect(() => makePersonalInvite({ name: '', expiresAtMs: bad })).toThrow('bad-number')
      expect(() =>
        makeRoomInvite({ name: '', room: someLogId(), maxUses: 1, expiresAtMs: bad }),
      ).toThrow('bad-number')
    }
    for (const maxUses of [0, 0.5, -1, 65_536]) {
      expect(() => makeRoomInvite({ name: '', room: someLogId(), maxUses, expiresAtMs })).toThrow(
        'bad-number',
      )
    }
  })
})
