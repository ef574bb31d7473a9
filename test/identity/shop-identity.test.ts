import { hkdfSync } from 'node:crypto'
import {
  equalBytes,
  identityFromSeed,
  makeSeed,
  verifyCertificate,
  verifyInboxCertificate,
} from '@hamsa/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkShopName } from '../../client/identity/shop-name.ts'
import {
  decodeShop,
  encodeShop,
  makeShop,
  MAX_REVOCATIONS_BYTES,
  publicInvite,
  RENEW_BEFORE_MS,
  renewCertificate,
  revokeDevice,
  type ShopKeys,
} from '../../client/identity/shop-identity.ts'
import { staffLogId } from '../../client/identity/shopper-identity.ts'
import { makeStaffSecret, staffEpochKey } from '../../client/identity/staff-secret.ts'
import { NOW_MS } from './fixtures.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const shop = makeShop({ name: 'Café ☕', nowMs: NOW_MS })

describe('shop identity', () => {
  it('[ID40] is whole from the start: root certifies device and inbox', async () => {
    const root = shop.root.signing.publicKey
    expect(await verifyCertificate(shop.certificate, root, NOW_MS)).toBe('valid')
    expect(await verifyInboxCertificate(shop.inboxCertificate, root)).toBe(true)
    expect(equalBytes(shop.certificate.signing, shop.device.signing.publicKey)).toBe(true)
    expect(equalBytes(shop.inboxCertificate.box, shop.inbox.box.publicKey)).toBe(true)
    expect(shop.certificate.role).toBe('owner')
  })

  it('[ID41] is another each time, down to the invite', () => {
    const other = makeShop({ name: 'Café ☕', nowMs: NOW_MS })
    for (const part of ['rootSeed', 'deviceSeed', 'inboxSeed'] as const) {
      expect(other[part]).not.toEqual(shop[part])
    }
    expect(other.staffSecret).not.toEqual(shop.staffSecret)
    expect(other.invite).not.toEqual(shop.invite)
  })

  it('[ID42] comes back from the vault as it was, and so does its invite', () => {
    const stored = decodeShop(encodeShop(shop))
    expect(stored).toEqual(shop)
    expect(stored === null ? null : publicInvite(stored)).toEqual(publicInvite(shop))
  })

  it('[ID43] renews its certificate when less than ten days are left, not before', async () => {
    const due = shop.certificate.notAfterMs - RENEW_BEFORE_MS
    expect(renewCertificate(shop, NOW_MS)).toBe(shop)
    expect(renewCertificate(shop, due)).toBe(shop)
    const renewed = renewCertificate(shop, due + 1)
    expect(renewed.certificate.notAfterMs).toBe(due + 1 + 30 * DAY_MS)
    const root = shop.root.signing.publicKey
    expect(await verifyCertificate(renewed.certificate, root, due + 1)).toBe('valid')
    expect({ ...renewed, certificate: shop.certificate }).toEqual(shop)
  })

  it('[ID43] renews after years in a drawer, and when the clock was set back', () => {
    const later = NOW_MS + 3_000 * DAY_MS
    expect(renewCertificate(shop, later).certificate.notBeforeMs).toBe(later)
    const earlier = NOW_MS - 100 * DAY_MS
    expect(renewCertificate(shop, earlier).certificate.notBeforeMs).toBe(earlier)
  })

  it('[ID44] is not made with a name that no invite could carry', () => {
    expect(() => makeShop({ name: '', nowMs: NOW_MS })).toThrow('bad-length')
    expect(() => makeShop({ name: 'a\u0000b', nowMs: NOW_MS })).toThrow('bad-length')
    expect(() => makeShop({ name: 'ا'.repeat(100), nowMs: NOW_MS })).toThrow('bad-length')
    const fullest = checkShopName('م'.repeat(60))
    expect(fullest.type === 'ok' && makeShop({ name: fullest.name, nowMs: NOW_MS })).toBeTruthy()
  })

  it('[ID45] is refused when its certificates are for other keys', () => {
    const other = makeShop({ name: 'Other', nowMs: NOW_MS })
    expect(decodeShop(encodeShop({ ...shop, certificate: other.certificate }))).toBeNull()
    expect(decodeShop(encodeShop({ ...shop, inboxCertificate: other.inboxCertificate }))).toBeNull()
    expect(decodeShop(encodeShop({ ...shop, rootSeed: other.rootSeed }))).toBeNull()
  })

  it('[ID1] is null from any other bytes', () => {
    const bytes = encodeShop(shop)
    for (let length = 0; length < bytes.length; length++) {
      expect(decodeShop(bytes.slice(0, length))).toBeNull()
    }
    expect(decodeShop(Uint8Array.of(...bytes, 0))).toBeNull()
    expect(decodeShop(Uint8Array.of(2, ...bytes.slice(1)))).toBeNull()
    fc.assert(fc.property(fc.uint8Array({ maxLength: 900 }), (any) => decodeShop(any) === null))
  })

  it('[ID46] shares a secret among its devices, from which the staff log’s first key comes', () => {
    const key = staffEpochKey(shop)
    const log = staffLogId(shop.root.signing.publicKey)
    const expected = hkdfSync('sha512', shop.staffSecret, log, 'hamsa/staff/epoch/0/1', 32)
    expect(key).toEqual(new Uint8Array(expected))
    expect(staffEpochKey({ ...shop, staffSecret: makeStaffSecret() })).not.toEqual(key)
    expect(staffEpochKey({ ...shop, root: makeShop({ name: 'a', nowMs: 0 }).root })).not.toEqual(
      key,
    )
  })
})

