import { createHash } from 'node:crypto'
import { numericFingerprint, safetyNumber, toUtf8 } from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import { makeIdentity } from './fixtures.ts'

const fromHex = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))

/** From libsignal's fingerprint tests: `test_vectors`, displayable fingerprint of version 1. */
const ALICE = {
  identifier: toUtf8('+14152222222'),
  key: fromHex('0506863bc66d02b40d27b8d49ca7c09e9239236f9d7d25d6fcca5ce13c7064d868'),
}
const BOB = {
  identifier: toUtf8('+14153333333'),
  key: fromHex('05f781b6fb32fed9ba1cf2de978d4d5da28dc34046ae814402b5c0dbd96fda907b'),
}
const LIBSIGNAL_DIGITS = '300354477692869396892869876765458257569162576843440918079131'

describe('safety number', () => {
  it("[CR50] is Signal's: libsignal's own vector comes out", () => {
    expect(numericFingerprint(ALICE, BOB)).toBe(LIBSIGNAL_DIGITS)
    expect(numericFingerprint(BOB, ALICE)).toBe(LIBSIGNAL_DIGITS)
  })

  it('[CR51] is 12 groups of 5 digits, over both keys', () => {
    const root = makeIdentity().signing.publicKey
    const shopper = makeIdentity().signing.publicKey
    const groups = safetyNumber(root, shopper)
    expect(groups.length).toBe(12)
    for (const group of groups) expect(group).toMatch(/^\d{5}$/)
    expect(safetyNumber(makeIdentity().signing.publicKey, shopper)).not.toEqual(groups)
    expect(safetyNumber(root, makeIdentity().signing.publicKey)).not.toEqual(groups)
    expect(safetyNumber(shopper, root)).not.toEqual(groups)
  })

  it('[CR51] is what an independent computation gives', () => {
    const root = makeIdentity().signing.publicKey
    const shopper = makeIdentity().signing.publicKey
    const half = (key: Uint8Array, identifier: string) => {
      let digest = createHash('sha512')
        .update(Buffer.from([0, 0]))
        .update(key)
        .update(identifier)
        .update(key)
        .digest()
      for (let round = 0; round < 5199; round++) {
        digest = createHash('sha512').update(digest).update(key).digest()
      }
      return [0, 5, 10, 15, 20, 25]
        .map((offset) => String(digest.readUIntBE(offset, 5) % 100_000).padStart(5, '0'))
        .join('')
    }
    const halves = [
      half(root, 'hamsa/safety-number/shop/1'),
      half(shopper, 'hamsa/safety-number/shopper/1'),
    ]
    expect(safetyNumber(root, shopper).join('')).toBe(halves.sort().join(''))
  })
})
