import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { build } from 'vite'
import { simplePeerAlias } from '../../vite.config.ts'
import { launchBrowser, type TestBrowser } from './browser.ts'
import { startTestServer, type TestServerOverrides } from './server.ts'

/** A test's own page, built as the client is built and served by the service itself, with its own headers. */
export type BuiltPages = {
  readonly browser: TestBrowser
  /** Opens the page, in a browser profile of its own unless one is given. */
  open(context?: BrowserContext): Promise<Page>
  close(): Promise<void>
}

/** Builds an HTML file; a page is open once its script has put `ready` on the window. The service has no relay unless it is given one. */
export async function openBuiltPages(
  html: string,
  ready: string,
  service: TestServerOverrides = { relay: false },
): Promise<BuiltPages> {
  const folder = await mkdtemp(join(tmpdir(), 'hamsa-page-'))
  await build({
    configFile: false,
    logLevel: 'error',
    root: dirname(html),
    resolve: { alias: [simplePeerAlias] },
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2022',
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      rolldownOptions: { input: html },
    },
  })
  const [server, browser] = await Promise.all([
    startTestServer({ ...service, clientDir: folder }),
    launchBrowser(),
  ])
  return {
    browser,
    async open(context) {
      const page = await browser.newPage(context ?? (await browser.newContext()))
      await page.goto(`${server.origin}/${basename(html)}`)
      await page.waitForFunction((name) => name in window, ready)
      return page
    },
    async close() {
      await browser.close()
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
