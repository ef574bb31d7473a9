import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { findChromium, launchChromium } from '../helpers/chromium.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'
import type { TestBrowser } from '../helpers/test-browser.ts'
import { ARRIVED, message, nameShop, openFirstConversation, say, startChat } from './people.ts'

const MEETING_MS = 60_000

/** Each begins to leave the page, and none does. */
const LINKS: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['a telephone number', { href: 'tel:+966500000000' }],
  ['a mail address', { href: 'mailto:shop@example.com' }],
  ['a download of the service', { href: '/nowhere/file.bin' }],
  ['a download of the page', { href: 'data:text/plain,hello', download: 'hello.txt' }],
  ['a page that gives no answer to show', { href: '/nowhere/nothing' }],
  ['a page that is called off', { href: '/nowhere/never' }],
]

declare global {
  interface Window {
    madeConnections: number
    beganToLeave: number
  }
}

/** Runs in the page before its scripts. */
function countConnections(): void {
  window.madeConnections = 0
  window.beganToLeave = 0
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(config?: RTCConfiguration) {
      super(config)
      window.madeConnections++
    }
  }
  window.addEventListener('beforeunload', () => window.beganToLeave++)
}

describe.skipIf(findChromium() === null)('a click that begins to leave the page', () => {
  let browser: TestBrowser
  let server: TestServer

  beforeAll(async () => {
    browser = await launchChromium() // of Firefox nobody is told that a navigation was called off
    server = await startTestServer()
  })
  afterEach(async () => {
    await Promise.all(browser.browser.contexts().map((context) => context.close()))
    browser.problems.length = 0 // the browser's own words on schemes that no program handles
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
  })

  async function newPage(): Promise<Page> {
    const page = await browser.newPage(await browser.newContext())
    await page.addInitScript(countConnections)
    await page.route('**/nowhere/nothing', (route) => route.fulfill({ status: 204 }))
    await page.route('**/nowhere/never', () => undefined)
    await page.route('**/nowhere/file.bin', (route) =>
      route.fulfill({ headers: { 'content-disposition': 'attachment' }, body: 'a file' }),
    )
    return page
  }

  async function click(page: Page, attributes: Readonly<Record<string, string>>): Promise<void> {
    const download =
      attributes.download !== undefined || attributes.href?.endsWith('.bin') === true
        ? page.waitForEvent('download')
        : null
    await page.evaluate((given) => {
      const link = document.createElement('a')
      for (const [name, value] of Object.entries(given)) link.setAttribute(name, value)
      link.textContent = 'leave'
      Object.assign(link.style, { position: 'fixed', inset: '0 auto auto 0', zIndex: '9' })
      document.body.append(link)
    }, attributes)
    const link = page.getByRole('link', { name: 'leave', exact: true })
    await link.evaluate(async (element: HTMLElement, isCalledOff) => {
      const began = new Promise<void>((resolve) => {
        window.addEventListener('beforeunload', () => setTimeout(resolve), { once: true })
      })
      element.click()
      element.remove()
      if (!isCalledOff) return
      await began
      window.stop()
    }, attributes.href === '/nowhere/never')
    await download
  }

  /** Without the mouse: the browser asks whether to open another program and takes no input till then, and nobody here can answer. */
  async function sayByScript(page: Page, text: string): Promise<void> {
    await page.getByRole('textbox', { name: 'Message' }).fill(text)
    await page.getByRole('button', { name: 'Send' }).evaluate((send: HTMLElement) => send.click())
  }

  it(
    '[LK9] ends no chat: the next message arrives over the same connection',
    { timeout: 240_000 },
    async () => {
      const [desk, chat] = [await newPage(), await newPage()]
      await desk.goto(`${server.origin}/desk?lang=en`)
      await startChat(chat, await nameShop(desk, 'A shop'))
      await say(chat, 'hello')
      await openFirstConversation(desk)
      await message(desk, 'hello').waitFor({ timeout: MEETING_MS })
      await message(chat, 'hello').getByText(ARRIVED).waitFor()
      const made = (): Promise<number[]> =>
        Promise.all([desk, chat].map((page) => page.evaluate(() => window.madeConnections)))
      const before = await made()

      for (const [name, attributes] of LINKS) {
        await click(chat, attributes)
        await click(desk, attributes)
        await sayByScript(chat, `after ${name}, from the shopper`)
        await sayByScript(desk, `after ${name}, from the shop`)
        await message(desk, `after ${name}, from the shopper`).waitFor({ timeout: MEETING_MS })
        await message(chat, `after ${name}, from the shop`).first().waitFor({ timeout: MEETING_MS })
        await message(chat, `after ${name}, from the shopper`)
          .getByText(ARRIVED)
          .waitFor({ timeout: MEETING_MS })
      }
      expect(await made()).toEqual(before)
      for (const page of [desk, chat]) {
        expect(await page.evaluate(() => window.beganToLeave)).toBeGreaterThanOrEqual(
          LINKS.length - 2,
        )
      }
    },
  )
})
