import { chromium } from 'playwright-core'
import { ensureBrowser, findBrowser, type InstalledBrowser } from './installed-browser.ts'
import { asTestBrowser, type TestBrowser } from './test-browser.ts'

const CHROMIUM: InstalledBrowser = {
  title: 'Chromium',
  package: 'chromium',
  programs: ['chromium', 'chromium-browser', 'google-chrome'],
  variable: 'CHROMIUM',
}

/** Why each: run as root; no UDP besides WebRTC's; no first-run tabs or update calls; the relay of a test listens on loopback. */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--allow-loopback-in-peer-connection',
]

/** Path of a Chromium on this machine (`CHROMIUM` names one), or `null`. */
export const findChromium = (): string | null => findBrowser(CHROMIUM)

/** Installs it when this process may; says in one line what to do when it may not. */
export const ensureChromium = (): void => ensureBrowser(CHROMIUM)

/** Starts it, or another Chromium, headless. Throws when there is none; suites that may be skipped ask `findChromium()` first. */
export async function launchChromium(
  executablePath = findChromium(),
  flags: readonly string[] = [],
): Promise<TestBrowser> {
  if (executablePath === null) throw new Error('no Chromium on this machine')
  return asTestBrowser(
    await chromium.launch({ executablePath, args: [...CHROMIUM_FLAGS, ...flags] }),
  )
}
