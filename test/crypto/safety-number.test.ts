import { createHash } from 'node:crypto'
import { numericFingerprint, safetyNumber, toUtf8 } from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import { flipBit, makeIdentity } from './fixtures.ts'
import { fromHex } from './runs.ts'

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

/** From the scannable fingerprints of the same vectors. */
const LIBSIGNAL_DIGESTS = {
  alice: fromHex('1e301a0353dce3dbe7684cb8336e85136cdc0ee96219494ada305d62a7bd61df'),
  bob: fromHex('d62cbf73a11592015b6b9f1682ac306fea3aaf3885b84d12bca631e9d4fb3a4d'),
}

/** 6 groups of 5 bytes, each modulo 100,000. */
const digitsOf = (digest: Uint8Array): string =>
  [0, 5, 10, 15, 20, 25]
    .map((offset) => Buffer.from(digest).readUIntBE(offset, 5) % 100_000)
    .map((group) => String(group).padStart(5, '0'))
    .join('')

describe('safety number', () => {
  it("[CR50] is Signal's: libsignal's own vector comes out", () => {
    expect(numericFingerprint(0, ALICE, BOB)).toBe(LIBSIGNAL_DIGITS)
    expect(numericFingerprint(0, BOB, ALICE)).toBe(LIBSIGNAL_DIGITS)
  })

  it('[CR50] is of the digests that libsignal puts into its QR codes of these two', () => {
    expect(digitsOf(LIBSIGNAL_DIGESTS.alice)).toBe(LIBSIGNAL_DIGITS.slice(0, 30))
    expect(digitsOf(LIBSIGNAL_DIGESTS.bob)).toBe(LIBSIGNAL_DIGITS.slice(30))
  })

  it('[CR50] hangs on version, identifier and key of both sides', () => {
    const digits = new Set([LIBSIGNAL_DIGITS])
    const strangeKey = { ...BOB, key: flipBit(BOB.key, 32) }
    const strangeName = { ...BOB, identifier: toUtf8('+14153333334') }
    for (const other of [strangeKey, strangeName]) digits.add(numericFingerprint(0, ALICE, other))
    digits.add(numericFingerprint(0, { ...ALICE, identifier: BOB.identifier }, BOB))
    for (const version of [1, 256]) digits.add(numericFingerprint(version, ALICE, BOB))
    expect(digits.size).toBe(6)
    for (const version of [-1, 65_536, 0.5]) {
      expect(() => numericFingerprint(version, ALICE, BOB)).toThrow('bad-number')
    }
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
      return digitsOf(digest)
    }
    const halves = [
      half(root, 'hamsa/safety-number/shop/1'),
      half(shopper, 'hamsa/safety-number/shopper/1'),
    ]
    expect(safetyNumber(root, shopper).join('')).toBe(halves.sort().join(''))
  })
})
