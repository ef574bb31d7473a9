import { scryptSync } from 'node:crypto'
import {
  randomBytes,
  SALT_BYTES,
  STRETCH_COST,
  stretchAt,
  stretchPassphrase,
  toUtf8,
} from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import { differing, LONG, RUNS, RUNS_TIMEOUT_MS } from './runs.ts'

/** RFC 7914 §12. */
const RFC_7914 = [
  {
    passphrase: '',
    salt: '',
    cost: { logN: 4, r: 1, p: 1 },
    key: '77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906',
  },
  {
    passphrase: 'password',
    salt: 'NaCl',
    cost: { logN: 10, r: 8, p: 16 },
    key: 'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640',
  },
  {
    passphrase: 'pleaseletmein',
    salt: 'SodiumChloride',
    cost: { logN: 14, r: 8, p: 1 },
    key: '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
  },
  {
    passphrase: 'pleaseletmein',
    salt: 'SodiumChloride',
    cost: { logN: 20, r: 8, p: 1 }, // 1 GiB
    key: '2101cb9b6a511aaeaddbbe09cf70f881ec568d574a2ffd4dabe5ee9820adaa478e56fd8f4ba5d09ffa1c6d927c40f4c337304049e8a952fbcbf45c6fa77a41a4',
  },
]

const CHEAP = { logN: 4, r: 1, p: 1 }
const SALT = new Uint8Array(SALT_BYTES).fill(7)
const cheaply = (passphrase: string) =>
  Buffer.from(stretchAt(CHEAP, passphrase, SALT, 32)).toString('hex')

describe('passphrase', () => {
  const vectors = RFC_7914.filter(({ cost }) => LONG || cost.logN < 20)

  it(
    `[CR60] gives the vectors of RFC 7914 §12 (${vectors.length} of 4; the fourth takes 1 GiB)`,
    { timeout: RUNS_TIMEOUT_MS },
    () => {
      for (const { passphrase, salt, cost, key } of vectors) {
        const stretched = stretchAt(cost, passphrase, toUtf8(salt), 64)
        expect(Buffer.from(stretched).toString('hex')).toBe(key)
      }
    },
  )

  it('[CR60] is what OpenSSL computes, on 100 random inputs of many costs: scrypt is slow by design', () => {
    for (let run = 0; run < 100; run++) {
      const [passphrase, salt] = [
        Buffer.from(randomBytes(run)).toString('hex'),
        randomBytes(run % 40),
      ]
      const cost = { logN: 1 + (run % 10), r: 1 + (run % 8), p: 1 + (run % 3) }
      const length = 1 + run
      const theirs = scryptSync(passphrase, salt, length, { ...cost, N: 2 ** cost.logN })
      expect(Buffer.from(stretchAt(cost, passphrase, salt, length))).toEqual(theirs)
    }
  })

  it(
    `[CR60] is what OpenSSL computes, on ${RUNS} random inputs of small costs`,
    { timeout: RUNS_TIMEOUT_MS },
    async () => {
      const wrong = await differing(RUNS, (run) => {
        const passphrase = Buffer.from(randomBytes(run % 30)).toString('base64')
        const salt = randomBytes(run % 40)
        const cost = { logN: 1 + (run % 3), r: 1 + (run % 2), p: 1 }
        const theirs = scryptSync(passphrase, salt, 32, { ...cost, N: 2 ** cost.logN })
        return theirs.equals(stretchAt(cost, passphrase, salt, 32))
      })
      expect(wrong).toEqual([])
    },
  )

  it('[CR60] is stretched by N = 2¹⁷, r = 8, p = 1 to 32 bytes, as OpenSSL does it', () => {
    const passphrase = 'كلمة سر طويلة 12'
    const salt = randomBytes(SALT_BYTES)
    const theirs = scryptSync(passphrase.normalize('NFKC'), salt, 32, {
      N: 131_072,
      r: 8,
      p: 1,
      maxmem: 256 * 1024 * 1024,
    })
    expect(STRETCH_COST).toEqual({ logN: 17, r: 8, p: 1 })
    expect(Buffer.from(stretchPassphrase(passphrase, salt))).toEqual(theirs)
  })

  it('[CR61] is the same however its letters are composed, and another when its characters are', () => {
    const same: [string, string][] = [
      ['caf\u00e9', 'cafe\u0301'],
      ['\u0622', '\u0627\u0653'], // alef with madda
      ['\ufefb', '\u0644\u0627'], // lam-alef as one presentation form
      ['\uff11\uff12', '12'],
      ['\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669', '0123456789'],
      ['\u06f0\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6\u06f7\u06f8\u06f9', '0123456789'],
    ]
    for (const [one, other] of same) expect(cheaply(one)).toBe(cheaply(other))
    for (const [one, other] of [
      ['a', 'A'],
      ['a', 'a '],
      ['3', '\u0969'], // said in the README: of other scripts only these digits are one with ours
    ] as const) {
      expect(cheaply(one)).not.toBe(cheaply(other))
    }
  })

  it('[CR60] asks for a salt of 16 bytes', () => {
    expect(() => stretchPassphrase('', new Uint8Array(15))).toThrow('bad-length')
    expect(() => stretchPassphrase('', new Uint8Array(17))).toThrow('bad-length')
  })
})
