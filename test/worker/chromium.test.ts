import { fileURLToPath } from 'node:url'
import { randomBytes, stretchPassphrase, toBase64Url, toHex } from '@hamsa/crypto'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { encodeEntry } from '../../client/conversation/entry.ts'
import { unsealHere } from '../../client/conversation/unseal.ts'
import { SILENCE_MS } from '../../client/worker/worker-line.ts'
import { openBuiltPages, type BuiltPages } from '../helpers/built-pages.ts'
import { findChromium } from '../helpers/chromium.ts'
import type { SentEntries, Start } from './page/worker-page.ts'
import { makeSamples, makeSealContext, makeSealedChain } from './sealed-entries.ts'

const PAGE = fileURLToPath(new URL('./page/worker.html', import.meta.url))
const context = makeSealContext()

/** As a page gets them. */
function sent(sealed: readonly Uint8Array[]): SentEntries {
  const { number, tag, key } = context.epoch
  return {
    log: toBase64Url(context.log),
    epoch: { number, tag, key: toBase64Url(key) },
    sealed: sealed.map(toBase64Url),
  }
}

/** As the page tells of its verdicts. */
async function expectedOf(sealed: readonly Uint8Array[]): Promise<string[]> {
  const unsealed = await unsealHere(sealed, context)
  return unsealed.map((one) => {
    if (one.type === 'bad') return one.reason
    if (one.type === 'other-epoch') return one.type
    return `entry ${toHex(one.entry.id)} ${toHex(encodeEntry(context.log, one.entry))}`
  })
}

