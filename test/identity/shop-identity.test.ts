import { equalBytes, verifyCertificate, verifyInboxCertificate } from '@hamsa/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkShopName } from '../../client/identity/shop-name.ts'
import {
  decodeShop,
  encodeShop,
  makeShop,
  publicInvite,
  RENEW_BEFORE_MS,
  renewCertificate,
} from '../../client/identity/shop-identity.ts'
import { NOW_MS } from './fixtures.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const shop = makeShop({ name: 'Café ☕', nowMs: NOW_MS })

describe('shop identity', () => {
  it('is whole from the start: root certifies device and inbox', async () => {
    const root = shop.root.signing.publicKey
    expect(await verifyCertificate(shop.certificate, root, NOW_MS)).toBe('valid')
    expect(await verifyInboxCertificate(shop.inboxCertificate, root)).toBe(true)
    expect(equalBytes(shop.certificate.signing, shop.device.signing.publicKey)).toBe(true)
    expect(equalBytes(shop.inboxCertificate.box, shop.inbox.box.publicKey)).toBe(true)
    expect(shop.certificate.role).toBe('owner')
  })

  it('is another each time, down to the invite', () => {
    const other = makeShop({ name: 'Café ☕', nowMs: NOW_MS })
    for (const part of ['rootSeed', 'deviceSeed', 'inboxSeed'] as const) {
      expect(other[part]).not.toEqual(shop[part])
    }
    expect(other.invite).not.toEqual(shop.invite)
  })

  it('comes back from the vault as it was, and so does its invite', () => {
    const stored = decodeShop(encodeShop(shop))
    expect(stored).toEqual(shop)
    expect(stored === null ? null : publicInvite(stored)).toEqual(publicInvite(shop))
  })

  it('renews its certificate when less than ten days are left, not before', async () => {
    const due = shop.certificate.notAfterMs - RENEW_BEFORE_MS
    expect(renewCertificate(shop, NOW_MS)).toBe(shop)
    expect(renewCertificate(shop, due)).toBe(shop)
    const renewed = renewCertificate(shop, due + 1)
    expect(renewed.certificate.notAfterMs).toBe(due + 1 + 30 * DAY_MS)
    const root = shop.root.signing.publicKey
    expect(await verifyCertificate(renewed.certificate, root, due + 1)).toBe('valid')
    expect({ ...renewed, certificate: shop.certificate }).toEqual(shop)
  })

  it('renews after years in a drawer, and when the clock was set back', () => {
    const later = NOW_MS + 3_000 * DAY_MS
    expect(renewCertificate(shop, later).certificate.notBeforeMs).toBe(later)
    const earlier = NOW_MS - 100 * DAY_MS
    expect(renewCertificate(shop, earlier).certificate.notBeforeMs).toBe(earlier)
  })

  it('is not made with a name that no invite could carry', () => {
    expect(() => makeShop({ name: '', nowMs: NOW_MS })).toThrow('bad-length')
    expect(() => makeShop({ name: 'a\u0000b', nowMs: NOW_MS })).toThrow('bad-length')
    expect(() => makeShop({ name: 'ا'.repeat(100), nowMs: NOW_MS })).toThrow('bad-length')
    const fullest = checkShopName('م'.repeat(60))
    expect(fullest.type === 'ok' && makeShop({ name: fullest.name, nowMs: NOW_MS })).toBeTruthy()
  })

  it('is refused when its certificates are for other keys', () => {
    const other = makeShop({ name: 'Other', nowMs: NOW_MS })
    expect(decodeShop(encodeShop({ ...shop, certificate: other.certificate }))).toBeNull()
    expect(decodeShop(encodeShop({ ...shop, inboxCertificate: other.inboxCertificate }))).toBeNull()
    expect(decodeShop(encodeShop({ ...shop, rootSeed: other.rootSeed }))).toBeNull()
  })

  it('is null from any other bytes', () => {
    const bytes = encodeShop(shop)
    for (let length = 0; length < bytes.length; length++) {
      expect(decodeShop(bytes.slice(0, length))).toBeNull()
    }
    expect(decodeShop(Uint8Array.of(...bytes, 0))).toBeNull()
    expect(decodeShop(Uint8Array.of(2, ...bytes.slice(1)))).toBeNull()
    fc.assert(fc.property(fc.uint8Array({ maxLength: 900 }), (any) => decodeShop(any) === null))
  })
})
