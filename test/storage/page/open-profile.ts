import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { chromium, type CDPSession, type Page } from 'playwright-core'
import { build } from 'vite'
import { findChromium } from '../../helpers/chromium.ts'

const ENTRY = fileURLToPath(new URL('./storage-page.ts', import.meta.url))
/** Never asked for over a network: the test answers for it. A secure context, so that there is WebCrypto. */
export const ORIGIN = 'http://localhost:4080'
let bundled: Promise<string> | null = null

/** The page's script, built once a run the way the client is built. */
function bundle(): Promise<string> {
  bundled ??= build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      lib: { entry: ENTRY, formats: ['iife'], name: 'page', fileName: 'storage-page' },
    },
  }).then((result) => {
    const output = (Array.isArray(result) ? result : [result]).flatMap((one) =>
      'output' in one ? one.output : [],
    )
    const script = output.find((file) => file.type === 'chunk')
    if (script === undefined) throw new Error('the storage page was not built')
    return script.code
  })
  return bundled
}

export type Profile = {
  /** A page that runs nothing but the storage. */
  openPage(): Promise<Page>
  /** The DevTools protocol of one page. */
  devTools(page: Page): Promise<CDPSession>
  /** Ends as when the person closes the browser; all is written. */
  close(): Promise<void>
  /** Ends at once, as when the machine stops. */
  kill(): Promise<void>
}

/** A Chromium over a profile folder, which is as it was left when the folder has been used before. */
export async function openProfile(folder: string): Promise<Profile> {
  const path = findChromium()
  if (path === null) throw new Error('no Chromium on this machine')
  const code = await bundle()
  const flags = ['--headless', '--no-sandbox', '--no-first-run', '--disable-background-networking']
  // A process group of its own, so that it can be ended as a whole.
  const program = spawn(
    path,
    [...flags, '--remote-debugging-port=0', `--user-data-dir=${folder}`, 'about:blank'],
    { detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const exited = once(program, 'exit')
  const endpoint = await new Promise<string>((resolve, reject) => {
    program.once('exit', () => reject(new Error('Chromium did not start')))
    createInterface({ input: program.stderr }).on('line', (line) => {
      const address = /^DevTools listening on (ws:\S+)/.exec(line)?.[1]
      if (address !== undefined) resolve(address)
    })
  })
  const browser = await chromium.connectOverCDP(endpoint)
  const context = browser.contexts()[0] ?? (await browser.newContext())
  await context.route(`${ORIGIN}/**`, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>storage</title>' }),
  )
  return {
    async openPage() {
      const page = await context.newPage()
      await page.goto(ORIGIN)
      await page.evaluate(code)
      return page
    },
    devTools: (page) => context.newCDPSession(page),
    async close() {
      const session = await browser.newBrowserCDPSession()
      await session.send('Browser.close')
      await exited
    },
    async kill() {
      if (program.pid !== undefined) process.kill(-program.pid, 'SIGKILL')
      await exited
    },
  }
}
