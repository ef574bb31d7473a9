import { fileURLToPath } from 'node:url'
import { bench, describe } from 'vitest'
import { openBuiltPages } from '../helpers/built-pages.ts'
import { welcomeNewcomer } from './newcomer.ts'
import { longestTaskMs } from './page-tasks.ts'
import { TEXT_BYTES } from './stored-talk.ts'

const ENTRIES = 20_000
/** Most entries of an epoch that a shop's device has seen. */
const FULL_EPOCH = 5_000
const PAGE = fileURLToPath(new URL('./page/speed.html', import.meta.url))
const pages = await openBuiltPages(PAGE, 'speedPage')

/** Prints what the page's own watch says: a benchmark's time would have the making of the talk in it. */
async function receive(name: string, entries: number, epochEntries?: number): Promise<void> {
  const page = await pages.open()
  await page.evaluate(([count, perEpoch]) => window.speedPage.prepareFrames(count, perEpoch), [
    entries,
    epochEntries,
  ] as const)
  const { result, longestMs } = await longestTaskMs(page, () =>
    page.evaluate(() => window.speedPage.receive()),
  )
  const { tookMs, longestBlockMs, shown, frames } = result
  process.stdout.write(
    `${name}: ${shown} of ${entries} entries of ${TEXT_BYTES} bytes in ${frames} frames, ${tookMs.toFixed(0)} ms; ` +
      `longest task ${longestMs.toFixed(0)} ms of the processor's time, page held ${longestBlockMs.toFixed(0)} ms by the clock\n`,
  )
  await page.context().close()
}

const ONCE = { time: 0, iterations: 1, warmupTime: 0, warmupIterations: 0 }

await receive('epochs of 2 MB', ENTRIES)
await receive('a full epoch in one update', FULL_EPOCH, FULL_EPOCH)
await receive('one update, as no shop device was there to open an epoch', ENTRIES, ENTRIES)

for (let round = 0; round < 3; round++) {
  const { shown, tookMs, longestMs, longestBlockMs } = await welcomeNewcomer(ENTRIES)
  process.stdout.write(
    `over the closed relay: ${shown} of ${ENTRIES} entries of ${TEXT_BYTES} bytes in ${tookMs.toFixed(0)} ms from opening the link (at most 6000); ` +
      `longest task ${longestMs.toFixed(0)} ms of the processor's time (at most 100), page held ${longestBlockMs.toFixed(0)} ms by the clock\n`,
  )
}

/** Vitest wants something to time; the figures are above. */
describe('a newcomer in Chromium', () => {
  bench('closes', () => pages.close(), ONCE)
})
