import { launchChromium } from './chromium.ts'
import { launchFirefox } from './firefox.ts'
import type { TestBrowser } from './test-browser.ts'

export type { TestBrowser } from './test-browser.ts'

/** Starts the browser that the suites run in: Chromium, or Firefox with `HAMSA_BROWSER=firefox` (`npm run check:firefox`). */
export function launchBrowser(): Promise<TestBrowser> {
  return process.env.HAMSA_BROWSER === 'firefox' ? launchFirefox() : launchChromium()
}
