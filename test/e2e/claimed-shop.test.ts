import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from '@hamsa/crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type OpenedShops, openShops } from '../../signaling/shops/open-shops.ts'
import { launchBrowser, type TestBrowser } from '../helpers/browser.ts'
import { findChromium } from '../helpers/chromium.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'
import {
  ARRIVED,
  connection,
  joinShop,
  message,
  nameShop,
  openFirstConversation,
  openShop,
  say,
} from './people.ts'

describe.skipIf(findChromium() === null)('a service that serves known shops', () => {
  let browser: TestBrowser
  let dataDir: string
  let opened: OpenedShops
  let server: TestServer

  beforeAll(async () => {
    browser = await launchBrowser()
  })
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'hamsa-claimed-'))
    opened = await openShops(
      { type: 'claimed' },
      {
        dataDir,
        now: () => Date.now(),
        monotonicNow: () => performance.now(),
        random: randomBytes,
        log: () => undefined,
      },
    )
    server = await startTestServer({ shops: opened.shops })
  })
  afterEach(async () => {
    // A refusal of `/ice` is one of the things that are tested here; the browser notes each.
    const problems = browser.problems.splice(0).filter((problem) => !problem.includes('403'))
    await Promise.all(browser.browser.contexts().map((context) => context.close()))
    await server.close()
    await rm(dataDir, { recursive: true })
    expect(problems).toEqual([])
  })
  afterAll(() => browser.close())

  it(
    '[SG62] [SG63] the desk opened with the token is served after a reload too, and so are its shoppers',
    { timeout: 120_000 },
    async () => {
      const context = await browser.newContext()
      const page = await browser.newPage(context)
      await page.goto(`${server.origin}/desk?lang=en#claim=${opened.firstClaim}`)
      expect(page.url()).toBe(`${server.origin}/desk?lang=en`)
      await page.reload() // before the shop is made
      const invite = await nameShop(page, 'متجر الياسمين')
      await connection(page).first().getByText('Ready').waitFor()

      const chat = await joinShop(browser, invite)
      await say(chat.page, 'hello')
      await openFirstConversation(page)
      await say(page, 'welcome')
      await message(chat.page, 'welcome').waitFor()
      await message(page, 'welcome').getByText(ARRIVED).waitFor()

      await page.reload()
      await connection(page).first().getByText('Ready').waitFor()
    },
  )

  it(
    '[SG60] a desk without a token is told plainly, and its shoppers too, until one is shown',
    { timeout: 120_000 },
    async () => {
      const desk = await openShop(browser, server.origin)
      await desk.page.getByText('does not serve this shop').first().waitFor()
      const chat = await joinShop(browser, desk.invite)
      await connection(chat.page).getByText('does not serve this shop').waitFor()

      // The token comes in another tab of the desk, while the first one goes on.
      const second = await browser.newPage(desk.context)
      await second.goto(`${server.origin}/desk?lang=en#claim=${opened.firstClaim}`)
      await connection(desk.page).first().getByText('Ready').waitFor()
      await say(chat.page, 'at last')
      await openFirstConversation(desk.page)
      await message(desk.page, 'at last').waitFor()
    },
  )
})
