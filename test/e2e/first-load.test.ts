import { basename } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, type TestBrowser } from '../helpers/browser.ts'
import { findChromium } from '../helpers/chromium.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'
import { message, openFirstConversation, openShop, say, withLanguage } from './people.ts'

const MEETING_MS = 60_000

/** The files that `npm run check:size` counts for a page. */
async function countedFiles(page: string): Promise<ReadonlySet<string>> {
  const url = new URL('../../.size-limit.js', import.meta.url)
  const { default: pages } = (await import(url.href)) as { readonly default: unknown }
  const counted: unknown = Array.isArray(pages)
    ? pages.find((one: { readonly name: unknown }) => one.name === page)
    : undefined
  expect(counted).toMatchObject({ name: page, path: expect.any(Array) as unknown })
  const { path } = counted as { readonly path: readonly string[] }
  return new Set(path.map((file) => basename(file)))
}

/** A link on which scripts that are not in `first` do not arrive until they are let through. */
async function holdScripts(
  page: Page,
  first: ReadonlySet<string>,
): Promise<{ readonly held: readonly string[]; letThrough(): void }> {
  const held: string[] = []
  let letThrough = (): void => undefined
  const open = new Promise<void>((resolve) => (letThrough = resolve))
  await page.route('**/assets/*.js', async (route) => {
    const file = basename(route.request().url())
    if (!first.has(file)) {
      held.push(file)
      await open
    }
    await route.continue()
  })
  return { held, letThrough }
}

describe.skipIf(findChromium() === null)('the first load of a chat', () => {
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

  it('is all that Start needs: pressed at once on a slow link, it waits for the rest and goes on', async () => {
    const desk = await openShop(browser, server.origin)
    const chat = await browser.newPage(await browser.newContext())
    const link = await holdScripts(chat, await countedFiles('chat'))
    await chat.goto(withLanguage(desk.invite, 'ar'))
    const start = chat.getByRole('button', { name: 'ابدأ المحادثة' })
    await start.waitFor()
    // Asked for before anybody has pressed: whoever reads first does not wait.
    await expect.poll(() => link.held.some((file) => file.startsWith('room-'))).toBe(true)
    await start.click()
    await chat.getByRole('status').getByText('لحظة من فضلك…').waitFor()
    link.letThrough()
    await chat.getByRole('textbox', { name: 'الرسالة' }).fill('هل الوشاح متوفّر؟')
    await chat.getByRole('button', { name: 'إرسال' }).click()
    await openFirstConversation(desk.page)
    await message(desk.page, 'الوشاح').waitFor({ timeout: MEETING_MS })
    await say(desk.page, 'نعم، متوفّر')
    await chat.getByRole('log').getByText('نعم، متوفّر').waitFor({ timeout: MEETING_MS })
  })

  it('says when the rest does not come, and asks for it again', async () => {
    const desk = await openShop(browser, server.origin)
    const chat = await browser.newPage(await browser.newContext())
    await chat.route('**/room-*', (route) => route.abort())
    await chat.goto(withLanguage(desk.invite, 'ar'))
    await chat.getByRole('button', { name: 'ابدأ المحادثة' }).click()
    const told = chat.getByRole('alert')
    await told.waitFor()
    await chat.unroute('**/room-*')
    await told.getByRole('button').click()
    await chat.getByRole('textbox', { name: 'الرسالة' }).waitFor()
    const others = browser.problems.splice(0).filter((line) => !line.includes('ERR_FAILED'))
    expect(others).toEqual([])
  })
})
