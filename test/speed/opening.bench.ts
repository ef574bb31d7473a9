import { fileURLToPath } from 'node:url'
import { bench, describe } from 'vitest'
import { openBuiltPages } from '../helpers/built-pages.ts'
import { testStorage } from '../helpers/test-storage.ts'
import type { Timed } from './page/speed-page.ts'
import { loadPlain, StoredTalk, TEXT_BYTES } from './stored-talk.ts'

const ENTRIES = 10_000
const WARM = { time: 0, iterations: 15, warmupTime: 0, warmupIterations: 3 }
const COLD_PAGES = 7
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

/** Each once on a page that has just been opened, as people open theirs. */
const cold = new Map<Timed, number[]>(KINDS.map((kind) => [kind, []]))
for (let round = 0; round < COLD_PAGES; round++) {
  for (const kind of KINDS) {
    const page = await pages.open(context)
    cold.get(kind)?.push(await page.evaluate((one) => window.speedPage.time(one), kind))
    await page.close()
  }
}

function medianOf(kind: Timed): number {
  const times = (cold.get(kind) ?? []).sort((left, right) => left - right)
  return times[Math.floor(times.length / 2)] ?? Number.NaN
}

process.stdout.write(
  [
    `${ENTRIES} entries of ${TEXT_BYTES} bytes in Chromium, a fresh page each time, medians of ${COLD_PAGES}:`,
    ...KINDS.map((kind) => {
      const ratio = (medianOf(kind) / medianOf('plain')).toFixed(2)
      return `  ${kind.padEnd(11)}${medianOf(kind).toFixed(0).padStart(5)} ms  ${ratio} × plain`
    }),
    `  on the disk ${(storedBytes / ENTRIES / TEXT_BYTES).toFixed(2)} × the texts`,
    '',
  ].join('\n'),
)

async function end(mode: 'run' | 'warmup' | undefined): Promise<void> {
  if (mode === 'run') await pages.close()
}

describe(`in Node: ${ENTRIES} entries of ${TEXT_BYTES} bytes`, () => {
  bench('plain Yjs loads the values, WebCrypto verifies the heads', () => loadPlain(plain), WARM)
  bench(
    'the log opens from its encrypted storage',
    async () => {
      const log = await talk.open()
      log.snapshot()
      log.close()
    },
    WARM,
  )
})

describe(`in Chromium, warm: ${ENTRIES} entries of ${TEXT_BYTES} bytes`, () => {
  for (const kind of KINDS) {
    bench(
      kind,
      async () => {
        await warmPage.evaluate((one) => window.speedPage.time(one), kind)
      },
      kind === KINDS.at(-1) ? { ...WARM, teardown: (_, mode) => end(mode) } : WARM,
    )
  }
})
