import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, type TestBrowser } from '../helpers/browser.ts'
import { findChromium } from '../helpers/chromium.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'
import {
  ARRIVED,
  connection,
  joinShop,
  message,
  nameShop,
  openShop,
  say,
  startChat,
  withLanguage,
} from './people.ts'

describe.skipIf(findChromium() === null)('what goes wrong is said in words', () => {
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

  it(
    'with the relay stopped nothing connects, and the page says so',
    { timeout: 120_000 },
    async () => {
      const stopped = await startTestServer()
      await stopped.stopRelay()
      const desk = await openShop(browser, stopped.origin)
      const chat = await joinShop(browser, desk.invite)
      await say(chat.page, 'can you hear me?')
      await connection(chat.page).getByText('relay', { exact: false }).waitFor({ timeout: 60_000 })
      await message(chat.page, 'can you hear me?').getByText('waiting', { exact: false }).waitFor()
      const list = desk.page.getByRole('list', { name: 'Conversations' })
      expect(await list.getByRole('listitem').count()).toBe(0)
      await desk.context.close()
      await chat.context.close()
      await stopped.close()
    },
  )

  it.each([
    ['nothing after the mark', () => '/c'],
    ['half a link', (invite: string) => invite.slice(0, invite.length / 2)],
    [
      'a changed character',
      (invite: string) =>
        invite.slice(0, -20) + (invite.at(-20) === 'A' ? 'B' : 'A') + invite.slice(-19),
    ],
    ['not base64', () => '/c#1.%%%%'],
  ])('says of an invite with %s that the link is damaged', async (_, damage) => {
    const desk = await openShop(browser, server.origin)
    const context = await browser.newContext()
    const page = await browser.newPage(context)
    await page.goto(withLanguage(new URL(damage(desk.invite), server.origin).href, 'en'))
    await page.getByRole('heading', { name: 'link' }).waitFor()
    expect(await page.getByRole('button', { name: 'Start chat' }).count()).toBe(0)
  })

  it('says of an invite of a later version that this page is too old for it', async () => {
    const desk = await openShop(browser, server.origin)
    const context = await browser.newContext()
    const page = await browser.newPage(context)
    await page.goto(withLanguage(desk.invite.replace('#1.', '#9.'), 'en'))
    await page.getByRole('heading', { name: 'newer' }).waitFor()
  })

  it('takes the secret out of the address bar at once and keeps it through a reload', async () => {
    const desk = await openShop(browser, server.origin)
    const context = await browser.newContext()
    const page = await browser.newPage(context)
    await page.goto(withLanguage(desk.invite, 'en'))
    await page.getByRole('button', { name: 'Start chat' }).waitFor()
    expect(new URL(page.url()).hash).toBe('')
    await page.reload()
    await page.getByRole('button', { name: 'Start chat' }).click()
    await page.getByRole('textbox', { name: 'Message' }).waitFor()
  })

  it("opens another shop's invite in the same tab, and leaves no secret in the address bar", async () => {
    const first = await openShop(browser, server.origin, 'First shop')
    const second = await openShop(browser, server.origin, 'Second shop')
    const chat = await joinShop(browser, first.invite)
    await chat.page.goto(withLanguage(second.invite, 'en'))
    await chat.page.getByText('Second shop').first().waitFor()
    await chat.page.getByRole('button', { name: 'Start chat' }).waitFor()
    expect(new URL(chat.page.url()).hash).toBe('')
  })

  it.each([
    ['10,000 characters', 'x'.repeat(10_000)],
    ['control characters', 'Ya\u0007smin'],
    ['only spaces', '   '],
  ])('refuses a shop name of %s at the field, then takes a good one', async (_, name) => {
    const context = await browser.newContext()
    const page = await browser.newPage(context)
    await page.goto(`${server.origin}/desk?lang=en`)
    await page.getByRole('textbox', { name: 'Shop name' }).fill(name)
    await page.getByRole('button', { name: 'Create shop' }).click()
    await page.getByRole('alert').waitFor()
    expect(await nameShop(page, 'Yasmin')).toContain('/c#1.')
  })

  it('opens the same conversation again from the same link in the same browser', async () => {
    const desk = await openShop(browser, server.origin)
    const chat = await joinShop(browser, desk.invite)
    await say(chat.page, 'kept')
    // Nothing is promised of what was not stored yet.
    await message(chat.page, 'kept').getByText(ARRIVED).waitFor({ timeout: 60_000 })
    await chat.page.close()
    const again = await browser.newPage(chat.context)
    await again.goto(withLanguage(desk.invite, 'en'))
    await message(again, 'kept').waitFor()
  })

  it('lets a shopper start in Arabic', async () => {
    const desk = await openShop(browser, server.origin)
    const context = await browser.newContext()
    const page = await browser.newPage(context)
    await startChat(page, desk.invite, 'ar')
    expect(await page.locator('html').getAttribute('dir')).toBe('rtl')
    expect(await page.locator('html').getAttribute('lang')).toBe('ar')
  })
})
