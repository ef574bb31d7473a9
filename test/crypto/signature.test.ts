import {
  labelled,
  parseSignature,
  parseSigningPublicKey,
  randomBytes,
  sign,
  signSoon,
  toUtf8,
  verify,
  verifyNow,
  type SigningPublicKey,
} from '@hamsa/crypto'
import nacl from 'tweetnacl'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  add,
  BASE,
  encodePoint,
  L,
  littleEndian,
  multiply,
  offCurveYs,
  P,
  signAs,
  toBytes,
  torsionPoints,
  verifyByTheBook,
} from './edwards.ts'
import { flipBit, makeIdentity } from './fixtures.ts'
import { RFC_8032 } from './rfc8032.ts'
import { fromHex } from './runs.ts'

const LABEL = 'hamsa/test/1'

/** What every engine at hand says to a signature that has passed our own rule. */
async function verdicts(message: Uint8Array, signature: Uint8Array, key: Uint8Array) {
  const handle = await crypto.subtle.importKey('raw', new Uint8Array(key), 'Ed25519', false, [
    'verify',
  ])
  return {
    webcrypto: await crypto.subtle.verify(
      'Ed25519',
      handle,
      new Uint8Array(signature),
      new Uint8Array(message),
    ),
    tweetnacl: nacl.sign.detached.verify(message, signature, key),
  }
}