describe('revoking a device', () => {
  const device = identityFromSeed(makeSeed()).signing.publicKey
  const list = Uint8Array.of(1, 2, 3)
  const revoke = (from: ShopKeys, revocations = list): ShopKeys => {
    const after = revokeDevice(from, device, revocations)
    if (after === 'own-device') throw new Error('it is another device')
    return after
  }

  it('[ID47] moves the shop to a fresh inbox with the next number, and changes nothing else', async () => {
    const after = revoke(shop)
    const root = shop.root.signing.publicKey
    expect(shop.inboxNumber).toBe(1)
    expect(after.inboxNumber).toBe(2)
    expect(after.inboxCertificate.number).toBe(2)
    expect(after.inboxSeed).not.toEqual(shop.inboxSeed)
    expect(after.inbox).toEqual(identityFromSeed(after.inboxSeed))
    expect(equalBytes(after.inboxCertificate.box, after.inbox.box.publicKey)).toBe(true)
    expect(await verifyInboxCertificate(after.inboxCertificate, root)).toBe(true)
    const { inboxSeed, inbox, inboxCertificate, inboxNumber, revocations } = shop
    const undone = { ...after, inboxSeed, inbox, inboxCertificate, inboxNumber, revocations }
    expect(undone).toEqual(shop)
    expect(revoke(after).inboxNumber).toBe(3)
  })

  it('[ID47] changes every link: invites lead to the new inbox', () => {
    const after = revoke(shop)
    expect(publicInvite(after).inbox).toEqual(after.inboxCertificate)
    expect(publicInvite(after).token).toEqual(shop.invite)
  })

  it('[ID48] keeps the new revocation list, in the vault too', () => {
    const after = revoke(shop)
    expect(after.revocations).toEqual(list)
    expect(decodeShop(encodeShop(after))).toEqual(after)
    const longest = revoke(shop, new Uint8Array(MAX_REVOCATIONS_BYTES))
    expect(decodeShop(encodeShop(longest))).toEqual(longest)
    expect(() => revoke(shop, new Uint8Array())).toThrow('bad-length')
    expect(() => revoke(shop, new Uint8Array(MAX_REVOCATIONS_BYTES + 1))).toThrow('bad-length')
    expect(decodeShop(encodeShop({ ...shop, revocations: new Uint8Array() }))).toBeNull()
  })

  it('[ID49] is refused for the device that asks', () => {
    expect(revokeDevice(shop, shop.device.signing.publicKey, list)).toBe('own-device')
  })
})
