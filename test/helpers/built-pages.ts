import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { build } from 'vite'
import { launchBrowser, type TestBrowser } from '../../helpers/browser.ts'
import { startTestServer } from '../../helpers/server.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** The worker page, built as the client is built and served by the service itself, with its own headers. */
export type WorkerPages = {
  readonly browser: TestBrowser
  /** Built files by name, so that a test can look into them. */
  readonly folder: string
  open(): Promise<Page>
  close(): Promise<void>
}

export async function openWorkerPages(): Promise<WorkerPages> {
  const folder = await mkdtemp(join(tmpdir(), 'hamsa-worker-'))
  await build({
    configFile: false,
    logLevel: 'error',
    root: here('.'),
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2022',
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      rolldownOptions: { input: here('./worker.html') },
    },
  })
  const [server, browser] = await Promise.all([
    startTestServer({ clientDir: folder, relay: false }),
    launchBrowser(),
  ])
  return {
    browser,
    folder,
    async open() {
      const page = await browser.newPage(await browser.newContext())
      await page.goto(`${server.origin}/worker.html`)
      await page.waitForFunction(() => 'workerPage' in window)
      return page
    },
    async close() {
      await browser.close()
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
