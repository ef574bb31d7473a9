import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { bench, describe } from 'vitest'
import { openBuiltPages } from '../helpers/built-pages.ts'
import { testStorage } from '../helpers/test-storage.ts'
import type { Timed } from './page/speed-page.ts'
import { loadPlain, StoredTalk, TEXT_BYTES } from './stored-talk.ts'

const ENTRIES = 10_000
const NODE = { time: 0, iterations: 15, warmupTime: 0, warmupIterations: 3 }
const COLD_PAGES = 9
const WARM_UP_ROUNDS = 3
const WARM_ROUNDS = 25
const KINDS: readonly Timed[] = ['plain', 'plain-read', 'open', 'messages', 'document']

/* Made here and not in hooks: benchmarks run without them. */

const storage = testStorage()
const talk = await StoredTalk.make(storage.entries, ENTRIES)
const plain = talk.plain()

const PAGE = fileURLToPath(new URL('./page/speed.html', import.meta.url))
const pages = await openBuiltPages(PAGE, 'speedPage')
const context = await pages.browser.newContext()
const warmPage = await pages.open(context)
const emptyBytes = await warmPage.evaluate(() => window.speedPage.usage())
await warmPage.evaluate((count) => window.speedPage.prepareTalk(count), ENTRIES)
const storedBytes = (await warmPage.evaluate(() => window.speedPage.usage())) - emptyBytes
await warmPage.evaluate(() => window.speedPage.preparePlain())

/** Times of each, in milliseconds, in turn: whatever else the machine does meanwhile befalls all of them. */
async function timesOf(rounds: number, pageOf: () => Promise<Page>): Promise<Map<Timed, number[]>> {
  const times = new Map<Timed, number[]>(KINDS.map((kind) => [kind, []]))
  for (let round = 0; round < rounds; round++) {
    for (const kind of KINDS) {
      const page = await pageOf()
      times.get(kind)?.push(await page.evaluate((one) => window.speedPage.time(one), kind))
      if (page !== warmPage) await page.close()
    }
  }
  return times
}

function tell(name: string, times: ReadonlyMap<Timed, number[]>): void {
  const sorted = (kind: Timed): number[] =>
    (times.get(kind) ?? []).toSorted((left, right) => left - right)
  const medianOf = (kind: Timed): number => {
    const all = sorted(kind)
    return all[Math.floor(all.length / 2)] ?? Number.NaN
  }
  const leastOf = (kind: Timed): number => sorted(kind)[0] ?? Number.NaN
  const lines = KINDS.map((kind) => {
    const ratios = [medianOf, leastOf].map((of) => (of(kind) / of('plain')).toFixed(2))
    return (
      `  ${kind.padEnd(11)} median ${medianOf(kind).toFixed(0).padStart(4)} ms, ${ratios[0] ?? ''} × plain; ` +
      `least ${leastOf(kind).toFixed(0).padStart(4)} ms, ${ratios[1] ?? ''} × plain`
    )
  })
  process.stdout.write([name, ...lines, ''].join('\n'))
}

const what = `${ENTRIES} entries of ${TEXT_BYTES} bytes in Chromium`
tell(`${what}, on a page just opened:`, await timesOf(COLD_PAGES, () => pages.open(context)))
await timesOf(WARM_UP_ROUNDS, () => Promise.resolve(warmPage))
tell(`${what}, again and again:`, await timesOf(WARM_ROUNDS, () => Promise.resolve(warmPage)))
process.stdout.write(
  `  on the disk ${(storedBytes / ENTRIES / TEXT_BYTES).toFixed(2)} × the texts\n`,
)
await pages.close()

describe(`in Node: ${ENTRIES} entries of ${TEXT_BYTES} bytes`, () => {
  bench('plain Yjs loads the values, WebCrypto verifies the heads', () => loadPlain(plain), NODE)
  bench(
    'the log opens from its encrypted storage, over an IndexedDB in JavaScript',
    async () => {
      const log = await talk.open()
      log.snapshot()
      log.close()
    },
    NODE,
  )
})
