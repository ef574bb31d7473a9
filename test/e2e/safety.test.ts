import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
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
  texts,
} from './people.ts'

const MEETING_MS = 60_000
const PASSPHRASE = 'قهوة بالهيل على السطح 1387'

describe.skipIf(findChromium() === null)('a shop that keeps itself safe', () => {
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

  async function openSafety(desk: Page): Promise<void> {
    await desk.getByRole('button', { name: 'Safety', exact: true }).click()
  }

  it('sees the safety number that the shopper sees, in either language', async () => {
    const desk = await openShop(browser, server.origin)
    const chat = await joinShop(browser, desk.invite, 'ar')
    await chat.page.getByRole('textbox').fill('السلام عليكم')
    await chat.page.keyboard.press('Enter')
    await openFirstConversation(desk.page)
    await message(desk.page, 'السلام عليكم').waitFor({ timeout: MEETING_MS })
    await desk.page.getByRole('button', { name: 'Safety number' }).click()
    await chat.page.getByRole('button', { name: 'رقم الأمان' }).click()
    const numberOf = async (page: Page, name: string): Promise<string[]> => {
      const groups = page.getByRole('list', { name }).getByRole('listitem')
      await groups.first().waitFor()
      return groups.allInnerTexts()
    }
    const seen = await numberOf(desk.page, 'Safety number')
    expect(seen).toHaveLength(12)
    expect(seen.every((group) => /^\d{5}$/.test(group))).toBe(true)
    expect(await numberOf(chat.page, 'رقم الأمان')).toEqual(seen)
  })

  it('lets one person in by a link for one; the next one is told that it is used up', async () => {
    const desk = await openShop(browser, server.origin)
    await desk.page.getByRole('button', { name: 'A link for one person' }).click()
    await desk.page.getByRole('textbox', { name: 'Whom it is for' }).fill('Layla, order #A-10293')
    await desk.page.getByRole('button', { name: 'Make link' }).click()
    await desk.page.getByRole('button', { name: 'QR code' }).last().click()
    const link = await desk.page.getByRole('textbox', { name: 'Link', exact: true }).inputValue()
    const layla = await joinShop(browser, link)
    await say(layla.page, 'it is me')
    await message(layla.page, 'it is me').getByText(ARRIVED).waitFor({ timeout: MEETING_MS })
    const stranger = await joinShop(browser, link)
    await stranger.page.getByText('used', { exact: false }).first().waitFor({ timeout: MEETING_MS })
    await desk.page.keyboard.press('Escape')
    const conversations = desk.page.getByRole('list', { name: 'Conversations' })
    expect(await conversations.getByRole('listitem').count()).toBe(1)
  })

  it('comes back from its recovery file in an empty browser: old links work, nothing is lost', async () => {
    const desk = await openShop(browser, server.origin)
    const chat = await joinShop(browser, desk.invite)
    await say(chat.page, 'before the loss')
    await openFirstConversation(desk.page)
    await message(desk.page, 'before the loss').waitFor({ timeout: MEETING_MS })
    await say(desk.page, 'answered before it')
    await message(chat.page, 'answered before it').waitFor({ timeout: MEETING_MS })

    await openSafety(desk.page)
    await desk.page.getByRole('textbox', { name: 'Passphrase', exact: true }).fill(PASSPHRASE)
    await desk.page.getByRole('textbox', { name: 'Passphrase again' }).fill(PASSPHRASE)
    const saving = desk.page.waitForEvent('download')
    await desk.page.getByRole('button', { name: 'Save recovery file' }).click()
    const download = await saving
    const buffer = await readFile(await download.path())
    expect(buffer.includes('before the loss')).toBe(false)
    const file = { name: download.suggestedFilename(), mimeType: '', buffer }
    await desk.context.close() // the laptop is gone

    const context = await browser.newContext()
    const page = await browser.newPage(context)
    await page.goto(`${server.origin}/desk?lang=en`)
    await page.getByRole('button', { name: 'I have a recovery file' }).click()
    await page.locator('input[type=file]').setInputFiles(file)
    await page.getByRole('textbox', { name: 'Passphrase of the file' }).fill('wrong')
    await page.getByRole('button', { name: 'Restore shop' }).click()
    await page.getByText('This passphrase does not open the file').waitFor({ timeout: MEETING_MS })
    await page.locator('input[type=file]').setInputFiles(file)
    await page.getByRole('textbox', { name: 'Passphrase of the file' }).fill(PASSPHRASE)
    await page.getByRole('button', { name: 'Restore shop' }).click()
    const invite = page.getByRole('textbox', { name: 'Invite link' })
    await invite.waitFor({ timeout: MEETING_MS })
    expect(await invite.inputValue()).toBe(desk.invite)

    await openFirstConversation(page)
    await message(page, 'answered before it').first().waitFor()
    await say(chat.page, 'written to the restored shop')
    await message(page, 'written to the restored shop').waitFor({ timeout: MEETING_MS })
    await say(page, 'and answered by it')
    await message(chat.page, 'and answered by it').waitFor({ timeout: MEETING_MS })
    expect(await texts(page)).toEqual(await texts(chat.page))
    const newcomer = await joinShop(browser, desk.invite)
    await connection(newcomer.page).getByText('Connected').waitFor({ timeout: MEETING_MS })
  })

  it('is locked by its passcode, also after a reload, and shows nothing until then', async () => {
    const desk = await openShop(browser, server.origin)
    const chat = await joinShop(browser, desk.invite)
    await say(chat.page, 'for your eyes only')
    await openFirstConversation(desk.page)
    await message(desk.page, 'for your eyes only').waitFor({ timeout: MEETING_MS })
    await openSafety(desk.page)
    await desk.page.getByRole('button', { name: 'Set a passcode' }).click()
    await desk.page.getByRole('textbox', { name: 'New passcode', exact: true }).fill('jasmine7')
    await desk.page.getByRole('textbox', { name: 'New passcode again' }).fill('jasmine7')
    await desk.page.getByRole('button', { name: 'Save passcode' }).click()
    await desk.page.getByText('The passcode is set.').waitFor({ timeout: MEETING_MS })
    await desk.page.getByRole('button', { name: 'Lock now' }).click()
    const locked = desk.page.getByRole('heading', { name: 'Your desk is locked' })
    await locked.waitFor()
    await desk.page.reload()
    await locked.waitFor()
    expect(await desk.page.getByText('for your eyes only').count()).toBe(0)
    const unlock = async (passcode: string): Promise<void> => {
      await desk.page.getByRole('textbox', { name: 'Passcode' }).fill(passcode)
      await desk.page.getByRole('button', { name: 'Unlock' }).click()
    }
    await unlock('jasmine8')
    await desk.page.getByText('This passcode is not right.').waitFor({ timeout: MEETING_MS })
    await unlock('jasmine7')
    await desk.page.getByRole('textbox', { name: 'Invite link' }).waitFor({ timeout: MEETING_MS })
    await openFirstConversation(desk.page)
    await message(desk.page, 'for your eyes only').first().waitFor()
  })
})
