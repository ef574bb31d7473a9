import {
  isSealedOnce,
  open,
  openUnderFreshKey,
  randomBytes,
  seal,
  SEAL_OVERHEAD_BYTES,
  sealOnce,
  sealUnderFreshKey,
} from '@hamsa/crypto'
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js'
import nacl from 'tweetnacl'
import { describe, expect, it } from 'vitest'
import { flipBit } from './fixtures.ts'
import { differing, fromHex, RUNS, RUNS_TIMEOUT_MS, SLOW_RUNS } from './runs.ts'
import { secretboxByTheBook } from './salsa.ts'

/** From NaCl's tests/secretbox.c. */
const NACL = {
  key: '1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389',
  nonce: '69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37',
  message:
    'be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a1ac728d45e6c61296cdc3c01233561f41db66cce314adb310e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde048977eb48f59ffd4924ca1c60902e52f0a089bc76897040e082f937763848645e0705',
  sealed:
    'f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce48332ea7164d96a4476fb8c531a1186ac0dfc17c98dce87b4da7f011ec48c97271d2c20f9b928fe2270d6fb863d51738b48eeee314a7cc8ab932164548e526ae90224368517acfeabd6bb3732bc0e9da99832b61ca01b6de56244a9e88d5f9b37973f622a43d14a6599b1f654cb45a74e355a5',
}

const isSame = (one: Uint8Array | null, other: Uint8Array): boolean =>
  one !== null && Buffer.from(one).equals(other)

function isRefused(open: () => unknown): boolean {
  try {
    open()
    return false
  } catch {
    return true // @noble/ciphers throws for a wrong tag
  }
}

