import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, type TestBrowser } from '../helpers/browser.ts'
import { findChromium } from '../helpers/chromium.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'
import {
  ARRIVED,
  connection,
  joinShop,
  message,
  openFirstConversation,
  openShop,
  say,
  startChat,
  texts,
} from './people.ts'

/** For the slowest step on a loaded machine: a shop that comes back is met at the next knock. */
const MEETING_MS = 60_000

describe.skipIf(findChromium() === null)('a shop and a shopper', () => {
  let browser: TestBrowser
  let server: TestServer

  beforeAll(async () => {
    browser = await launchBrowser()
    server = await startTestServer()
  })
  afterEach(async () => {
    const problems = browser.problems.splice(0)
    await Promise.all(browser.browser.contexts().map((context) => context.close()))
    expect(problems).toEqual([])
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
  })

  it('talk both ways, in Arabic and English', async () => {
    const desk = await openShop(browser, server.origin)
    const chat = await joinShop(browser, desk.invite, 'en')
    await say(chat.page, 'Hello, is the blue scarf still available?')
    await openFirstConversation(desk.page)
    await message(desk.page, 'blue scarf').waitFor({ timeout: MEETING_MS })
    await say(desk.page, 'نعم، متوفّر بسعر 99.50 SAR')
    await message(chat.page, '99.50 SAR').waitFor({ timeout: MEETING_MS })
    await message(chat.page, 'blue scarf').getByText('seen').waitFor()
    await message(desk.page, '99.50 SAR').getByText('seen').waitFor()
    await chat.page.getByRole('textbox', { name: 'Message' }).pressSequentially('I take')
    await desk.page.getByRole('log', { name: 'Messages' }).getByText('writing…').waitFor()
  })

  it('exchange 100 messages each way, in order, once each', { timeout: 180_000 }, async () => {
    const desk = await openShop(browser, server.origin)
    const chat = await joinShop(browser, desk.invite)
    await say(chat.page, 'chat 0')
    await openFirstConversation(desk.page)
    await message(desk.page, 'chat 0').waitFor({ timeout: MEETING_MS })
    await Promise.all([
      (async () => {
        for (let index = 1; index < 100; index++) await say(chat.page, `chat ${index}`)
      })(),
      (async () => {
        for (let index = 0; index < 100; index++) await say(desk.page, `desk ${index}`)
      })(),
    ])
    await expect
      .poll(async () => (await texts(chat.page)).length, { timeout: MEETING_MS })
      .toBe(200)
    await expect
      .poll(async () => (await texts(desk.page)).length, { timeout: MEETING_MS })
      .toBe(200)
    const seen = await texts(chat.page)
    expect(await texts(desk.page)).toEqual(seen)
    for (const side of ['chat', 'desk']) {
      const own = seen.filter((text) => text.startsWith(side))
      expect(own).toEqual(Array.from({ length: 100 }, (_, index) => `${side} ${index}`))
    }
  })

  it('both reload and nothing is lost, and they go on talking', async () => {
    const desk = await openShop(browser, server.origin)
    const chat = await joinShop(browser, desk.invite)
    await say(chat.page, 'before the reload')
    await openFirstConversation(desk.page)
    await message(desk.page, 'before the reload').waitFor({ timeout: MEETING_MS })
    await say(desk.page, 'answered before the reload')
    await message(chat.page, 'answered before the reload').waitFor({ timeout: MEETING_MS })
    await Promise.all([desk.page.reload(), chat.page.reload()])
    await message(chat.page, 'answered before the reload').waitFor()
    await openFirstConversation(desk.page)
    await message(desk.page, 'before the reload').first().waitFor()
    await say(chat.page, 'after it, from the shopper')
    await say(desk.page, 'after it, from the shop')
    await message(desk.page, 'after it, from the shopper').waitFor({ timeout: MEETING_MS })
    await message(chat.page, 'after it, from the shop').first().waitFor({ timeout: MEETING_MS })
    expect(await texts(desk.page)).toHaveLength(4)
    expect(await texts(chat.page)).toHaveLength(4)
  })

  it('meet again when the shop was closed while the shopper wrote', async () => {
    const desk = await openShop(browser, server.origin)
    await desk.page.close()
    const chat = await joinShop(browser, desk.invite)
    await say(chat.page, 'written while the shop was away')
    await message(chat.page, 'while the shop was away')
      .getByText('waiting', { exact: false })
      .waitFor()
    const reopened = await browser.newPage(desk.context)
    await reopened.goto(`${server.origin}/desk?lang=en`)
    await openFirstConversation(reopened)
    await message(reopened, 'while the shop was away').waitFor({ timeout: MEETING_MS })
    await message(chat.page, 'while the shop was away')
      .getByText(ARRIVED)
      .waitFor({ timeout: MEETING_MS })
  })

  it('send ten messages of 200 KB in one burst; one of 300 KB is refused at the message', async () => {
    const desk = await openShop(browser, server.origin)
    const chat = await joinShop(browser, desk.invite)
    await say(chat.page, 'first')
    await openFirstConversation(desk.page)
    await message(desk.page, 'first').waitFor({ timeout: MEETING_MS })
    for (let index = 0; index < 10; index++) {
      await say(chat.page, `big ${index} ${'x'.repeat(200 * 1024)}`)
    }
    for (let index = 0; index < 10; index++) {
      await message(desk.page, `big ${index} `).waitFor({ timeout: MEETING_MS })
    }
    await say(chat.page, `huge ${'y'.repeat(300 * 1024)}`)
    await message(chat.page, 'huge').getByText('too long', { exact: false }).waitFor()
    await say(chat.page, 'small again')
    await message(desk.page, 'small again').waitFor({ timeout: MEETING_MS })
    expect(await message(desk.page, 'huge').count()).toBe(0)
  })

  it('talk over the relay as two tabs of one browser', async () => {
    const desk = await openShop(browser, server.origin)
    const chat = await browser.newPage(desk.context)
    await startChat(chat, desk.invite)
    await say(chat, 'from the next tab')
    await openFirstConversation(desk.page)
    await message(desk.page, 'from the next tab').waitFor({ timeout: MEETING_MS })
    await connection(chat).getByText('relay', { exact: false }).waitFor()
  })

  it('keep three shoppers apart', async () => {
    const desk = await openShop(browser, server.origin)
    const chats = await Promise.all([1, 2, 3].map(() => joinShop(browser, desk.invite)))
    await Promise.all(chats.map(({ page }, index) => say(page, `I am shopper ${index}`)))
    const list = desk.page.getByRole('list', { name: 'Conversations' })
    await expect.poll(() => list.getByRole('listitem').count(), { timeout: MEETING_MS }).toBe(3)
    for (const [index, { page }] of chats.entries()) {
      await list.getByText(`I am shopper ${index}`).click()
      await message(desk.page, `I am shopper ${index}`).waitFor()
      await say(desk.page, `Welcome, ${index}`)
      await message(page, `Welcome, ${index}`).waitFor({ timeout: MEETING_MS })
      expect(await texts(page)).toEqual([`I am shopper ${index}`, `Welcome, ${index}`])
    }
  })
})
