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
import { differing, RUNS, RUNS_TIMEOUT_MS } from './runs.ts'

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
    async () => {
      const wrong = await differing(RUNS, (run) => {
        const [one, other] = [randomBytes(run % 257), randomBytes((run * 7) % 131)]
        const expected = createHash('sha512').update(LABELLED).update(one).update(other).digest()
        return expected.subarray(0, 32).equals(hash(LABEL, one, other))
      })
      expect(wrong).toEqual([])
    },
  )

  it(
    `[CR3] is what WebCrypto computes, on ${RUNS} random inputs`,
    { timeout: RUNS_TIMEOUT_MS },
    async () => {
      const wrong = await differing(RUNS, async (run) => {
        const message = randomBytes(run % 400)
        const theirs = await crypto.subtle.digest('SHA-512', labelled(LABEL, message))
        return Buffer.from(theirs, 0, 32).equals(hash(LABEL, message))
      })
      expect(wrong).toEqual([])
    },
  )

  it(
    `[CR3] HMAC is HMAC-SHA-512 cut to 32 bytes, on ${RUNS} random inputs`,
    { timeout: RUNS_TIMEOUT_MS },
    async () => {
      const wrong = await differing(RUNS, (run) => {
        const [key, message] = [randomBytes(run % 200), randomBytes((run * 7) % 300)]
        const expected = createHmac('sha512', key).update(LABELLED).update(message).digest()
        return expected.subarray(0, 32).equals(authenticate(key, LABEL, message))
      })
      expect(wrong).toEqual([])
    },
  )

  it(
    `[CR3] HKDF is HKDF-SHA-512, on ${RUNS} random inputs`,
    { timeout: RUNS_TIMEOUT_MS },
    async () => {
      const wrong = await differing(RUNS, (run) => {
        const [secret, salt] = [randomBytes(1 + (run % 100)), randomBytes((run * 3) % 150)]
        const length = 1 + (run % 200)
        const expected = Buffer.from(hkdfSync('sha512', secret, salt, LABEL, length))
        return expected.equals(deriveKey(secret, salt, LABEL, length))
      })
      expect(wrong).toEqual([])
    },
  )
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