describe('secretbox', () => {
  it('[CR9] opens and is NaCl’s own vector', () => {
    const [key, nonce, message] = [NACL.key, NACL.nonce, NACL.message].map(fromHex)
    if (key === undefined || nonce === undefined || message === undefined) throw new Error()
    expect(Buffer.from(nacl.secretbox(message, nonce, key)).toString('hex')).toBe(NACL.sealed)
    expect(open(key, fromHex(NACL.nonce + NACL.sealed))).toEqual(message)
    expect(secretboxByTheBook(message, nonce, key)).toEqual(fromHex(NACL.sealed))
  })

  it(
    `[CR9] is XSalsa20-Poly1305 by the book, on ${SLOW_RUNS} random inputs, and opens again`,
    { timeout: RUNS_TIMEOUT_MS },
    async () => {
      const wrong = await differing(SLOW_RUNS, (run) => {
        const [key, plaintext] = [randomBytes(32), randomBytes(run % 400)]
        const sealed = seal(key, plaintext)
        const expected = secretboxByTheBook(plaintext, sealed.slice(0, 24), key)
        return isSame(sealed.slice(24), expected) && isSame(open(key, sealed), plaintext)
      })
      expect(wrong).toEqual([])
    },
  )

  it(
    `[CR9] is what @noble/ciphers computes, both ways, and refused by both when changed, on ${RUNS} random inputs`,
    { timeout: RUNS_TIMEOUT_MS },
    async () => {
      const wrong = await differing(RUNS, (run) => {
        const [key, nonce, plaintext] = [randomBytes(32), randomBytes(24), randomBytes(run % 700)]
        const sealed = seal(key, plaintext)
        const noble = xsalsa20poly1305(key, sealed.slice(0, 24))
        const theirs = xsalsa20poly1305(key, nonce).encrypt(plaintext)
        const changed = flipBit(sealed, 24 + (run % (sealed.length - 24)), run & 7)
        return (
          sealed.length === plaintext.length + SEAL_OVERHEAD_BYTES &&
          isSame(noble.decrypt(sealed.slice(24)), plaintext) &&
          isSame(open(key, Uint8Array.of(...nonce, ...theirs)), plaintext) &&
          open(key, changed) === null &&
          isRefused(() => noble.decrypt(changed.slice(24)))
        )
      })
      expect(wrong).toEqual([])
    },
  )

  it('[CR9] never uses a nonce twice, and is refused under another key', () => {
    const [key, plaintext] = [randomBytes(32), randomBytes(10)]
    expect(seal(key, plaintext).slice(0, 24)).not.toEqual(seal(key, plaintext).slice(0, 24))
    expect(open(randomBytes(32), seal(key, plaintext))).toBeNull()
  })

  it('[CR9] is refused with any bit flipped and at any shorter length', () => {
    const [key, plaintext] = [randomBytes(32), randomBytes(33)]
    const sealed = seal(key, plaintext)
    for (let bit = 0; bit < 8 * sealed.length; bit++) {
      expect(open(key, flipBit(sealed, bit >> 3, bit & 7))).toBeNull()
    }
    for (let length = 0; length < sealed.length; length++) {
      expect(open(key, sealed.slice(0, length))).toBeNull()
    }
  })

  it('[CR9] sealed once is the same each time, and another for another context, label or key', () => {
    const [key, context, plaintext] = [randomBytes(32), randomBytes(32), randomBytes(20)]
    const sealed = sealOnce(key, 'hamsa/test/1', context, plaintext)
    expect(sealOnce(key, 'hamsa/test/1', context, plaintext)).toEqual(sealed)
    expect(open(key, sealed)).toEqual(plaintext)
    expect(sealOnce(key, 'hamsa/test/2', context, plaintext)).not.toEqual(sealed)
    expect(sealOnce(key, 'hamsa/test/1', randomBytes(32), plaintext)).not.toEqual(sealed)
    expect(sealOnce(randomBytes(32), 'hamsa/test/1', context, plaintext)).not.toEqual(sealed)
  })

  it('[CR14] the one form is told by its nonce: exactly what sealing again gives', () => {
    const [key, context, plaintext] = [randomBytes(32), randomBytes(32), randomBytes(20)]
    const isOne = (sealed: Uint8Array) => isSealedOnce(key, 'hamsa/test/1', context, sealed)
    const one = sealOnce(key, 'hamsa/test/1', context, plaintext)
    const others = [
      seal(key, plaintext),
      sealOnce(key, 'hamsa/test/2', context, plaintext),
      sealOnce(key, 'hamsa/test/1', randomBytes(32), plaintext),
    ]
    expect(isOne(one)).toBe(true)
    for (const other of others) {
      expect(open(key, other)).toEqual(plaintext)
      expect(isOne(other)).toBe(false)
    }
    for (const length of [0, 23]) expect(isOne(one.slice(0, length))).toBe(false)
    expect(isSealedOnce(randomBytes(32), 'hamsa/test/1', context, one)).toBe(false)
  })

  it('[CR14] the nonce gives the verdict that sealing again and comparing every byte would give', () => {
    const [key, context, plaintext] = [randomBytes(32), randomBytes(32), randomBytes(20)]
    const one = sealOnce(key, 'hamsa/test/1', context, plaintext)
    const other = seal(key, plaintext)
    for (const sealed of [one, other]) {
      for (let bit = -1; bit < 8 * sealed.length; bit++) {
        const changed = bit < 0 ? sealed : flipBit(sealed, bit >> 3, bit & 7)
        const opened = open(key, changed)
        const byNonce = opened !== null && isSealedOnce(key, 'hamsa/test/1', context, changed)
        const again = opened === null ? null : sealOnce(key, 'hamsa/test/1', context, opened)
        expect(byNonce).toBe(again !== null && Buffer.from(again).equals(changed))
      }
    }
  })

  it('[CR9] under a fresh key carries no nonce, and is refused when short or changed', () => {
    const [key, plaintext] = [randomBytes(32), randomBytes(20)]
    const sealed = sealUnderFreshKey(key, plaintext)
    expect(sealed).toEqual(secretboxByTheBook(plaintext, new Uint8Array(24), key))
    expect(openUnderFreshKey(key, sealed)).toEqual(plaintext)
    for (let length = 0; length < sealed.length; length++) {
      expect(openUnderFreshKey(key, sealed.slice(0, length))).toBeNull()
      expect(openUnderFreshKey(key, flipBit(sealed, length))).toBeNull()
    }
  })

  it('[CR9] throws for a key of our own that has not 32 bytes', () => {
    expect(() => seal(new Uint8Array(31), new Uint8Array())).toThrow('bad-length')
    expect(() => open(new Uint8Array(33), new Uint8Array(100))).toThrow('bad-length')
  })
})
