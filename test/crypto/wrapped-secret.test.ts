import { hkdfSync } from 'node:crypto'
import { open, randomBytes, SEAL_OVERHEAD_BYTES, unwrapSecret, wrapSecret } from '@hamsa/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { flipBit } from './fixtures.ts'
import { secretboxByTheBook } from './salsa.ts'

describe('wrapped secret', () => {
  const key = randomBytes(32)
  const secret = randomBytes(32)
  const wrapped = wrapSecret(key, 'hamsa/test/1', secret)

  it('[CR62] comes out as it went in, 40 bytes longer, and never looks the same twice', () => {
    expect(wrapped.length).toBe(32 + SEAL_OVERHEAD_BYTES)
    expect(unwrapSecret(key, 'hamsa/test/1', wrapped)).toEqual(new Uint8Array(secret))
    expect(wrapSecret(key, 'hamsa/test/1', secret)).not.toEqual(wrapped)
  })

  it('[CR62] is what the byte map says', () => {
    const wrappingKey = new Uint8Array(hkdfSync('sha512', key, '', 'hamsa/test/1', 32))
    const nonce = wrapped.slice(0, 24)
    expect(wrapped.slice(24)).toEqual(secretboxByTheBook(secret, nonce, wrappingKey))
  })

  it('[CR62] opens under no other key or label, and with no bit flipped', () => {
    expect(unwrapSecret(randomBytes(32), 'hamsa/test/1', wrapped)).toBeNull()
    expect(unwrapSecret(key, 'hamsa/test/2', wrapped)).toBeNull()
    for (let bit = 0; bit < 8 * wrapped.length; bit++) {
      const flipped = flipBit(wrapped, bit >> 3, bit & 7)
      expect(unwrapSecret(key, 'hamsa/test/1', flipped)).toBeNull()
    }
    for (let length = 0; length < wrapped.length; length++) {
      expect(unwrapSecret(key, 'hamsa/test/1', wrapped.slice(0, length))).toBeNull()
    }
    expect(unwrapSecret(key, 'hamsa/test/1', Uint8Array.of(...wrapped, 0))).toBeNull()
    expect(open(key, wrapped)).toBeNull() // nor as a plain seal under the same key
    expect(() => wrapSecret(new Uint8Array(31), 'hamsa/test/1', secret)).toThrow('bad-length')
  })

  it('[CR62] comes out at any length', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        (any, under) => {
          const opened = unwrapSecret(under, 'hamsa/test/1', wrapSecret(under, 'hamsa/test/1', any))
          expect(opened).toEqual(new Uint8Array(any))
        },
      ),
    )
  })

  it('[CR1] is null for any other bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 100 }),
        (any) => unwrapSecret(key, 'hamsa/test/1', any) === null,
      ),
    )
  })
})
