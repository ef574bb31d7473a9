import { generateKeyPairSync, sign as signByOpenSsl, type KeyObject } from 'node:crypto'
import {
  labelled,
  parseSigningPublicKey,
  randomBytes,
  sign,
  verify,
  verifyNow,
  type SigningPublicKey,
  type SigningSecretKey,
} from '@hamsa/crypto'
import { ed25519 } from '@noble/curves/ed25519.js'
import { describe, expect, it } from 'vitest'
import { flipBit, makeIdentity } from './fixtures.ts'
import { differing, LONG, RUNS, RUNS_TIMEOUT_MS } from './runs.ts'

const LABEL = 'hamsa/test/1'
/** tweetnacl takes some 6 ms a signature and as much a verdict; twice. */
const TWEETNACL_RUNS = LONG ? RUNS : 400

type Author = {
  readonly publicKey: SigningPublicKey
  readonly secretKey: SigningSecretKey
  readonly byOpenSsl: KeyObject
}

/** One key, as OpenSSL holds it and as this package does. */
function makeAuthor(): Author {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const raw = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }).subarray(-32))
  const seed = privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(-32)
  const parsed = parseSigningPublicKey(raw)
  if (parsed === null) throw new Error('OpenSSL makes safe keys')
  const secretKey = Uint8Array.of(...seed, ...raw) as SigningSecretKey
  return { publicKey: parsed, secretKey, byOpenSsl: privateKey }
}

/** A message, its right signature, and the same with something changed: signature, message or key. */
function makeCase(author: Author, run: number) {
  const message = randomBytes(1 + (run % 300))
  const signature = new Uint8Array(signByOpenSsl(null, labelled(LABEL, message), author.byOpenSsl))
  const right = { message, signature, key: author.publicKey }
  const changes = [
    { ...right, signature: flipBit(signature, run % 64, run & 7) },
    { ...right, message: flipBit(message, run % message.length, run & 7) },
    { ...right, key: flipBit(author.publicKey, run % 32, run & 7) as SigningPublicKey },
    { ...right, signature: new Uint8Array(randomBytes(64)) },
  ]
  return { right, wrong: changes[run % changes.length] ?? right }
}

describe('signatures of random messages', () => {
  it(
    `[CR6] are judged rightly through WebCrypto, ${RUNS} whole and ${RUNS} changed`,
    { timeout: RUNS_TIMEOUT_MS },
    async () => {
      const authors = Array.from({ length: 20 }, makeAuthor)
      const failed = await differing(RUNS, async (run) => {
        const { right, wrong } = makeCase(authors[run % 20] ?? makeAuthor(), run)
        return (
          (await verify(LABEL, right.message, right.signature, right.key)) &&
          !(await verify(LABEL, wrong.message, wrong.signature, wrong.key))
        )
      })
      expect(failed).toEqual([])
    },
  )

  it(
    `[CR6] are judged by tweetnacl and @noble/curves as through WebCrypto, ${TWEETNACL_RUNS} whole and ${TWEETNACL_RUNS} changed`,
    { timeout: RUNS_TIMEOUT_MS },
    async () => {
      const author = makeAuthor()
      const failed = await differing(TWEETNACL_RUNS, async (run) => {
        const { right, wrong } = makeCase(author, run)
        for (const { message, signature, key } of [right, wrong]) {
          const verdict = await verify(LABEL, message, signature, key)
          if (verifyNow(LABEL, message, signature, key) !== verdict) return false
          if (nobleSays(labelled(LABEL, message), signature, key) !== verdict) return false
        }
        return true
      })
      expect(failed).toEqual([])
    },
  )

  it(
    `[CR6] are made byte for byte as OpenSSL makes them, ${TWEETNACL_RUNS} times`,
    { timeout: RUNS_TIMEOUT_MS },
    async () => {
      const author = makeAuthor()
      const failed = await differing(TWEETNACL_RUNS, (run) => {
        const message = randomBytes(run % 500)
        const theirs = signByOpenSsl(null, labelled(LABEL, message), author.byOpenSsl)
        return theirs.equals(sign(LABEL, message, author.secretKey))
      })
      expect(failed).toEqual([])
    },
  )

  it('[CR8] are by the keys that @noble/curves grows from the same halves of a seed', async () => {
    const failed = await differing(100, () => {
      const { signing } = makeIdentity()
      const key = ed25519.getPublicKey(signing.secretKey.slice(0, 32))
      return Buffer.from(key).equals(signing.publicKey)
    })
    expect(failed).toEqual([])
  })
})

/** By the strict rules of RFC 8032; it throws where others say false. */
function nobleSays(message: Uint8Array, signature: Uint8Array, key: Uint8Array): boolean {
  try {
    return ed25519.verify(signature, message, key, { zip215: false })
  } catch {
    return false
  }
}
