import { createHash } from 'node:crypto'
import { hash, toBase64Url } from '@hamsa/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareSafetyCode, safetyCode } from '../../client/identity/safety-code.ts'
import { makeShopper } from '../../client/identity/shopper-identity.ts'

const keyOf = () => makeShopper().identity.signing.publicKey
const [root, shopper] = [keyOf(), keyOf()]
const code = safetyCode(root, shopper)

describe('safety code', () => {
  it('[ID80] is made of one hash for each key, under a label for its side', () => {
    const half = (label: string, key: Uint8Array): Buffer =>
      createHash('sha512')
        .update(Uint8Array.of(label.length))
        .update(label)
        .update(key)
        .digest()
        .subarray(0, 32)
    const both = Buffer.concat([
      half('hamsa/safety-code/shop/1', root),
      half('hamsa/safety-code/shopper/1', shopper),
    ])
    expect(code).toBe(`hamsa-safety:1:${both.toString('base64url')}`)
    expect(code.length).toBe(101)
  })

  it('[ID81] is the same on both screens, and another when either key is', () => {
    expect(compareSafetyCode(code, root, shopper)).toBe('same')
    expect(compareSafetyCode(code, keyOf(), shopper)).toBe('different')
    expect(compareSafetyCode(code, root, keyOf())).toBe('different')
    expect(compareSafetyCode(code, shopper, root)).toBe('different')
  })

  it('[ID81] with any one character changed is not the same', () => {
    for (let index = 0; index < code.length; index++) {
      const other = code[index] === 'A' ? 'B' : 'A'
      const changed = code.slice(0, index) + other + code.slice(index + 1)
      expect(compareSafetyCode(changed, root, shopper)).not.toBe('same')
    }
  })

  it('[ID82] is not taken from anything else that a camera finds', () => {
    const half = toBase64Url(hash('hamsa/safety-code/shop/1', root))
    const others = [
      '',
      'https://chat.example/c#1.AAAA',
      'hamsa-safety:1:',
      `hamsa-safety:1:${half}`,
      code.replace(':1:', ':2:'),
      code.toUpperCase(),
      ` ${code}`,
      `${code}\n`,
      `${code}=`,
      `${code}A`,
      code.slice(0, -1),
      code.slice(0, -1) + '/',
    ]
    for (const scanned of others) {
      expect(compareSafetyCode(scanned, root, shopper), scanned).toBe('not-a-safety-code')
    }
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 200 }),
        (any) => compareSafetyCode(any, root, shopper) === 'not-a-safety-code',
      ),
    )
  })
})
