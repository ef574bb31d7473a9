import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { build } from 'vite'
import type { TestBrowser } from '../../helpers/browser.ts'

/** Never asked for on any network: the page and its script are given by the test. WebCrypto wants https. */
const ORIGIN = 'https://crypto.test'

/** A page that holds the package as the bundler makes it, and `in-page.ts`. */
export async function openCryptoPage(browser: TestBrowser): Promise<Page> {
  const script = await bundle(fileURLToPath(new URL('./in-page.ts', import.meta.url)))
  const page = await browser.newPage(await browser.newContext())
  await page.route(`${ORIGIN}/**`, (route) =>
    route.request().url().endsWith('/page.js')
      ? route.fulfill({ contentType: 'text/javascript', body: script })
      : route.fulfill({
          contentType: 'text/html',
          body: '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>',
        }),
  )
  await page.goto(ORIGIN)
  await page.waitForFunction(() => 'judgeSignatures' in window)
  return page
}

async function bundle(entry: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, lib: { entry, formats: ['es'], fileName: 'page' } },
  })
  const outputs = Array.isArray(built) ? built : [built]
  for (const output of outputs) {
    if (!('output' in output)) continue
    for (const file of output.output) if (file.type === 'chunk') return file.code
  }
  throw new Error('nothing was bundled')
}
