import type { Browser, BrowserContext, Page } from 'playwright-core'

/** A browser of the test's own, and what its pages complained of. */
export type TestBrowser = {
  readonly browser: Browser
  /** Console errors and uncaught errors of all pages so far; a test ends with `expect(problems).toEqual([])`. */
  readonly problems: string[]
  /** A fresh profile: other contexts share no storage and no BroadcastChannel with it. */
  newContext(): Promise<BrowserContext>
  /** A page in the context, watched for problems. */
  newPage(context: BrowserContext): Promise<Page>
  close(): Promise<void>
}

/** Watches the pages of a browser that was just started; `clean` runs once it has ended. `isOwnWord`: what the browser says of itself and not of the page. */
export function asTestBrowser(
  browser: Browser,
  clean: () => Promise<void> = () => Promise.resolve(),
  isOwnWord: (problem: string) => boolean = () => false,
): TestBrowser {
  const problems: string[] = []
  return {
    browser,
    problems,
    newContext: () => browser.newContext(),
    async newPage(context) {
      const page = await context.newPage()
      page.on('console', (message) => {
        // Warnings too: a development build of a library says so in one.
        if (['error', 'warning'].includes(message.type())) {
          problems.push(`console: ${message.text()}`)
        }
      })
      page.on('pageerror', ({ message }) => {
        if (!isOwnWord(message)) problems.push(`uncaught: ${message}`)
      })
      return page
    },
    async close() {
      await browser.close()
      await clean()
    },
  }
}
