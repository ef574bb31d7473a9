import { fileURLToPath } from 'node:url'
import { bench, describe } from 'vitest'
import { openBuiltPages } from '../helpers/built-pages.ts'
import { TEXT_BYTES } from './stored-talk.ts'

const ENTRIES = 20_000
const PAGE = fileURLToPath(new URL('./page/speed.html', import.meta.url))
const pages = await openBuiltPages(PAGE, 'speedPage')

/** Prints what the page's own watch says: a benchmark's time would have the making of the talk in it. */
async function receive(name: string, epochEntries?: number): Promise<void> {
  const page = await pages.open()
  const { tookMs, longestBlockMs, longTasks, shown, frames } = await page.evaluate(
    ([count, perEpoch]) => window.speedPage.receive(count, perEpoch),
    [ENTRIES, epochEntries] as const,
  )
  process.stdout.write(
    `${name}: ${shown} of ${ENTRIES} entries of ${TEXT_BYTES} bytes in ${frames} frames: ` +
      `${tookMs.toFixed(0)} ms, page held ${longestBlockMs.toFixed(0)} ms at most, ${longTasks} tasks over 50 ms\n`,
  )
  await page.context().close()
}

const ONCE = { time: 0, iterations: 1, warmupTime: 0, warmupIterations: 0 }

describe('a newcomer in Chromium', () => {
  bench('with closed epochs as history', () => receive('epochs of 2 MB'), ONCE)
  bench('with all in one Yjs update', () => receive('one update', ENTRIES), {
    ...ONCE,
    teardown: () => pages.close(),
  })
})
