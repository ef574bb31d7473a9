import { fileURLToPath } from 'node:url'
import type { BrowserContext, Page } from 'playwright-core'
import { build } from 'vite'
import { simplePeerAlias } from '../../../vite.config.ts'
import type { TestBrowser } from '../../helpers/browser.ts'

const ENTRY = fileURLToPath(new URL('./link-page.ts', import.meta.url))
let bundled: Promise<string> | null = null

/** The page's script, built once a run the way the client is built. */
function bundle(): Promise<string> {
  bundled ??= build({
    configFile: false,
    logLevel: 'error',
    resolve: { alias: [simplePeerAlias] },
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      lib: { entry: ENTRY, formats: ['iife'], name: 'page', fileName: 'link-page' },
    },
  }).then((result) => {
    const output = (Array.isArray(result) ? result : [result]).flatMap((one) =>
      'output' in one ? one.output : [],
    )
    const script = output.find((file) => file.type === 'chunk')
    if (script === undefined) throw new Error('the link page was not built')
    return script.code
  })
  return bundled
}

/** A page of the test server's origin that runs nothing but the link. */
export async function openLinkPage(
  browser: TestBrowser,
  context: BrowserContext,
  origin: string,
): Promise<Page> {
  const code = await bundle()
  const page = await browser.newPage(context)
  await page.addInitScript(countBroadcastChannels)
  await page.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }))
  // Any page of the service will do; one made up by the browser would count as public and not
  // reach a service on loopback.
  await page.goto(`${origin}/healthz`)
  await page.evaluate(code)
  return page
}

declare global {
  interface Window {
    openBroadcastChannels: number
    broadcastMessages: number
  }
}

/** Runs in the page before its scripts: y-webrtc goes round the relay through these. */
function countBroadcastChannels(): void {
  window.openBroadcastChannels = 0
  window.broadcastMessages = 0
  window.BroadcastChannel = class extends BroadcastChannel {
    constructor(name: string) {
      super(name)
      window.openBroadcastChannels++
    }
    override postMessage(message: unknown): void {
      window.broadcastMessages++
      super.postMessage(message)
    }
    override close(): void {
      window.openBroadcastChannels--
      super.close()
    }
  }
}
