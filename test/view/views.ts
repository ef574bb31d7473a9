import type { BrowserContextOptions, Page } from 'playwright-core'
import { launchBrowser, type TestBrowser } from '../helpers/browser.ts'
import { PRESSED } from './fixtures/states.ts'
import { openFixtureServer, type FixtureServer } from './fixture-server.ts'

/** What was asked of the session, without what the page tells of itself as one reads and writes. */
export async function asked(page: Page): Promise<(typeof window)['calls']> {
  const calls = await page.evaluate(() => window.calls)
  return calls.filter(([name]) => name !== 'shown' && name !== 'wrote')
}

/** The fixture pages in a browser of the suite's own. */
export type Views = {
  readonly server: FixtureServer
  readonly browser: TestBrowser
  /** A page in a fresh profile that shows one state, fonts loaded; `lang` is English unless told. */
  show(
    page: 'chat' | 'desk' | 'home',
    state: string,
    given?: BrowserContextOptions & { readonly lang?: 'ar' | 'en' },
  ): Promise<Page>
  close(): Promise<void>
}

/** Presses what a state begins with, and waits for what that brings. */
export async function press(page: Page, name: string, state: string): Promise<void> {
  for (const selector of PRESSED[`${name} ${state}`] ?? []) {
    await page.locator(selector).click()
    await page.getByText(LOADING).waitFor({ state: 'detached' })
  }
}
const LOADING = /^(One moment…|لحظة من فضلك…)$/

/** Every `goto` of this page ends when the fixture is drawn: its elements and texts load after the document. */
function drawnAfterGoto(page: Page): Page {
  const goto = page.goto.bind(page)
  page.goto = async (...given) => {
    const response = await goto(...given)
    await page.waitForFunction(() => window.drawn)
    return response
  }
  return page
}

export async function openViews(): Promise<Views> {
  const [server, browser] = await Promise.all([openFixtureServer(), launchBrowser()])
  return {
    server,
    browser,
    async show(name, state, { lang = 'en', ...options } = {}) {
      const context = await browser.browser.newContext({ reducedMotion: 'reduce', ...options })
      const page = drawnAfterGoto(await browser.newPage(context))
      await page.goto(server.address(name, state, { lang }))
      await page.evaluate(() => document.fonts.ready)
      return page
    },
    async close() {
      await browser.close()
      await server.close()
    },
  }
}
