import {
  labelled,
  parseSignature,
  parseSigningPublicKey,
  randomBytes,
  sign,
  toBase64Url,
} from '@hamsa/crypto'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, type TestBrowser } from '../helpers/browser.ts'
import { findChromium } from '../helpers/chromium.ts'
import { cornerCases, TAMING_THE_MANY_EDDSAS, type EdCase } from './eddsa-cases.ts'
import { verifyByTheBook } from './edwards.ts'
import { flipBit, makeIdentity } from './fixtures.ts'
import type { PageVerdict, SentCase } from './page/in-page.ts'
import { openCryptoPage } from './page/open-crypto-page.ts'
import { RUNS_TIMEOUT_MS } from './runs.ts'

const LABEL = 'hamsa/test/1'

const passesRule = ({ signature, key }: EdCase): boolean =>
  parseSignature(signature) !== null && parseSigningPublicKey(key) !== null

describe.skipIf(findChromium() === null)('signatures in Chromium', () => {
  let browser: TestBrowser
  let page: Page

  beforeAll(async () => {
    browser = await launchBrowser()
    page = await openCryptoPage(browser)
  })
  afterAll(async () => {
    await browser.close()
  })

  const judge = (label: typeof LABEL | null, cases: readonly EdCase[]): Promise<PageVerdict[]> => {
    const sent = cases.map(({ message, signature, key }): SentCase => {
      return {
        message: toBase64Url(message),
        signature: toBase64Url(signature),
        key: toBase64Url(key),
      }
    })
    return page.evaluate(([by, all]) => window.judgeSignatures(by, all), [label, sent] as const)
  }

  it('[CR6] are judged by Chromium’s own Ed25519, and as in Node: the vectors of "Taming the many EdDSAs"', async () => {
    const verdicts = await judge(null, TAMING_THE_MANY_EDDSAS)
    const marks = (pick: (verdict: PageVerdict) => boolean) =>
      verdicts.map((verdict) => (pick(verdict) ? 'V' : 'X')).join('')
    expect(marks(({ passesRule }) => passesRule)).toBe('XXXVVVXXXXXX')
    expect(marks(({ passesRule, engine }) => passesRule && engine === true)).toBe('XXXVXXXXXXXX')
    expect(marks(({ engine }) => engine !== null)).toMatch(/V/) // there is an engine
  })

  it(
    '[CR4] [CR5] [CR6] get Node’s verdict and the book’s, whatever key, R and S are made of',
    { timeout: RUNS_TIMEOUT_MS },
    async () => {
      const cases = [...cornerCases((message) => labelled(LABEL, message))]
      const verdicts = await judge(LABEL, cases)
      expect(verdicts.length).toBe(cases.length)
      const wrong: string[] = []
      let believed = 0
      for (const [index, one] of cases.entries()) {
        const passes = passesRule(one)
        const signed = labelled(LABEL, one.message)
        const truth = passes && verifyByTheBook(signed, one.signature, one.key)
        const said = verdicts[index]
        const isRight =
          said?.verify === truth && said.verifyNow === truth && said.passesRule === passes
        const engineAgrees = !passes || (said?.engine ?? false) === truth
        if (!isRight || !engineAgrees)
          wrong.push(`${one.what}: ${JSON.stringify(said)}, not ${truth}`)
        if (truth) believed++
      }
      expect(wrong).toEqual([])
      expect(believed).toBeGreaterThan(5)
    },
  )

  it(
    '[CR6] get Node’s verdict on 50 random messages, whole and changed',
    { timeout: RUNS_TIMEOUT_MS },
    async () => {
      const { signing } = makeIdentity()
      const cases = Array.from({ length: 100 }, (_, run): EdCase => {
        const message = randomBytes(run)
        const whole = sign(LABEL, message, signing.secretKey)
        const signature = run % 2 === 0 ? whole : flipBit(whole, run % 64)
        return { what: `${run}`, message, signature, key: signing.publicKey }
      })
      const verdicts = await judge(LABEL, cases)
      const said = verdicts.map(({ verify, verifyNow }) => [verify, verifyNow])
      expect(said).toEqual(cases.map((_, run) => [run % 2 === 0, run % 2 === 0]))
      expect(browser.problems).toEqual([])
    },
  )
})
