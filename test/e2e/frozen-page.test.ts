import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findChromium, launchChromium } from '../helpers/chromium.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'
import type { TestBrowser } from '../helpers/test-browser.ts'
import { LONG } from '../load/pairs.ts'
import {
  ARRIVED,
  joinShop,
  message,
  openFirstConversation,
  openShop,
  say,
  texts,
} from './people.ts'

const MEETING_MS = 60_000
/** All is to be there this soon after the return. */
const RETURN_MS = 30_000
/** How long a page stays frozen besides the time that its peer needs to miss it. */
const FROZEN_MS = LONG ? 60_000 : 0

declare global {
  interface Window {
    longestPauseMs: number
  }
}

/** Runs in the page: whoever freezes it must have frozen it. */
function watchPauses(): void {
  window.longestPauseMs = 0
  let lastMs = performance.now()
  setInterval(() => {
    const nowMs = performance.now()
    window.longestPauseMs = Math.max(window.longestPauseMs, nowMs - lastMs)
    lastMs = nowMs
  }, 100)
}

/*
 * By stopping the processes of its pages: Chromium itself freezes hidden pages only, and without a
 * screen no page is ever hidden (`Page.setWebLifecycleState` changes nothing there). Nothing tells
 * the page that it is back.
 */
describe.skipIf(findChromium() === null)('a page that is frozen', () => {
  let server: TestServer
  let browsers: readonly [TestBrowser, TestBrowser]

  beforeAll(async () => {
    server = await startTestServer()
    browsers = [await launchChromium(), await launchChromium()]
  })
  afterAll(async () => {
    await Promise.all(browsers.map((browser) => browser.close()))
    await server.close()
  })

  /** What sends a signal to every page of this browser. */
  async function pagesOf({ browser }: TestBrowser): Promise<(signal: NodeJS.Signals) => void> {
    const session = await browser.newBrowserCDPSession()
    const { processInfo } = await session.send('SystemInfo.getProcessInfo')
    const pids = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id)
    return (signal) => {
      for (const pid of pids) process.kill(pid, signal)
    }
  }

  it.each(['chat', 'desk'] as const)(
    '[LK9] finds its peer again when it goes on, and nothing is lost: the %s',
    { timeout: 240_000 },
    async (which) => {
      const desk = await openShop(browsers[0], server.origin)
      const chat = await joinShop(browsers[1], desk.invite)
      await say(chat.page, 'before')
      await openFirstConversation(desk.page)
      await message(desk.page, 'before').waitFor({ timeout: MEETING_MS })
      await message(chat.page, 'before').getByText(ARRIVED).waitFor()
      const [frozen, awake] = which === 'chat' ? [chat, desk] : [desk, chat]
      await frozen.page.evaluate(watchPauses)
      const signal = await pagesOf(browsers[which === 'chat' ? 1 : 0])

      const frozenAt = performance.now()
      signal('SIGSTOP')
      try {
        await say(awake.page, 'meanwhile')
        await message(awake.page, 'meanwhile')
          .getByText('waiting', { exact: false })
          .waitFor({ timeout: MEETING_MS }) // it has missed its peer
        await lasting(FROZEN_MS)
      } finally {
        signal('SIGCONT')
      }

      const thawedAt = performance.now()
      await message(frozen.page, 'meanwhile').first().waitFor({ timeout: RETURN_MS })
      process.stdout.write(
        `frozen for ${Math.round(thawedAt - frozenAt)} ms; all there ${Math.round(performance.now() - thawedAt)} ms after\n`,
      )
      const pauseMs = await frozen.page.evaluate(() => window.longestPauseMs)
      expect(pauseMs).toBeGreaterThan((thawedAt - frozenAt) / 2)
      await say(frozen.page, 'afterwards')
      await message(awake.page, 'afterwards').waitFor({ timeout: RETURN_MS })
      for (const page of [desk.page, chat.page]) await expectAll(page)
      await Promise.all([desk.context.close(), chat.context.close()])
    },
  )
})

async function expectAll(page: Page): Promise<void> {
  expect(await texts(page)).toEqual(['before', 'meanwhile', 'afterwards'])
}

/** The time that a fault lasts; nothing is asserted by it. */
function lasting(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
