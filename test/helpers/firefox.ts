import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { firefox } from 'playwright-core'

import { ensureBrowser, findBrowser, type InstalledBrowser } from './installed-browser.ts'
import { asTestBrowser, type TestBrowser } from './test-browser.ts'

const FIREFOX: InstalledBrowser = {
  title: 'Firefox',
  package: 'firefox-esr',
  programs: ['firefox-esr'],
  variable: 'FIREFOX',
}

/** Nothing listens there. */
const NOWHERE = { host: '127.0.0.1', port: 9 }

/** Added to those that playwright-core sets for any test (no updates, no first-run pages, no reports). */
const PREFERENCES = {
  // The relay of a test listens on loopback, which Firefox's ICE passes over otherwise.
  'media.peerconnection.ice.loopback': true,
  // What Firefox wants from outside ends at a closed port; loopback never goes by a proxy.
  'network.proxy.type': 1,
  'network.proxy.http': NOWHERE.host,
  'network.proxy.http_port': NOWHERE.port,
  'network.proxy.ssl': NOWHERE.host,
  'network.proxy.ssl_port': NOWHERE.port,
  // Firefox's own requests would go round a proxy that does not answer.
  'network.proxy.failover_direct': false,
  'network.trr.mode': 5, // and no names are looked up over HTTPS either
  'network.captive-portal-service.enabled': false,
  'services.settings.server': 'data:,#no-remote-settings/v1',
  'dom.push.connection.enabled': false,
}

/** Path of Debian's Firefox on this machine (`FIREFOX` names one), or `null`. */
export const findFirefox = (): string | null => findBrowser(FIREFOX)

/** Installs it when this process may; says in one line what to do when it may not. */
export const ensureFirefox = (): void => ensureBrowser(FIREFOX)

/** Starts the system's Firefox, headless, with a home folder of its own; `more` adds preferences. Throws when there is none; suites that may be skipped ask `findFirefox()` first. */
export async function launchFirefox(
  more: Readonly<Record<string, boolean>> = {},
): Promise<TestBrowser> {
  const program = findFirefox()
  if (program === null) throw new Error('no Firefox on this machine')
  const home = await mkdtemp(join(tmpdir(), 'hamsa-firefox-'))
  const browser = await firefox.launch({
    channel: 'moz-firefox', // as published, over WebDriver BiDi: not playwright's own build
    executablePath: fileURLToPath(new URL('firefox-bidi.js', import.meta.url)),
    firefoxUserPrefs: { ...PREFERENCES, ...more },
    // Only with this variable a released Firefox takes `services.settings.server` from a preference.
    env: { ...process.env, HOME: home, FIREFOX: program, MOZ_REMOTE_SETTINGS_DEVTOOLS: '1' },
  })
  return asTestBrowser(browser, () => rm(home, { recursive: true, force: true }), isCutFont)
}

/** NS_BINDING_ABORTED: the page was left or loaded again while its fonts came. */
function isCutFont(problem: string): boolean {
  return problem.startsWith('download failed (font-family') && problem.includes('status=2152398850')
}
