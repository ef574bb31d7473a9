import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, type TestBrowser } from '../helpers/browser.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'
import { makeLinkOptions } from './page/link-options.ts'
import { openLinkPage } from './page/open-link-page.ts'

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

const newPage = async (): Promise<Page> =>
  openLinkPage(browser, await browser.newContext(), server.origin)

describe('webrtc link in Chromium', () => {
  it('[LK1] connects two browsers and carries entries both ways', async () => {
    const options = makeLinkOptions()
    const [desk, chat] = await Promise.all([newPage(), newPage()])
    await desk.evaluate((o) => window.linkPage.open('a', o), options.shop)
    await chat.evaluate((o) => window.linkPage.open('a', o), options.shopper)
    await desk.evaluate(() => window.linkPage.whenState('a', 'open'))
    await chat.evaluate(() => window.linkPage.whenState('a', 'open'))
    await desk.evaluate(() => window.linkPage.say('a', 'welcome'))
    expect(await chat.evaluate(() => window.linkPage.whenTexts('a', 1))).toEqual(['welcome'])
    await chat.evaluate(() => window.linkPage.say('a', 'thank you'))
    expect(await desk.evaluate(() => window.linkPage.whenTexts('a', 2))).toEqual([
      'welcome',
      'thank you',
    ])
  })
})
