import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { findChromium } from './chromium.ts'

/** Why each: run as root; no UDP besides WebRTC's; no first-run tabs or update calls; the relay of a test listens on loopback. */
const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--allow-loopback-in-peer-connection',
]

/** A Chromium of the test's own, and what its pages complained of. */
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

/** Starts the system's Chromium, headless. Throws when there is none; suites that may be skipped ask `findChromium()` first. */
export async function launchBrowser(): Promise<TestBrowser> {
  const executablePath = findChromium()
  if (executablePath === null) throw new Error('no Chromium on this machine')
  const browser = await chromium.launch({ executablePath, args: FLAGS })
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
      page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`))
      return page
    },
    close: () => browser.close(),
  }
}
