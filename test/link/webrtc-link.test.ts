import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, type TestBrowser } from '../helpers/browser.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'
import { findChromium } from '../helpers/chromium.ts'
import { makeLinkOptions } from './page/link-options.ts'
import type { LinkOptions } from './page/link-page.ts'
import { openLinkPage } from './page/open-link-page.ts'

describe.skipIf(findChromium() === null)('webrtc link in Chromium', () => {
  let browser: TestBrowser
  let server: TestServer

  beforeAll(async () => {
    browser = await launchBrowser()
    server = await startTestServer()
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
  })
  afterEach(async () => {
    await Promise.all(browser.browser.contexts().map((context) => context.close()))
    expect(browser.problems.splice(0)).toEqual([])
  })

  const newPage = async (context?: BrowserContext, at = server): Promise<Page> =>
    openLinkPage(browser, context ?? (await browser.newContext()), at.origin)

  const open = (page: Page, options: LinkOptions, name = 'link'): Promise<void> =>
    page.evaluate(([n, o]) => window.linkPage.open(n, o), [name, options] as const)

  const whenOpen = (page: Page, name = 'link'): Promise<unknown> =>
    page.evaluate((n) => window.linkPage.whenState(n, 'open'), name)

  /** Two pages of two profiles with an open link between them. */
  async function openPair(): Promise<{
    desk: Page
    chat: Page
    options: ReturnType<typeof makeLinkOptions>
  }> {
    const options = makeLinkOptions()
    const [desk, chat] = await Promise.all([newPage(), newPage()])
    await Promise.all([open(desk, options.shop), open(chat, options.shopper)])
    await Promise.all([whenOpen(desk), whenOpen(chat)])
    return { desk, chat, options }
  }

  it('[LK1] connects two browsers and carries entries and control frames both ways', async () => {
    const { desk, chat } = await openPair()
    await desk.evaluate(() => window.linkPage.say('link', 'welcome'))
    expect(await chat.evaluate(() => window.linkPage.whenTexts('link', 1))).toEqual(['welcome'])
    await chat.evaluate(() => window.linkPage.say('link', 'thank you'))
    expect(await desk.evaluate(() => window.linkPage.whenTexts('link', 2))).toEqual([
      'welcome',
      'thank you',
    ])
    await chat.evaluate(() => window.linkPage.type('link', true))
    await chat.evaluate(() => window.linkPage.type('link', false))
    expect(await desk.evaluate(() => window.linkPage.whenControls('link', 2))).toEqual([
      { type: 'typing', active: true },
      { type: 'typing', active: false },
    ])
  })

  it('[LK2] lets no address out but relayed ones, and proves the relay on the live connection', async () => {
    const { desk, chat, options } = await openPair()
    for (const page of [desk, chat]) {
      const sent = JSON.stringify(
        await page.evaluate((o) => window.linkPage.sentToRoom(o), options.shop),
      )
      expect(sent).toContain('"type":"announce"')
      const candidates = sent.match(/candidate:[^"\\]*/g) ?? []
      expect(candidates.length).toBeGreaterThan(0)
      for (const candidate of candidates) {
        expect(candidate).toMatch(/ typ relay raddr 0\.0\.0\.0 rport 9( |$)/)
      }
      expect(sent).not.toMatch(/ typ (host|srflx|prflx)/)
      expect([...new Set(sent.match(/c=IN IP\d \S+?(?=\\r)/g))]).toEqual(['c=IN IP4 0.0.0.0'])
      expect(await page.evaluate(() => window.linkPage.selectedPairs())).toEqual([
        { local: 'relay', remote: 'relay' },
      ])
      expect(await page.evaluate(() => window.linkPage.whenState('link', 'open'))).toMatchObject({
        proof: { localCandidate: 'relay' },
      })
    }
  })

  it('[LK3] carries ten messages of 200 KB sent in one burst', async () => {
    const { desk, chat } = await openPair()
    await desk.evaluate(() => window.linkPage.burst('link', 10, 200_000))
    const texts = await chat.evaluate(() => window.linkPage.whenTexts('link', 10))
    expect(texts.map((text) => `${text.charAt(0)} ${text.length}`)).toEqual(
      Array.from({ length: 10 }, (_, index) => `${index} 200000`),
    )
  })

  it('[LK4] connects two tabs of one browser over the relay, not over BroadcastChannel', async () => {
    const options = makeLinkOptions()
    const context = await browser.newContext()
    const [desk, chat] = await Promise.all([newPage(context), newPage(context)])
    await Promise.all([open(desk, options.shop), open(chat, options.shopper)])
    await Promise.all([whenOpen(desk), whenOpen(chat)])
    await desk.evaluate(() => window.linkPage.say('link', 'over the relay'))
    expect(await chat.evaluate(() => window.linkPage.whenTexts('link', 1))).toEqual([
      'over the relay',
    ])
    for (const page of [desk, chat]) {
      expect(await page.evaluate(() => window.broadcastMessages)).toBe(0)
      expect(await page.evaluate(() => window.linkPage.selectedPairs())).toEqual([
        { local: 'relay', remote: 'relay' },
      ])
    }
  })

  it('[LK5] says so and connects nothing when the relay has stopped', async () => {
    const broken = await startTestServer()
    await broken.stopRelay()
    const options = makeLinkOptions()
    const [desk, chat] = await Promise.all([newPage(undefined, broken), newPage(undefined, broken)])
    await Promise.all([open(desk, options.shop), open(chat, options.shopper)])
    for (const page of [desk, chat]) {
      await page.evaluate(() => window.linkPage.whenState('link', 'failed', 'relay-unreachable'))
      const states = await page.evaluate(() => window.linkPage.states('link'))
      expect(states.map(({ type }) => type)).not.toContain('open')
    }
    await broken.close()
  })

  it('[LK5] notices that the relay under a live connection has stopped', async () => {
    const broken = await startTestServer()
    const options = makeLinkOptions()
    const [desk, chat] = await Promise.all([newPage(undefined, broken), newPage(undefined, broken)])
    await Promise.all([open(desk, options.shop), open(chat, options.shopper)])
    await Promise.all([whenOpen(desk), whenOpen(chat)])
    await broken.stopRelay()
    const stoppedAt = performance.now()
    for (const page of [desk, chat]) {
      await page.evaluate(() => window.linkPage.whenState('link', 'failed', 'relay-unreachable'))
    }
    // 10 s on an idle machine: 5 s until ICE misses its peer, 5 to 7 s of patience.
    expect(performance.now() - stoppedAt).toBeLessThan(40_000)
    await Promise.all([desk, chat].map((page) => page.close())) // they ask for a relay again and again
    await broken.close()
  })

  it('[LK5] starts nothing when the service has no relay', async () => {
    const bare = await startTestServer({ relay: false })
    const page = await newPage(undefined, bare)
    await open(page, makeLinkOptions().shop)
    await page.evaluate(() => window.linkPage.whenState('link', 'failed', 'no-relay'))
    expect(await page.evaluate(() => window.linkPage.madeConnections())).toBe(0)
    await bare.close()
  })

  it('[LK6] refuses a key that admit does not take, and gives it nothing', async () => {
    const { shop, shopper } = makeLinkOptions()
    const stranger: LinkOptions = { ...shopper, seed: makeLinkOptions().shopper.seed }
    const [desk, chat] = await Promise.all([newPage(), newPage()])
    await open(desk, shop)
    await desk.evaluate(() => window.linkPage.say('link', 'not for strangers'))
    await open(chat, stranger)
    await desk.evaluate(() => window.linkPage.whenState('link', 'failed', 'peer-refused'))
    expect(await chat.evaluate(() => window.linkPage.texts('link'))).toEqual([])
    for (const page of [desk, chat]) {
      const states = await page.evaluate(() => window.linkPage.states('link'))
      expect(states.map(({ type }) => type)).not.toContain('open')
    }
  })

  it('[LK7] connects ten pairs that start at the same moment', async () => {
    const pairs = Array.from({ length: 10 }, () => makeLinkOptions())
    const [desk, chat] = await Promise.all([newPage(), newPage()])
    await Promise.all(
      pairs.flatMap(({ shop, shopper }, index) => [
        open(desk, shop, `${index}`),
        open(chat, shopper, `${index}`),
      ]),
    )
    await Promise.all(
      pairs.flatMap((_, index) => [whenOpen(desk, `${index}`), whenOpen(chat, `${index}`)]),
    )
    await Promise.all(
      pairs.map(async (_, index) => {
        await desk.evaluate((n) => window.linkPage.say(n, `hello ${n}`), `${index}`)
        expect(await chat.evaluate((n) => window.linkPage.whenTexts(n, 1), `${index}`)).toEqual([
          `hello ${index}`,
        ])
      }),
    )
    // Two offers that meet would have made more.
    expect(await desk.evaluate(() => window.linkPage.madeConnections())).toBe(10)
  })

  it('[LK73] has asked for relays before the key of its room is made', async () => {
    const options = makeLinkOptions()
    const [desk, chat] = await Promise.all([newPage(), newPage()])
    await desk.evaluate(() => {
      // No key before the relays have been asked for.
      let isAsked = (): void => undefined
      const asked = new Promise<void>((resolve) => (isAsked = resolve))
      const { subtle } = crypto
      const [ask, derive] = [window.fetch.bind(window), subtle.deriveKey.bind(subtle)]
      window.fetch = (...request) => {
        isAsked()
        return ask(...request)
      }
      const deriveLater = async (...request: Parameters<typeof derive>): Promise<CryptoKey> => {
        await asked
        return derive(...request)
      }
      Object.defineProperty(subtle, 'deriveKey', { value: deriveLater })
    })
    await Promise.all([open(desk, options.shop), open(chat, options.shopper)])
    await Promise.all([whenOpen(desk), whenOpen(chat)])
  })

  it('[LK8] leaves nothing open after close', async () => {
    const { desk, chat } = await openPair()
    const [left] = await Promise.all([
      desk.evaluate(() => window.linkPage.sendFile('link', 1, 1_000)), // to nobody who takes it
      desk.evaluate(() => window.linkPage.close('link')),
    ])
    expect(left).toBe(0)
    await chat.evaluate(() => window.linkPage.whenState('link', 'waiting'))
    await chat.evaluate(() => window.linkPage.close('link'))
    for (const page of [desk, chat]) {
      await page.evaluate(() => window.linkPage.closeSignaling())
      await page.waitForFunction(() => window.openBroadcastChannels === 0)
      expect(await page.evaluate(() => window.linkPage.leftovers())).toEqual({
        connections: 0,
        timers: 0,
      })
    }
  })

  it('[LK8] opens a topic again right after closing it', async () => {
    const { desk, chat, options } = await openPair()
    await desk.evaluate((o) => {
      for (let index = 0; index < 5; index++) window.linkPage.reopen('link', o)
    }, options.shop)
    await whenOpen(desk)
    await desk.evaluate(() => window.linkPage.say('link', 'back again'))
    expect(await chat.evaluate(() => window.linkPage.whenTexts('link', 1))).toEqual(['back again'])
  })

  it('[LK9] finds a peer again that reloads its page', async () => {
    const { desk, chat, options } = await openPair()
    await chat.close()
    await desk.evaluate(() => window.linkPage.say('link', 'while you were away'))
    const reloaded = await newPage()
    await open(reloaded, options.shopper)
    expect(await reloaded.evaluate(() => window.linkPage.whenTexts('link', 1))).toEqual([
      'while you were away',
    ])
  })

  it('[LK9] connects when the signalling service was away at first', async () => {
    const options = makeLinkOptions()
    const context = await browser.newContext()
    const [desk, chat] = await Promise.all([newPage(context), newPage()])
    await context.setOffline(true)
    await Promise.all([open(desk, options.shop), open(chat, options.shopper)])
    await context.setOffline(false)
    await desk.evaluate(() => window.linkPage.wake('link'))
    await Promise.all([whenOpen(desk), whenOpen(chat)])
    // The browser's own line, if `/ice` was asked for before the network was back.
    const said = browser.problems.splice(0)
    expect(said.filter((line) => !line.includes('ERR_INTERNET_DISCONNECTED'))).toEqual([])
  })
})
