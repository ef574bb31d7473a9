import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { ensureChromium } from './chromium.ts'

/** Once before all suites: a browser, and the client as people get it. */
export default function setup(): void {
  ensureChromium()
  execFileSync(process.execPath, ['scripts/build.js', '--if-stale'], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}