describe.skipIf(findChromium() === null)('the crypto worker in Chromium', () => {
  let pages: BuiltPages
  let page: Page
  let chain: readonly Uint8Array[]
  let expected: readonly string[]

  beforeAll(async () => {
    pages = await openBuiltPages(PAGE, 'workerPage')
    chain = await makeSealedChain(context, 300, 300)
    expected = await expectedOf(chain)
  })
  beforeEach(async () => {
    page = await pages.open()
  })
  afterEach(() => page.context().close())
  afterAll(() => pages.close())

  const open = (start: Start): Promise<void> =>
    page.evaluate((one) => window.workerPage.open(one), start)
  const unseal = (sealed: readonly Uint8Array[]): Promise<string[]> =>
    page.evaluate((entries) => window.workerPage.unseal('worker', entries), sent(sealed))
  const counts = () => page.evaluate(() => window.workerPage.counts())
  /** What the page complained of, which nobody need look at again. */
  const takeProblems = (): string[] => pages.browser.problems.splice(0)

  it('[WK1] says of each entry what this thread says, however it is good or bad', async () => {
    const sealed = (await makeSamples(context)).map((sample) => sample.sealed)
    await open('real')
    expect(await unseal(sealed)).toEqual(await expectedOf(sealed))
    expect(await counts()).toMatchObject({ started: 1 })
    expect(takeProblems()).toEqual([])
  })

  it('[WK1] [WK2] answers in the order given, never with more than two batches at once', async () => {
    await open('real')
    expect(await unseal(chain)).toEqual(expected)
    const { requests, mostAtOnce } = await counts()
    expect(requests).toBe(Math.ceil(300 / 64))
    expect(mostAtOnce).toBe(2)
  })

  it('[WK10] starts with the first eight entries, once', async () => {
    await open('real')
    expect(await unseal(chain.slice(0, 7))).toEqual(expected.slice(0, 7))
    expect(await counts()).toMatchObject({ started: 0 })
    expect(await unseal(chain.slice(0, 8))).toEqual(expected.slice(0, 8))
    expect(await unseal(chain)).toEqual(expected)
    expect(await counts()).toMatchObject({ started: 1, running: 1, timers: 0 })
  })

  it('[WK11] stretches as crypto does, in a worker that ends with it and that no message waits behind', async () => {
    const salt = randomBytes(16)
    await open('real')
    const order = await page.evaluate(
      async ([one, entries]) => {
        const done: string[] = []
        const stretching = window.workerPage.stretch('كلمة ٣', one).then((key) => {
          done.push('stretched')
          return key
        })
        await window.workerPage.unseal('worker', entries)
        done.push('unsealed')
        return { key: await stretching, done }
      },
      [toBase64Url(salt), sent(chain.slice(0, 8))] as const,
    )
    expect(order.key).toBe(toHex(stretchPassphrase('كلمة ٣', salt)))
    expect(order.done).toEqual(['unsealed', 'stretched'])
    expect(await counts()).toMatchObject({ started: 2, running: 1, timers: 0 })
  })

  it('[WK11] tells the caller when a passphrase cannot be stretched', async () => {
    await open('real')
    const failure = await page.evaluate(
      (salt) => window.workerPage.stretch('a', salt).then(null, String),
      toBase64Url(randomBytes(15)),
    )
    expect(failure).toMatch(/salt/)
    expect(await counts()).toMatchObject({ running: 0, timers: 0 })
  })

  it('[WK12] closes under work, twice, and what is awaited comes from the page', async () => {
    await open('real')
    const verdicts = await page.evaluate(async (entries) => {
      const awaited = window.workerPage.unseal('worker', entries)
      await window.workerPage.whenAsked(1)
      window.workerPage.close()
      window.workerPage.close()
      return { awaited: await awaited, later: await window.workerPage.unseal('worker', entries) }
    }, sent(chain))
    expect(verdicts).toEqual({ awaited: expected, later: expected })
    expect(await counts()).toMatchObject({ started: 1, running: 0, timers: 0 })
  })

  it.each<Start>(['missing', 'untrusted', 'throw:0', 'babble:0'])(
    '[WK20] [WK22] the page does the work of a worker that never answers (%s), and starts no other',
    async (start) => {
      await open(start)
      expect(await unseal(chain)).toEqual(expected)
      expect(await unseal(chain)).toEqual(expected)
      expect(await counts()).toMatchObject({ running: 0, timers: 0 })
      expect((await counts()).started).toBeLessThanOrEqual(1)
      takeProblems() // the browser says itself that a worker failed
    },
  )

  it.each<Start>(['throw:2', 'babble:2', 'close:2'])(
    '[WK20] [WK22] a worker that is lost after it answered (%s) is replaced at the next need',
    async (start) => {
      await open(start)
      const verdicts = page.evaluate(
        (entries) => window.workerPage.unseal('worker', entries),
        sent(chain),
      )
      if (start === 'close:2') {
        await page.evaluate(() => window.workerPage.whenAsked(4)) // two answered, two swallowed
        await page.evaluate((ms) => window.workerPage.passTime(ms), SILENCE_MS)
      }
      expect(await verdicts).toEqual(expected)
      expect(await unseal(chain.slice(0, 64))).toEqual(expected.slice(0, 64))
      expect((await counts()).started).toBeGreaterThanOrEqual(2)
      takeProblems()
    },
  )

  it('[WK20] waits no longer than 30 s for a worker that says nothing', async () => {
    await open('close:0')
    const verdicts = page.evaluate(
      (entries) => window.workerPage.unseal('worker', entries),
      sent(chain),
    )
    await page.evaluate(() => window.workerPage.whenAsked(2))
    await page.evaluate((ms) => window.workerPage.passTime(ms), SILENCE_MS - 1)
    expect(await counts()).toMatchObject({ running: 1, timers: 1 })
    await page.evaluate(() => window.workerPage.passTime(1))
    expect(await verdicts).toEqual(expected)
    expect(await counts()).toMatchObject({ started: 1, running: 0, timers: 0 })
  })

  it('[WK31] the page’s policy lets no other address become a worker', async () => {
    const refused = await page.evaluate(() => {
      const tries: (() => unknown)[] = [
        () => new Worker('/assets/anything.js'),
        () => new Worker('data:text/javascript,1'),
        () => new Worker(URL.createObjectURL(new Blob(['1']))),
      ]
      return tries.map((attempt) => {
        try {
          attempt()
          return 'started'
        } catch (error) {
          return error instanceof Error ? error.name : 'none'
        }
      })
    })
    expect(refused).toEqual(['TypeError', 'TypeError', 'TypeError'])
    takeProblems()
  })
})
