import {
  ByteWriter,
  compareBytes,
  encodeRevocationList,
  isRevoked,
  isSuccessor,
  issueRevocationList,
  MAX_REVOCATION_LIST_BYTES,
  MAX_REVOKED_DEVICES,
  parseRevocationList,
  sign,
  verifyRevocationList,
  type RevocationList,
  type SigningPublicKey,
} from '@hamsa/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodePoint, multiply, BASE } from './edwards.ts'
import { flipBit, makeIdentity } from './fixtures.ts'

const root = makeIdentity().signing
const keyOf = () => makeIdentity().signing.publicKey
const [one, two, three] = [keyOf(), keyOf(), keyOf()]

const first = issueRevocationList({ root, before: null, devices: [one] })
const second = issueRevocationList({ root, before: first, devices: [three, two, one] })

/** A list with anything in it, rightly signed: what a root that breaks the rules could make. */
function signedAnyhow(fields: Partial<RevocationList> & { readonly count?: number }): Uint8Array {
  const { number = 1, revoked = [], count = revoked.length } = fields
  const writer = new ByteWriter().uint(1, 1).raw(root.publicKey).uint(number, 4).uint(count, 2)
  for (const key of revoked) writer.raw(key)
  const unsigned = writer.finish()
  const signature = sign('hamsa/revocation/1', unsigned, root.secretKey)
  return new ByteWriter().raw(unsigned).raw(signature).finish()
}

const listOf = (bytes: Uint8Array): RevocationList => {
  const list = parseRevocationList(bytes)
  if (list === null) throw new Error('a whole list')
  return list
}

describe('revocation list', () => {
  it('[CR37] is read back as it was issued, and again byte for byte', () => {
    const bytes = encodeRevocationList(second)
    expect(bytes.length).toBe(103 + 3 * 32)
    expect(parseRevocationList(bytes)).toEqual(second)
    expect(encodeRevocationList(listOf(bytes))).toEqual(bytes)
    expect(signedAnyhow({ number: 2, revoked: second.revoked })).toEqual(bytes)
  })

  it('[CR37] counts from 1, one up with each list, and holds each key once, ascending', () => {
    expect(first.number).toBe(1)
    expect(second.number).toBe(2)
    expect(second.revoked).toEqual([one, two, three].sort(compareBytes))
    const empty = issueRevocationList({ root, before: null, devices: [] })
    expect(parseRevocationList(encodeRevocationList(empty))).toEqual(empty)
  })

  it('[CR37] is read with no number 0, no key twice, out of order or of small order, nor a wrong count', () => {
    const sorted = [...second.revoked]
    expect(parseRevocationList(signedAnyhow({ revoked: sorted }))).not.toBeNull()
    expect(parseRevocationList(signedAnyhow({ number: 0, revoked: sorted }))).toBeNull()
    expect(parseRevocationList(signedAnyhow({ revoked: sorted.toReversed() }))).toBeNull()
    expect(parseRevocationList(signedAnyhow({ revoked: [one, one] }))).toBeNull()
    for (const count of [0, 2, 4, 65_535]) {
      expect(parseRevocationList(signedAnyhow({ revoked: sorted, count }))).toBeNull()
    }
    const weak = new Uint8Array(32) as SigningPublicKey
    expect(parseRevocationList(signedAnyhow({ revoked: [weak] }))).toBeNull()
  })

  it('[CR37] holds 256 keys at most, neither issued nor read beyond', () => {
    const many = Array.from({ length: MAX_REVOKED_DEVICES + 1 }, (_, index) => {
      return encodePoint(multiply(BASE, BigInt(index) + 1n)) as SigningPublicKey
    }).sort(compareBytes)
    const full = issueRevocationList({ root, before: null, devices: many.slice(1) })
    const bytes = encodeRevocationList(full)
    expect(bytes.length).toBe(MAX_REVOCATION_LIST_BYTES)
    expect(parseRevocationList(bytes)).toEqual(full)
    const more = { root, before: full, devices: many.slice(0, 1) }
    expect(() => issueRevocationList(more)).toThrow('bad-length')
    expect(parseRevocationList(signedAnyhow({ revoked: many }))).toBeNull()
  })

  it('[CR38] is believed under the root that signed it, for this purpose', async () => {
    expect(await verifyRevocationList(second, root.publicKey)).toBe(true)
    const other = makeIdentity().signing
    expect(await verifyRevocationList(second, other.publicKey)).toBe(false)
    const renamed = { ...second, root: other.publicKey }
    expect(await verifyRevocationList(renamed, other.publicKey)).toBe(false)
    const misnamed = encodeRevocationList(renamed).slice(0, -64)
    const bySelf = sign('hamsa/revocation/1', misnamed, root.secretKey)
    expect(await verifyRevocationList({ ...renamed, signature: bySelf }, root.publicKey)).toBe(
      false,
    )
    const unsigned = encodeRevocationList(second).slice(0, -64)
    const signature = sign('hamsa/other/1', unsigned, root.secretKey)
    expect(await verifyRevocationList({ ...second, signature }, root.publicKey)).toBe(false)
    const others = { root: other, before: second, devices: [] }
    expect(() => issueRevocationList(others)).toThrow('wrong-root')
  })

  it('[CR38] is refused with one bit flipped at any of its bytes', async () => {
    const bytes = encodeRevocationList(second)
    const believed: number[] = []
    for (let index = 0; index < bytes.length; index++) {
      const parsed = parseRevocationList(flipBit(bytes, index))
      if (parsed === null) continue
      if (await verifyRevocationList(parsed, root.publicKey)) believed.push(index)
    }
    expect(believed).toEqual([])
  })

  it('[CR39] names every device that it or a list before it revoked, and nobody else', () => {
    for (const key of [one, two, three]) expect(isRevoked(second, key)).toBe(true)
    expect(isRevoked(first, two)).toBe(false)
    expect(isRevoked(second, keyOf())).toBe(false)
  })

  it('[CR39] is replaced by a higher number that lacks nobody, and by nothing else', () => {
    expect(isSuccessor(second, first)).toBe(true)
    expect(isSuccessor(first, second)).toBe(false)
    expect(isSuccessor(second, second)).toBe(false)
    const forgetful = listOf(signedAnyhow({ number: 3, revoked: [one, two].sort(compareBytes) }))
    expect(isSuccessor(forgetful, second)).toBe(false)
    expect(isSuccessor(forgetful, first)).toBe(true)
    const same = listOf(signedAnyhow({ number: 2, revoked: [...second.revoked] }))
    expect(isSuccessor(same, second)).toBe(false)
    const stranger = makeIdentity().signing
    const elsewhere = issueRevocationList({
      root: stranger,
      before: issueRevocationList({ root: stranger, before: null, devices: [] }),
      devices: [one],
    })
    expect(isSuccessor(elsewhere, first)).toBe(false)
  })

  it('[CR1] is null for any other bytes', () => {
    const bytes = encodeRevocationList(second)
    for (let length = 0; length < bytes.length; length++) {
      expect(parseRevocationList(bytes.slice(0, length))).toBeNull()
    }
    expect(parseRevocationList(Uint8Array.of(...bytes, 0))).toBeNull()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (any) => parseRevocationList(any) === null),
    )
  })
})
