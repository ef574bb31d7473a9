import {
  labelled,
  parseSignature,
  parseSigningPublicKey,
  verify,
  verifyNow,
  type SigningPublicKey,
} from '@hamsa/crypto'
import nacl from 'tweetnacl'
import { describe, expect, it } from 'vitest'
import { cornerCases, TAMING_THE_MANY_EDDSAS, type EdCase } from './eddsa-cases.ts'
import { verifyByTheBook } from './edwards.ts'
import { RUNS_TIMEOUT_MS } from './runs.ts'

const LABEL = 'hamsa/test/1'

/** What our own rule says before any engine is asked. */
const passesRule = ({ signature, key }: EdCase): boolean =>
  parseSignature(signature) !== null && parseSigningPublicKey(key) !== null

async function webCryptoSays({ message, signature, key }: EdCase): Promise<boolean> {
  try {
    const raw = new Uint8Array(key)
    const handle = await crypto.subtle.importKey('raw', raw, 'Ed25519', false, ['verify'])
    const [theirs, signed] = [new Uint8Array(signature), new Uint8Array(message)]
    return await crypto.subtle.verify('Ed25519', handle, theirs, signed)
  } catch {
    return false // no point to it
  }
}

describe('signatures that verifiers disagree about', () => {
  it('[CR4] [CR5] [CR6] get one verdict on the vectors of "Taming the many EdDSAs": the fourth alone passes', async () => {
    const accepted = { rule: '', webcrypto: '', tweetnacl: '', book: '' }
    const raw = { webcrypto: '', tweetnacl: '' }
    for (const one of TAMING_THE_MANY_EDDSAS) {
      const passes = passesRule(one)
      const mark = (verdict: boolean) => (verdict ? 'V' : 'X')
      const webcrypto = await webCryptoSays(one)
      const tweetnacl = nacl.sign.detached.verify(one.message, one.signature, one.key)
      accepted.rule += mark(passes)
      accepted.webcrypto += mark(passes && webcrypto)
      accepted.tweetnacl += mark(passes && tweetnacl)
      accepted.book += mark(passes && verifyByTheBook(one.message, one.signature, one.key))
      raw.webcrypto += mark(webcrypto)
      raw.tweetnacl += mark(tweetnacl)
    }
    expect(accepted).toEqual({
      rule: 'XXXVVVXXXXXX',
      webcrypto: 'XXXVXXXXXXXX',
      tweetnacl: 'XXXVXXXXXXXX',
      book: 'XXXVXXXXXXXX',
    })
    // The paper's own findings for OpenSSL and tweetnacl, which is why there is a rule.
    expect(raw).toEqual({ webcrypto: 'VVVVXXXXXXXV', tweetnacl: 'VVVVXXVVXXXV' })
  })

  it(
    '[CR4] [CR5] [CR6] get one verdict from every path and the book, whatever key, R and S are made of',
    { timeout: RUNS_TIMEOUT_MS },
    async () => {
      const wrong: string[] = []
      let [believed, toldApart] = [0, 0]
      for (const one of cornerCases((message) => labelled(LABEL, message))) {
        const { message, signature } = one
        const key = one.key as SigningPublicKey // as bytes say it, past the parser that would refuse it
        const byTheBook = () => verifyByTheBook(labelled(LABEL, message), signature, key)
        const truth = passesRule(one) && byTheBook()
        const first = await verify(LABEL, message, signature, key)
        const now = verifyNow(LABEL, message, signature, key)
        if (first !== truth || now !== truth) wrong.push(`${one.what}: ${first} ${now} ${truth}`)
        if (truth) believed++
        if (passesRule(one)) toldApart++
      }
      expect(wrong).toEqual([])
      expect(believed).toBeGreaterThan(5)
      expect(toldApart).toBeGreaterThan(200)
    },
  )
})
