import { hash, toHex } from '@hamsa/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  encodeSignedProfile,
  newerProfile,
  parseProfile,
  signProfile,
  verifyProfile,
  type SignedProfile,
} from '../../client/identity/signed-profile.ts'
import { signCard } from '../../client/identity/signed-card.ts'
import { makeShop } from '../../client/identity/shop-identity.ts'
import { flipBit, NOW_MS } from './fixtures.ts'
import { anyProfile, FULL_PROFILE, profileWith } from './profile-fixtures.ts'

const { root } = makeShop({ name: 'Hamsa', nowMs: NOW_MS })
const other = makeShop({ name: 'Hamsa', nowMs: NOW_MS })
const signed = signProfile(FULL_PROFILE, root.signing)
const bytes = encodeSignedProfile(signed)

describe('signed profile', () => {
  it('[ID69] comes back as it was signed, byte for byte, and its root has signed it', async () => {
    const parsed = parseProfile(bytes)
    expect(parsed).toEqual(signed)
    expect(parsed === null ? null : encodeSignedProfile(parsed)).toEqual(bytes)
    expect(await verifyProfile(signed, root.signing.publicKey)).toBe(true)
    expect(await verifyProfile(signed, other.root.signing.publicKey)).toBe(false)
  })

  it('[ID69] with any bit changed is not what root signed', async () => {
    for (let index = 0; index < bytes.length; index++) {
      const parsed = parseProfile(flipBit(bytes, index))
      if (parsed === null) continue
      expect(await verifyProfile(parsed, root.signing.publicKey), `byte ${index}`).toBe(false)
    }
  })

  it('[ID69] is signed under a label of its own: the signature of a card is none', async () => {
    const card = signCard(makeShop({ name: 'Hamsa', nowMs: NOW_MS }).card, root.signing)
    const forged = { ...signed, bytes: card.bytes, signature: card.signature }
    expect(await verifyProfile(forged, root.signing.publicKey)).toBe(false)
  })

  it('[ID70] with the higher number counts, whichever comes first', () => {
    const older = signProfile({ ...FULL_PROFILE, number: 6 }, root.signing)
    expect(newerProfile(older, signed)).toBe(signed)
    expect(newerProfile(signed, older)).toBe(signed)
    const last = signProfile({ ...FULL_PROFILE, number: 2 ** 32 - 1 }, root.signing)
    expect(newerProfile(last, signed)).toBe(last)
  })

  it('[ID71] of one number: all agree on one of the two, whatever their order', () => {
    fc.assert(
      fc.property(anyProfile, anyProfile, (one, two) => {
        const left = signProfile({ ...one, number: 1 }, root.signing)
        const right = signProfile({ ...two, number: 1 }, root.signing)
        const winner = newerProfile(left, right)
        expect(encodeSignedProfile(newerProfile(right, left))).toEqual(encodeSignedProfile(winner))
        expect(newerProfile(winner, left)).toEqual(winner)
      }),
      { numRuns: 30 },
    )
  })

  it('[ID71] of one number: the one whose bytes have the lower hash', () => {
    const idOf = (one: SignedProfile) => toHex(hash('hamsa/profile/id/1', encodeSignedProfile(one)))
    const plain = signProfile(profileWith({}), root.signing)
    for (let minutes = 1; minutes <= 32; minutes++) {
      const one = signProfile(profileWith({ answerMinutes: minutes }), root.signing)
      expect(newerProfile(one, plain)).toBe(idOf(one) < idOf(plain) ? one : plain)
    }
  })

  it('[ID1] is null from any other bytes, and never longer than an answer carries', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(parseProfile(bytes.slice(0, length))).toBeNull()
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 2_100 }), (any) => parseProfile(any) === null))
    expect(parseProfile(new Uint8Array(1_000_000).fill(1))).toBeNull()
  })
})
