import { hkdfSync } from 'node:crypto'
import {
  concatBytes,
  hash,
  makeBoxPair,
  openFrom,
  randomBytes,
  SEAL_TO_OVERHEAD_BYTES,
  sealTo,
  toUtf8,
  type BoxPublicKey,
} from '@hamsa/crypto'
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js'
import { x25519 } from '@noble/curves/ed25519.js'
import fc from 'fast-check'
import nacl from 'tweetnacl'
import { describe, expect, it } from 'vitest'
import { toMontgomery, torsionPoints } from './edwards.ts'
import { flipBit } from './fixtures.ts'
import { differing, RUNS_TIMEOUT_MS, SLOW_RUNS } from './runs.ts'
import { secretboxByTheBook } from './salsa.ts'

const LABEL = 'hamsa/test/1'
const CONTEXT = toUtf8('log and epoch')

describe('box', () => {
  it('[CR12] opens for its recipient to what was sealed, 48 bytes longer, and never looks the same twice', () => {
    const self = makeBoxPair()
    for (const length of [0, 1, 32, 1000]) {
      const plaintext = randomBytes(length)
      const sealed = sealTo(self.publicKey, LABEL, CONTEXT, plaintext)
      expect(sealed.length).toBe(length + 48)
      expect(SEAL_TO_OVERHEAD_BYTES).toBe(48)
      expect(openFrom(self, LABEL, CONTEXT, sealed)).toEqual(new Uint8Array(plaintext))
      const again = sealTo(self.publicKey, LABEL, CONTEXT, plaintext)
      expect(again.slice(0, 32)).not.toEqual(sealed.slice(0, 32))
      expect(again.slice(32)).not.toEqual(sealed.slice(32))
    }
  })

  it('[CR12] is what the byte map says: anyone can build it from X25519, OpenSSL’s HKDF and secretbox by the book', () => {
    const self = makeBoxPair()
    const ephemeral = nacl.box.keyPair()
    const shared = nacl.scalarMult(ephemeral.secretKey, self.publicKey)
    const salt = hash('hamsa/box/1', concatBytes(ephemeral.publicKey, self.publicKey, CONTEXT))
    const key = new Uint8Array(hkdfSync('sha512', shared, salt, LABEL, 32))
    const plaintext = randomBytes(32)
    const sealed = secretboxByTheBook(plaintext, new Uint8Array(24), key)
    const whole = concatBytes(ephemeral.publicKey, sealed)
    expect(openFrom(self, LABEL, CONTEXT, whole)).toEqual(new Uint8Array(plaintext))
  })

  it(
    `[CR12] is what @noble and OpenSSL build and open, on ${SLOW_RUNS} random inputs`,
    { timeout: RUNS_TIMEOUT_MS },
    async () => {
      const self = makeBoxPair()
      const wrong = await differing(SLOW_RUNS, (run) => {
        const [plaintext, context] = [Buffer.from(randomBytes(run % 300)), randomBytes(run % 50)]
        const sealed = sealTo(self.publicKey, LABEL, context, plaintext)
        const ephemeral = sealed.slice(0, 32)
        const shared = x25519.getSharedSecret(self.secretKey, ephemeral)
        const salt = hash('hamsa/box/1', ephemeral, self.publicKey, context)
        const key = new Uint8Array(hkdfSync('sha512', shared, salt, LABEL, 32))
        const opened = xsalsa20poly1305(key, new Uint8Array(24)).decrypt(sealed.slice(32))
        const own = openFrom(self, LABEL, context, sealed)
        return plaintext.equals(opened) && own !== null && plaintext.equals(own)
      })
      expect(wrong).toEqual([])
    },
  )

  it('[CR13] opens for no other recipient, label or context', () => {
    const self = makeBoxPair()
    const sealed = sealTo(self.publicKey, LABEL, CONTEXT, randomBytes(32))
    const other = makeBoxPair()
    expect(openFrom(other, LABEL, CONTEXT, sealed)).toBeNull()
    expect(openFrom({ ...self, publicKey: other.publicKey }, LABEL, CONTEXT, sealed)).toBeNull()
    expect(openFrom(self, 'hamsa/test/2', CONTEXT, sealed)).toBeNull()
    expect(openFrom(self, LABEL, toUtf8('log and epocg'), sealed)).toBeNull()
    expect(openFrom(self, LABEL, new Uint8Array(), sealed)).toBeNull()
    expect(openFrom(self, LABEL, CONTEXT, sealed)).not.toBeNull()
  })

  it('[CR13] is refused with any bit flipped and at any other length', () => {
    const self = makeBoxPair()
    const sealed = sealTo(self.publicKey, LABEL, CONTEXT, randomBytes(5))
    const opened: number[] = []
    for (let bit = 0; bit < 8 * sealed.length; bit++) {
      const flipped = flipBit(sealed, bit >> 3, bit & 7)
      if (openFrom(self, LABEL, CONTEXT, flipped) !== null) opened.push(bit)
    }
    expect(opened).toEqual([])
    for (let length = 0; length < sealed.length; length++) {
      expect(openFrom(self, LABEL, CONTEXT, sealed.slice(0, length))).toBeNull()
    }
    expect(openFrom(self, LABEL, CONTEXT, Uint8Array.of(...sealed, 0))).toBeNull()
  })

  it('[CR4] is neither opened from nor sealed to a point of small order, though the sealer knows its result', () => {
    const self = makeBoxPair()
    for (const point of [...torsionPoints().map(toMontgomery), new Uint8Array(32)]) {
      const salt = hash('hamsa/box/1', point, self.publicKey, CONTEXT)
      const key = new Uint8Array(hkdfSync('sha512', new Uint8Array(32), salt, LABEL, 32))
      const sealed = secretboxByTheBook(randomBytes(32), new Uint8Array(24), key)
      expect(openFrom(self, LABEL, CONTEXT, concatBytes(point, sealed))).toBeNull()
      const recipient = point as BoxPublicKey
      expect(() => sealTo(recipient, LABEL, CONTEXT, randomBytes(32))).toThrow('weak-key')
    }
  })

  it('[CR1] answers null to any bytes', () => {
    const self = makeBoxPair()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array(), (sealed, context) => {
        return openFrom(self, LABEL, context, sealed) === null
      }),
    )
  })
})