/** A key as bytes say it, past the parser that would refuse it. */
const asKey = (bytes: Uint8Array) => bytes as SigningPublicKey

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('signature', () => {
  it('[CR6] stands on engines that give the vectors of RFC 8032', async () => {
    for (const { seed, key, message, signature } of RFC_8032) {
      const pair = nacl.sign.keyPair.fromSeed(fromHex(seed))
      expect(Buffer.from(pair.publicKey).toString('hex')).toBe(key)
      const signed = nacl.sign.detached(fromHex(message), pair.secretKey)
      expect(Buffer.from(signed).toString('hex')).toBe(signature)
      expect(await verdicts(fromHex(message), signed, pair.publicKey)).toEqual({
        webcrypto: true,
        tweetnacl: true,
      })
      expect(verifyByTheBook(fromHex(message), signed, pair.publicKey)).toBe(true)
    }
  })

  it('[CR3] is over label and message, and good for no other label', async () => {
    const { signing } = makeIdentity()
    const message = toUtf8('message')
    const signature = sign(LABEL, message, signing.secretKey)
    expect(signature).toEqual(nacl.sign.detached(labelled(LABEL, message), signing.secretKey))
    expect(await verify(LABEL, message, signature, signing.publicKey)).toBe(true)
    expect(await verify('hamsa/test/2', message, signature, signing.publicKey)).toBe(false)
    const shifted = toUtf8('1message')
    expect(await verify('hamsa/test/', shifted, signature, signing.publicKey)).toBe(false)
  })

  it('[CR6] is the same by WebCrypto, byte for byte, and by tweetnacl where there is no engine', async () => {
    const real = crypto.subtle
    const engines = [
      real,
      undefined,
      { importKey: () => Promise.reject(new Error('unknown')) },
      real,
      { sign: () => Promise.reject(new Error('no longer')) },
    ]
    for (let run = 0; run < 20; run++) {
      const { signing } = makeIdentity()
      const message = randomBytes(run * 37)
      const expected = sign(LABEL, message, signing.secretKey)
      for (const subtle of engines) {
        vi.stubGlobal('crypto', { subtle })
        expect(await signSoon(LABEL, message, signing.secretKey)).toEqual(expected)
      }
      vi.unstubAllGlobals()
      expect(await verify(LABEL, message, expected, signing.publicKey)).toBe(true)
    }
  })

  it('[CR6] of its own is made by the engine, which takes the key once', async () => {
    const { signing } = makeIdentity()
    const imports = vi.spyOn(crypto.subtle, 'importKey')
    const signs = vi.spyOn(crypto.subtle, 'sign')
    for (let run = 0; run < 3; run++) await signSoon(LABEL, randomBytes(9), signing.secretKey)
    expect([imports.mock.calls.length, signs.mock.calls.length]).toEqual([1, 3])
    imports.mockRestore()
    signs.mockRestore()
  })

  it('[CR6] is judged by tweetnacl where WebCrypto is missing or knows no Ed25519', async () => {
    const { signing } = makeIdentity()
    const message = toUtf8('message')
    const signature = sign(LABEL, message, signing.secretKey)
    for (const subtle of [undefined, { importKey: () => Promise.reject(new Error('unknown')) }]) {
      vi.stubGlobal('crypto', { subtle })
      expect(await verify(LABEL, message, signature, signing.publicKey)).toBe(true)
      expect(await verify(LABEL, message, flipBit(signature, 3), signing.publicKey)).toBe(false)
    }
  })

  it('[CR6] is judged alike whether its key is met for the first time, again, or after many others', async () => {
    const { signing } = makeIdentity()
    const message = toUtf8('message')
    const signature = sign(LABEL, message, signing.secretKey)
    const imports = vi.spyOn(crypto.subtle, 'importKey')
    const judge = async () => {
      imports.mockClear()
      expect(await verify(LABEL, message, signature, signing.publicKey)).toBe(true)
      expect(await verify(LABEL, message, flipBit(signature, 3), signing.publicKey)).toBe(false)
      return imports.mock.calls.length
    }
    expect(await judge()).toBe(1)
    expect(await judge()).toBe(0)
    let next = 2n
    const meetStrangers = async (count: number) => {
      for (let met = 0; met < count; met++) {
        const stranger = asKey(encodePoint(multiply(BASE, next++)))
        expect(await verify(LABEL, message, signature, stranger)).toBe(false)
      }
    }
    await meetStrangers(255)
    expect(await judge()).toBe(0) // the oldest, and just used again
    await meetStrangers(1)
    expect(await judge()).toBe(0) // so another went
    await meetStrangers(256)
    expect(await judge()).toBe(1) // the memory has an end
    imports.mockRestore()
  })

  it('[CR6] is judged right after an engine has failed, and after one has gone', async () => {
    const { signing } = makeIdentity()
    const message = toUtf8('message')
    const signature = sign(LABEL, message, signing.secretKey)
    const flipped = flipBit(signature, 3)
    const real = crypto.subtle
    const engines = [
      { importKey: () => Promise.reject(new Error('not yet')) },
      real,
      undefined,
      { verify: () => Promise.reject(new Error('no longer')) },
    ]
    for (const subtle of engines) {
      vi.stubGlobal('crypto', { subtle })
      expect(await verify(LABEL, message, signature, signing.publicKey)).toBe(true)
      expect(await verify(LABEL, message, flipped, signing.publicKey)).toBe(false)
    }
  })

  it('[CR5] with S at or above the group order is refused, though tweetnacl would take it', async () => {
    const { signing } = makeIdentity()
    const message = toUtf8('message')
    const signature = sign(LABEL, message, signing.secretKey)
    const raised = toBytes(littleEndian(signature.subarray(32)) + L)
    const malleated = Uint8Array.of(...signature.subarray(0, 32), ...raised)
    const signed = labelled(LABEL, message)
    expect(nacl.sign.detached.verify(signed, malleated, signing.publicKey)).toBe(true)
    expect(parseSignature(malleated)).toBeNull()
    expect(await verify(LABEL, message, malleated, signing.publicKey)).toBe(false)
    expect(verifyNow(LABEL, message, malleated, signing.publicKey)).toBe(false)
    const atOrder = Uint8Array.of(...signature.subarray(0, 32), ...toBytes(L))
    expect(parseSignature(atOrder)).toBeNull()
    const below = Uint8Array.of(...signature.subarray(0, 32), ...toBytes(L - 1n))
    expect(parseSignature(below)).not.toBeNull()
  })

  it('[CR4] under a key of small order is refused, though it would fit any message', async () => {
    for (const point of torsionPoints()) {
      const key = encodePoint(point)
      const forged = Uint8Array.of(...encodePoint(point), ...new Uint8Array(32))
      expect(parseSigningPublicKey(key)).toBeNull()
      expect(parseSignature(forged)).toBeNull()
      const honestR = Uint8Array.of(...encodePoint(BASE), ...toBytes(1n))
      for (const signature of [forged, honestR]) {
        expect(await verify(LABEL, new Uint8Array(), signature, asKey(key))).toBe(false)
        expect(verifyNow(LABEL, new Uint8Array(), signature, asKey(key))).toBe(false)
      }
    }
  })

  it('[CR4] under a key that is not canonical is refused: y at or above p, with either sign', () => {
    for (let excess = 0n; excess < 19n; excess++) {
      for (const sign of [0n, 1n]) {
        const bytes = toBytes((P + excess) | (sign << 255n))
        expect(parseSigningPublicKey(bytes)).toBeNull()
        expect(parseSignature(Uint8Array.of(...bytes, ...new Uint8Array(32)))).toBeNull()
      }
    }
    expect(parseSigningPublicKey(toBytes(1n | (1n << 255n)))).toBeNull()
    for (const length of [0, 31, 33, 64]) {
      expect(parseSigningPublicKey(new Uint8Array(length).fill(7))).toBeNull()
    }
  })

  it('[CR6] under a key that is no point of the curve is refused by both paths', async () => {
    for (const y of offCurveYs(10)) {
      const key = asKey(toBytes(y))
      const signature = Uint8Array.of(...encodePoint(BASE), ...toBytes(1n))
      expect(await verify(LABEL, new Uint8Array(), signature, key)).toBe(false)
      expect(verifyNow(LABEL, new Uint8Array(), signature, key)).toBe(false)
    }
  })

  it('[CR6] under a key with a torsion part gets one verdict from every engine and the book', async () => {
    const seen = new Set<boolean>()
    for (const [index, torsion] of torsionPoints().entries()) {
      const secret = 987654321n + BigInt(index)
      const key = asKey(encodePoint(add(multiply(BASE, secret), torsion)))
      for (let attempt = 0; attempt < 6; attempt++) {
        const message = Uint8Array.of(index, attempt)
        const signed = labelled(LABEL, message)
        const signature = signAs(secret, key, signed, 1234567n + BigInt(attempt))
        const truth = verifyByTheBook(signed, signature, key)
        seen.add(truth)
        expect(await verdicts(signed, signature, key)).toEqual({
          webcrypto: truth,
          tweetnacl: truth,
        })
        expect(await verify(LABEL, message, signature, key)).toBe(truth)
        expect(verifyNow(LABEL, message, signature, key)).toBe(truth)
      }
    }
    expect(seen).toEqual(new Set([true, false]))
  })

  it('[CR1] is false for signatures and keys of any length and content', async () => {
    const { signing } = makeIdentity()
    for (const length of [0, 1, 31, 32, 33, 63, 64, 65, 128]) {
      for (const fill of [0, 1, 127, 255]) {
        const bytes = new Uint8Array(length).fill(fill)
        expect(await verify(LABEL, bytes, bytes, signing.publicKey)).toBe(false)
        expect(await verify(LABEL, bytes, new Uint8Array(64).fill(3), asKey(bytes))).toBe(false)
        expect(verifyNow(LABEL, bytes, bytes, asKey(bytes))).toBe(false)
      }
    }
  })
})
