import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import type { TestBrowser } from '../helpers/browser.ts'
import { bundle } from './bundle.ts'
import { remoteCrowd, type RemoteCrowd } from './remote-crowd.ts'

const ENTRY = fileURLToPath(new URL('./crowd-page.ts', import.meta.url))
let built: Promise<string> | null = null

/** A crowd in a page of this origin, in a browser profile of its own; `prepare` sees the page before anything runs in it. */
export async function openCrowdPage(
  browser: TestBrowser,
  origin: string,
  prepare: (page: Page) => Promise<void> = () => Promise.resolve(),
): Promise<RemoteCrowd> {
  built ??= bundle({
    build: { lib: { entry: ENTRY, formats: ['iife'], name: 'page', fileName: 'crowd-page' } },
  })
  const code = await built
  const context = await browser.newContext()
  const page = await browser.newPage(context)
  await prepare(page)
  await page.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }))
  await page.goto(`${origin}/healthz`)
  await page.evaluate(code)
  return remoteCrowd(
    (method, args) =>
      page.evaluate(([name, given]) => window.askCrowd(name, given), [method, args] as const),
    () => context.close(),
  )
}
