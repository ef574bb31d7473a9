import { hash } from '@hamsa/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  conversationLogId,
  decodeShopper,
  encodeShopper,
  makeShopper,
  staffLogId,
} from '../../client/identity/shopper-identity.ts'

describe('shopper identity', () => {
  it('[ID50] comes back from the vault as it was', () => {
    const shopper = makeShopper()
    const bytes = encodeShopper(shopper)
    expect(bytes.length).toBe(65)
    expect(decodeShopper(bytes)).toEqual(shopper)
  })

  it('[ID51] is another for each shop, so that two shops cannot link one person', () => {
    const [one, other] = [makeShopper(), makeShopper()]
    expect(one.identity.signing.publicKey).not.toEqual(other.identity.signing.publicKey)
    expect(one.identity.box.publicKey).not.toEqual(other.identity.box.publicKey)
    expect(one.conversationSecret).not.toEqual(other.conversationSecret)
  })

  it('[ID1] is null from any other bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 130 }),
        (bytes) => decodeShopper(bytes) === null || (bytes.length === 65 && bytes[0] === 1),
      ),
    )
    expect(decodeShopper(new Uint8Array(65))).toBeNull()
    expect(decodeShopper(Uint8Array.of(...encodeShopper(makeShopper()), 0))).toBeNull()
  })
})

describe('log ids', () => {
  const root = makeShopper().identity.signing.publicKey
  const shopper = makeShopper().identity.signing.publicKey

  it('[ID52] name one conversation of one shop and one shopper', () => {
    expect(conversationLogId(root, shopper)).toEqual(
      hash('hamsa/log/conversation/1', root, shopper),
    )
    expect(conversationLogId(root, shopper)).not.toEqual(conversationLogId(shopper, root))
  })

  it('[ID53] name the staff log by the root alone', () => {
    expect(staffLogId(root)).toEqual(hash('hamsa/log/staff/1', root))
    expect(staffLogId(root)).not.toEqual(staffLogId(shopper))
  })
})
