import { createHash, createHmac, hkdfSync } from 'node:crypto'
import {
  authenticate,
  concatBytes,
  deriveKey,
  hash,
  identityFromSeed,
  labelled,
  makeSeed,
  parseSeed,
  randomBytes,
  toUtf8,
} from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import { RUNS, RUNS_TIMEOUT_MS } from './runs.ts'

const LABEL = 'hamsa/test/1'
const LABELLED = Uint8Array.of(LABEL.length, ...toUtf8(LABEL))

describe('hash', () => {
  it('[CR3] labels with a length, so that no label runs into its message', () => {
    expect(labelled(LABEL, Uint8Array.of(9))).toEqual(Uint8Array.of(...LABELLED, 9))
    expect(labelled('hamsa/a', toUtf8('b'))).not.toEqual(labelled('hamsa/ab', toUtf8('')))
    for (let other = 0; other < 600; other++) {
      const label = `hamsa/${other % 300}` as const // more than are kept, and each again
      const text = toUtf8(label)
      expect(labelled(label, Uint8Array.of(9))).toEqual(Uint8Array.of(text.length, ...text, 9))
    }
    expect(() => labelled(`hamsa/${'x'.repeat(250)}`, new Uint8Array())).toThrow('bad-label')
  })

  it(
    `[CR3] is SHA-512 of label and parts, cut to 32 bytes, on ${RUNS} random inputs`,
    { timeout: RUNS_TIMEOUT_MS },
    () => {
      for (let run = 0; run < RUNS; run++) {
        const [one, other] = [randomBytes(run % 257), randomBytes((run * 7) % 131)]
        const expected = createHash('sha512').update(LABELLED).update(one).update(other).digest()
        expect(Buffer.from(hash(LABEL, one, other))).toEqual(expected.subarray(0, 32))
      }
    },
  )

  it(
    `[CR3] HMAC is HMAC-SHA-512 cut to 32 bytes, on ${RUNS} random inputs`,
    { timeout: RUNS_TIMEOUT_MS },
    () => {
      for (let run = 0; run < RUNS; run++) {
        const [key, message] = [randomBytes(run % 200), randomBytes((run * 7) % 300)]
        const expected = createHmac('sha512', key).update(LABELLED).update(message).digest()
        const tag = Buffer.from(authenticate(key, LABEL, message))
        expect(tag).toEqual(expected.subarray(0, 32))
      }
    },
  )

  it(`[CR3] HKDF is HKDF-SHA-512, on ${RUNS} random inputs`, { timeout: RUNS_TIMEOUT_MS }, () => {
    for (let run = 0; run < RUNS; run++) {
      const [secret, salt] = [randomBytes(1 + (run % 100)), randomBytes((run * 3) % 150)]
      const length = 1 + (run % 200)
      const expected = Buffer.from(hkdfSync('sha512', secret, salt, LABEL, length))
      expect(Buffer.from(deriveKey(secret, salt, LABEL, length))).toEqual(expected)
    }
  })
})

describe('identity', () => {
  it('[CR8] grows from its seed, always the same, signing and box apart', () => {
    const seed = makeSeed()
    const identity = identityFromSeed(seed)
    expect(identityFromSeed(seed)).toEqual(identity)
    const signingSeed = identity.signing.secretKey.slice(0, 32)
    expect(signingSeed).toEqual(hash('hamsa/identity/signing/1', seed))
    expect(identity.box.secretKey).toEqual(hash('hamsa/identity/box/1', seed))
    expect(identityFromSeed(makeSeed())).not.toEqual(identity)
  })

  it('[CR8] has a seed of 32 bytes and no other', () => {
    expect(parseSeed(new Uint8Array(31))).toBeNull()
    expect(parseSeed(concatBytes(makeSeed(), Uint8Array.of(0)))).toBeNull()
  })
})
