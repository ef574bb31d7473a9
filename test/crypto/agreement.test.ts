import { createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from 'node:crypto'
import {
  agree,
  agreeSoon,
  makeBoxPair,
  makeBoxPairSoon,
  parseBoxPublicKey,
  type BoxPublicKey,
  type BoxSecretKey,
} from '@hamsa/crypto'
import { x25519 } from '@noble/curves/ed25519.js'
import nacl from 'tweetnacl'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { P, toBytes, toMontgomery, torsionPoints } from './edwards.ts'
import { flipBit } from './fixtures.ts'
import { differing, fromHex, RUNS_TIMEOUT_MS, SLOW_RUNS } from './runs.ts'

const hexOf = (bytes: Uint8Array | null) =>
  bytes === null ? null : Buffer.from(bytes).toString('hex')

const asSecret = (bytes: Uint8Array) => bytes as BoxSecretKey
const asPublic = (bytes: Uint8Array) => bytes as BoxPublicKey

/** DER headers of X25519 keys (RFC 8410). */
const SECRET_HEADER = Buffer.from('302e020100300506032b656e04220420', 'hex')
const PUBLIC_HEADER = Buffer.from('302a300506032b656e032100', 'hex')
const publicObject = (raw: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.concat([PUBLIC_HEADER, raw]), format: 'der', type: 'spki' })

/** The 32 bytes of a key that OpenSSL made: what follows the DER header. */
const rawOf = (key: KeyObject): Uint8Array =>
  Uint8Array.from(
    key
      .export({ format: 'der', type: key.type === 'public' ? 'spki' : 'pkcs8' } as const)
      .subarray(-32),
  )

/** `null` where WebCrypto refuses the key or the result. */
async function agreeByWebCrypto(secret: Uint8Array, raw: Uint8Array): Promise<Uint8Array | null> {
  const pkcs8 = Uint8Array.from(Buffer.concat([SECRET_HEADER, secret]))
  try {
    const own = await crypto.subtle.importKey('pkcs8', pkcs8, 'X25519', false, ['deriveBits'])
    const key = await crypto.subtle.importKey('raw', new Uint8Array(raw), 'X25519', false, [])
    return new Uint8Array(await crypto.subtle.deriveBits({ name: 'X25519', public: key }, own, 256))
  } catch {
    return null // small order: WebCrypto refuses an all-zero result
  }
}

