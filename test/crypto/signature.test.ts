import {
  labelled,
  parseSignature,
  parseSigningPublicKey,
  sign,
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
import { fromHex } from './runs.ts'

const LABEL = 'hamsa/test/1'

/** RFC 8032 §7.1: TEST 1, TEST 2, TEST 3, TEST SHA(abc). */
const RFC_8032 = [
  {
    seed: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    key: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    message: '',
    signature:
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  },
  {
    seed: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    key: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    message: '72',
    signature:
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  },
  {
    seed: 'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    key: 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    message: 'af82',
    signature:
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  },
  {
    seed: '833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42',
    key: 'ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf',
    message:
      'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    signature:
      'dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704',
  },
]

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
