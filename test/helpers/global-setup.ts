import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { ensureChromium } from './chromium.ts'
import { ensureFirefox } from './firefox.ts'

/** Once before all suites: the browsers, and the client as people get it. */
export default function setup(): void {
  ensureChromium()
  ensureFirefox()
  execFileSync(process.execPath, ['scripts/build.js', '--if-stale'], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}
