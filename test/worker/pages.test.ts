import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  connection,
  joinShop,
  message,
  openFirstConversation,
  openShop,
  say,
} from '../e2e/people.ts'
import { launchBrowser, type TestBrowser } from '../helpers/browser.ts'
import { findChromium } from '../helpers/chromium.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'

/** For the slowest step on a loaded machine. */
const MEETING_MS = 60_000
/** More than the page opens itself. */
const MESSAGES = 10

/** Resolves with the address of the first worker of a page. */
async function firstWorker(page: Page): Promise<string> {
  return (page.workers()[0] ?? (await page.waitForEvent('worker', { timeout: MEETING_MS }))).url()
}

describe.skipIf(findChromium() === null)('the built pages under the service’s policy', () => {
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

  it('[WK10] [WK31] start the built worker when much comes at once, on desk and chat', async () => {
    const shop = await openShop(browser, server.origin)
    const shopper = await joinShop(browser, shop.invite)
    await say(shopper.page, 'first')
    await openFirstConversation(shop.page)
    await message(shopper.page, 'first')
      .getByText(/delivered|seen/)
      .waitFor({ timeout: MEETING_MS })
    expect([...shop.page.workers(), ...shopper.page.workers()]).toEqual([])

    await shop.page.close()
    for (let index = 0; index < MESSAGES; index++) await say(shopper.page, `chat ${index}`)
    const desk = await browser.newPage(shop.context)
    const onDesk = firstWorker(desk)
    await desk.goto(`${server.origin}/desk?lang=en`)
    await openFirstConversation(desk)
    await shopper.page.reload() // knocks at once
    expect(await onDesk).toMatch(/\/assets\/crypto-worker-[\w-]+\.js$/)
    await message(desk, `chat ${MESSAGES - 1}`).waitFor({ timeout: MEETING_MS })

    await shopper.page.close()
    for (let index = 0; index < MESSAGES; index++) await say(desk, `desk ${index}`)
    const chat = await browser.newPage(shopper.context)
    const onChat = firstWorker(chat)
    await chat.goto(`${server.origin}/c?lang=en`)
    expect(await onChat).toBe(await onDesk)
    await message(chat, `desk ${MESSAGES - 1}`).waitFor({ timeout: MEETING_MS })
    await connection(chat).waitFor()
    expect(browser.problems).toEqual([])
  })
})
