import { afterAll, beforeAll, describe } from 'vitest'
import { linkContract, type LinkEnd } from '../contract/link-contract.ts'
import { launchBrowser, type TestBrowser } from '../helpers/browser.ts'
import { findChromium } from '../helpers/chromium.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'
import { makeLinkOptions } from './page/link-options.ts'
import { openLinkPage } from './page/open-link-page.ts'

describe.skipIf(findChromium() === null)('in Chromium', () => {
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

  linkContract('webrtc', () => {
    const options = makeLinkOptions()
    const stranger = makeLinkOptions().shopper
    return Promise.resolve({
      async open(role, who = 'member'): Promise<LinkEnd> {
        const page = await openLinkPage(browser, await browser.newContext(), server.origin)
        const own = options[role]
        const ownOptions = who === 'member' ? own : { ...own, seed: stranger.seed }
        await page.evaluate((o) => window.linkPage.open('link', o), ownOptions)
        return {
          say: (text) => page.evaluate((t) => window.linkPage.say('link', t), text),
          texts: () => page.evaluate(() => window.linkPage.texts('link')),
          whenTexts: (count) => page.evaluate((n) => window.linkPage.whenTexts('link', n), count),
          whenState: (type) => page.evaluate((t) => window.linkPage.whenState('link', t), type),
          states: () => page.evaluate(() => window.linkPage.states('link').map(({ type }) => type)),
          type: (active) => page.evaluate((a) => window.linkPage.type('link', a), active),
          whenTyping: async (count) => {
            const frames = await page.evaluate(
              (n) => window.linkPage.whenControls('link', n),
              count,
            )
            return frames.map((frame) => frame.type === 'typing' && frame.active)
          },
          hasFileLane: () => page.evaluate(() => window.linkPage.hasFileLane('link')),
          sendFile: (frames, bytes) =>
            page.evaluate(([f, b]) => window.linkPage.sendFile('link', f, b), [
              frames,
              bytes,
            ] as const),
          framesLeft: () => page.evaluate(() => window.linkPage.framesLeft('link')),
          takeFile: (pace) => page.evaluate((p) => window.linkPage.takeFile('link', p), pace),
          takeOn: () => page.evaluate(() => window.linkPage.takeOn('link')),
          whenTaken: (frames) => page.evaluate((n) => window.linkPage.whenTaken('link', n), frames),
          close: () => page.evaluate(() => window.linkPage.close('link')),
          reopen: () => page.evaluate((o) => window.linkPage.reopen('link', o), ownOptions),
        }
      },
      async close() {
        await Promise.all(browser.browser.contexts().map((context) => context.close()))
      },
    })
  })
})
