import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, type TestBrowser } from '../helpers/browser.ts'
import { findChromium } from '../helpers/chromium.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'
import {
  ARRIVED,
  joinShop,
  message,
  openFirstConversation,
  openShop,
  say,
  texts,
  type Person,
} from './people.ts'

/** For the slowest step on a loaded machine: a shop that comes back is met at the next knock. */
const MEETING_MS = 60_000
/** Much longer than a leader may be silent. */
const HUNG_MS = 8_000

function tellTime(what: string, startMs: number): void {
  process.stdout.write(`hand-over ${what}: ${Math.round(performance.now() - startMs)} ms\n`)
}

describe.skipIf(findChromium() === null)('several tabs of one browser', () => {
  let browser: TestBrowser
  let server: TestServer

  beforeAll(async () => {
    browser = await launchBrowser()
    server = await startTestServer()
  })
  afterEach(async () => {
    // A tab that is closed in the instant in which it takes the lead closes a socket that is not open yet.
    const problems = browser.problems
      .splice(0)
      .filter((one) => !one.includes('closed before the connection is established'))
    await Promise.all(browser.browser.contexts().map((context) => context.close()))
    expect(problems).toEqual([])
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
  })

  const openDeskTab = async (context: BrowserContext): Promise<Page> => {
    const page = await browser.newPage(context)
    await page.goto(`${server.origin}/desk?lang=en`)
    await page.getByRole('textbox', { name: 'Invite link' }).waitFor()
    return page
  }

  /** A tab with the chat of the shop that was opened last. */
  const openChatTab = async (context: BrowserContext): Promise<Page> => {
    const page = await browser.newPage(context)
    await page.goto(`${server.origin}/c?lang=en`)
    await page.getByRole('textbox', { name: 'Message' }).waitFor()
    return page
  }

  /** A shop and a shopper in conversation, each in this many tabs, the leading one first. */
  async function talkInTabs(
    count: number,
  ): Promise<{ readonly desks: Page[]; readonly chats: Page[] }> {
    const shop = await openShop(browser, server.origin)
    const shopper: Person = await joinShop(browser, shop.invite)
    const desks = [shop.page]
    const chats = [shopper.page]
    await say(shopper.page, 'hello')
    await openFirstConversation(shop.page)
    await message(shop.page, 'hello').waitFor({ timeout: MEETING_MS })
    while (desks.length < count) {
      const desk = await openDeskTab(shop.context)
      await openFirstConversation(desk)
      desks.push(desk)
      chats.push(await openChatTab(shopper.context))
    }
    return { desks, chats }
  }

  const expectTexts = async (
    pages: readonly Page[],
    expected: readonly string[],
  ): Promise<void> => {
    for (const page of pages) {
      await expect.poll(() => texts(page), { timeout: MEETING_MS }).toEqual(expected)
    }
  }

  for (const count of [2, 5]) {
    it(`show each message once in each of ${count}, whichever of them it is sent in`, async () => {
      const { desks, chats } = await talkInTabs(count)
      const expected = ['hello']
      for (const [index, desk] of desks.entries()) {
        await say(desk, `desk ${index}`)
        expected.push(`desk ${index}`)
        await expectTexts([...desks, ...chats], expected)
      }
      for (const [index, chat] of chats.entries()) {
        await say(chat, `chat ${index}`)
        expected.push(`chat ${index}`)
        await expectTexts([...desks, ...chats], expected)
      }
    })
  }

  it('go on when the one that leads is closed, within three seconds', async () => {
    const { desks, chats } = await talkInTabs(3)
    for (const pages of [desks, chats]) {
      const [leader, next] = pages.splice(0, 2)
      if (leader === undefined || next === undefined) throw new Error('three tabs')
      const startMs = performance.now()
      await leader.close()
      await say(next, 'said at once')
      await message(next, 'said at once')
        .getByText(/waiting|sending|delivered|seen/i)
        .waitFor()
      tellTime('after closing', startMs)
      pages.unshift(next)
      await expectTexts(pages, await texts(next))
      await message(next, 'said at once').getByText(ARRIVED).waitFor({ timeout: MEETING_MS })
      await next.getByText('said at once').first().waitFor()
      await say(next, 'to tell them apart')
      await message(next, 'to tell them apart').getByText(ARRIVED).waitFor({ timeout: MEETING_MS })
    }
    const said = ['said at once', 'to tell them apart']
    await expectTexts([...desks, ...chats], ['hello', ...said, ...said])
  })

  it('take the lead from one that hangs, which writes nothing any more and follows when it wakes', async () => {
    const { desks, chats } = await talkInTabs(2)
    const [hung, next] = desks
    if (hung === undefined || next === undefined) throw new Error('two tabs')
    await next.bringToFront()
    // It hangs in the middle of sending.
    await hung.getByRole('textbox', { name: 'Message' }).fill('pressed just before')
    const startMs = performance.now()
    const waking = hung.getByRole('button', { name: 'Send' }).evaluate((button, hungMs) => {
      if (button instanceof HTMLElement) button.click()
      const untilMs = Date.now() + hungMs
      while (Date.now() < untilMs);
    }, HUNG_MS)
    await say(next, 'while it hangs')
    await message(next, 'while it hangs')
      .getByText(/waiting|sending|delivered|seen/i)
      .waitFor()
    tellTime('from a hung tab', startMs)
    await waking
    await say(hung, 'from the one that hung')
    await message(hung, 'from the one that hung')
      .getByText(ARRIVED)
      .waitFor({ timeout: MEETING_MS })
    for (const page of [...desks, ...chats]) {
      await expect.poll(async () => (await texts(page)).length, { timeout: MEETING_MS }).toBe(4)
      expect((await texts(page)).sort()).toEqual(
        ['hello', 'pressed just before', 'while it hangs', 'from the one that hung'].sort(),
      )
    }
    expect(await texts(hung)).toEqual(await texts(next))
  })

  it('go on when the one that leads is loaded again', async () => {
    const { desks, chats } = await talkInTabs(2)
    const [leader, next] = desks
    if (leader === undefined || next === undefined) throw new Error('two tabs')
    await leader.reload()
    await openFirstConversation(leader)
    await say(leader, 'after the reload')
    await say(next, 'and from the one that leads now')
    await expectTexts(
      [...desks, ...chats],
      ['hello', 'after the reload', 'and from the one that leads now'],
    )
  })

  it('are locked and unlocked together', async () => {
    const { desks } = await talkInTabs(2)
    const [leader, other] = desks
    if (leader === undefined || other === undefined) throw new Error('two tabs')
    await other.getByRole('button', { name: 'Safety' }).first().click()
    await other.getByRole('button', { name: 'Set a passcode' }).click()
    await other.getByLabel('New passcode', { exact: true }).fill('123456')
    await other.getByLabel('New passcode again').fill('123456')
    await other.getByRole('button', { name: 'Save passcode' }).click()
    await other.getByRole('button', { name: 'Lock now' }).click()
    for (const page of desks) await page.getByRole('textbox', { name: 'Passcode' }).waitFor()
    await other.getByRole('textbox', { name: 'Passcode' }).fill('123456')
    await other.getByRole('textbox', { name: 'Passcode' }).press('Enter')
    for (const page of desks) await message(page, 'hello').waitFor()
  })
})