describe('agreement', () => {
  it('[CR7] gives the vectors of RFC 7748 §5.2 and §6.1', () => {
    expect(
      hexOf(
        agree(
          asSecret(fromHex('a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4')),
          asPublic(fromHex('e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c')),
        ),
      ),
    ).toBe('c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552')
    const alice = fromHex('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a')
    const bob = fromHex('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb')
    const alicePublic = nacl.scalarMult.base(alice)
    const bobPublic = nacl.scalarMult.base(bob)
    expect(hexOf(alicePublic)).toBe(
      '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a',
    )
    const shared = '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742'
    expect(hexOf(agree(asSecret(alice), asPublic(bobPublic)))).toBe(shared)
    expect(hexOf(agree(asSecret(bob), asPublic(alicePublic)))).toBe(shared)
  })

  it('[CR7] gives the vector of RFC 7748 §5.2 after a thousand iterations', () => {
    let [scalar, point] = [toBytes(9n), toBytes(9n)]
    for (let round = 0; round < 1000; round++) {
      ;[scalar, point] = [nacl.scalarMult(scalar, point), scalar]
    }
    expect(hexOf(scalar)).toBe('684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51')
  })

  it('[CR4] [CR7] gives the second vector of RFC 7748 §5.2 once the top bit is clear, and refuses it as printed', () => {
    const scalar = fromHex('4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d')
    const printed = fromHex('e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493')
    const result = '95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957'
    expect(hexOf(nacl.scalarMult(scalar, printed))).toBe(result)
    expect(agree(asSecret(scalar), asPublic(printed))).toBeNull()
    const clear = flipBit(printed, 31, 7)
    expect(hexOf(agree(asSecret(scalar), asPublic(clear)))).toBe(result)
  })

  it(
    `[CR7] is what OpenSSL, WebCrypto and @noble/curves compute, on ${SLOW_RUNS} random pairs`,
    { timeout: RUNS_TIMEOUT_MS },
    async () => {
      const mine = makeBoxPair()
      const wrong = await differing(SLOW_RUNS, async () => {
        const { publicKey, privateKey } = generateKeyPairSync('x25519')
        const [raw, secret] = [rawOf(publicKey), rawOf(privateKey)]
        const theirs = diffieHellman({ privateKey, publicKey: publicObject(mine.publicKey) })
        const ours = agree(asSecret(secret), mine.publicKey)
        const noble = x25519.getSharedSecret(secret, mine.publicKey)
        const web = await agreeByWebCrypto(mine.secretKey, raw)
        return [ours, noble, web].every((one) => one !== null && theirs.equals(one))
      })
      expect(wrong).toEqual([])
      expect(mine.publicKey).toEqual(x25519.getPublicKey(mine.secretKey))
    },
  )

  it('[CR4] [CR7] with a point of small order is refused, on the curve and on its twist', async () => {
    const { secretKey } = makeBoxPair()
    for (const key of [
      ...[0n, 1n, P - 1n].map((u) => toBytes(u)),
      ...torsionPoints().map(toMontgomery),
    ]) {
      expect(parseBoxPublicKey(key)).toBeNull()
      expect(agree(secretKey, asPublic(key))).toBeNull()
      expect(nacl.scalarMult(secretKey, key)).toEqual(new Uint8Array(32)) // without our rule
      expect(await agreeByWebCrypto(secretKey, key)).toBeNull()
    }
  })

  it('[CR7] refuses an all-zero result by itself, should the rule on points ever let one through', async () => {
    vi.doMock('../../packages/crypto/src/curve25519.ts', () => ({
      isSafeMontgomeryPoint: () => true,
    }))
    vi.resetModules()
    const { agree: agreeWithAny } = await import('../../packages/crypto/src/agreement.ts')
    vi.doUnmock('../../packages/crypto/src/curve25519.ts')
    const { secretKey, publicKey } = makeBoxPair()
    for (const point of torsionPoints()) {
      expect(agreeWithAny(secretKey, asPublic(toMontgomery(point)))).toBeNull()
    }
    expect(agreeWithAny(secretKey, publicKey)).not.toBeNull()
  })

  it('[CR4] with a point that is not canonical is refused: at or above p, or with the top bit set', () => {
    const { secretKey, publicKey } = makeBoxPair()
    for (let excess = 0n; excess < 19n; excess++) {
      expect(parseBoxPublicKey(toBytes(P + excess))).toBeNull()
    }
    const topBit = publicKey.slice()
    topBit[31] = (topBit[31] ?? 0) | 0x80
    expect(parseBoxPublicKey(topBit)).toBeNull()
    expect(agree(secretKey, asPublic(topBit))).toBeNull()
    for (const length of [0, 31, 33]) {
      expect(parseBoxPublicKey(new Uint8Array(length).fill(9))).toBeNull()
      expect(agree(secretKey, asPublic(new Uint8Array(length).fill(9)))).toBeNull()
    }
  })
})

describe('agreement without holding the page', () => {
  afterEach(() => vi.restoreAllMocks())

  /** A browser whose WebCrypto knows no X25519. */
  function withoutX25519(): void {
    vi.spyOn(crypto.subtle, 'importKey').mockRejectedValue(
      new DOMException('unknown', 'NotSupportedError'),
    )
  }

  it.each(['knows', 'does not know'])(
    '[CR7] is what tweetnacl computes, where WebCrypto %s X25519',
    async (knowledge) => {
      if (knowledge === 'does not know') withoutX25519()
      for (let run = 0; run < 50; run++) {
        const [mine, theirs] = [await makeBoxPairSoon(), makeBoxPair()]
        expect(mine.publicKey).toEqual(nacl.scalarMult.base(mine.secretKey))
        const shared = nacl.scalarMult(mine.secretKey, theirs.publicKey)
        expect(await agreeSoon(mine.secretKey, theirs.publicKey)).toEqual(shared)
        expect(await agreeSoon(theirs.secretKey, mine.publicKey)).toEqual(shared)
      }
    },
  )

  it('[CR4] [CR7] refuses what is not canonical or of small order, and an all-zero result', async () => {
    const { secretKey } = makeBoxPair()
    const high = toBytes(P + 9n)
    const points = [high, ...torsionPoints().map(toMontgomery)]
    for (const point of points) expect(await agreeSoon(secretKey, asPublic(point))).toBeNull()
    withoutX25519()
    for (const point of points) expect(await agreeSoon(secretKey, asPublic(point))).toBeNull()
  })

  it('[CR7] asks WebCrypto and not tweetnacl, where that can', async () => {
    const multiply = vi.spyOn(nacl, 'scalarMult')
    const [mine, theirs] = [await makeBoxPairSoon(), await makeBoxPairSoon()]
    await agreeSoon(mine.secretKey, theirs.publicKey)
    expect(multiply).not.toHaveBeenCalled()
  })
})
