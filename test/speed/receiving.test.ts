import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { openBuiltPages } from '../helpers/built-pages.ts'
import { findChromium } from '../helpers/chromium.ts'
import { welcomeNewcomer } from './newcomer.ts'
import { longestTaskMs } from './page-tasks.ts'

const PAGE = fileURLToPath(new URL('./page/speed.html', import.meta.url))
const ENTRIES = process.env.HAMSA_LONG === undefined ? 5_000 : 20_000
/** Of the processor's own time, which other suites on the machine do not stretch; verifying these on the page takes seconds. */
const LONGEST_TASK_MS = 100

describe.skipIf(findChromium() === null)('a newcomer', () => {
  it('[WK2] [WK10] takes in a long conversation, and its page is never held for long', async () => {
    const pages = await openBuiltPages(PAGE, 'speedPage')
    const page = await pages.open()
    await page.evaluate((count) => window.speedPage.prepareFrames(count), ENTRIES)
    const { result, longestMs } = await longestTaskMs(page, () =>
      page.evaluate(() => window.speedPage.receive()),
    )
    expect(result).toMatchObject({ shown: ENTRIES, stored: ENTRIES, refused: 0 })
    expect(page.workers()).toHaveLength(1)
    expect(longestMs).toBeLessThan(LONGEST_TASK_MS)
    expect(pages.browser.problems).toEqual([])
    await pages.close()
  })

  it(
    '[LK1] [LK43] [WK10] gets a long conversation over the relay, epoch by epoch, and its page is never held for long',
    { timeout: 10 * 60_000 },
    async () => {
      const count = process.env.HAMSA_LONG === undefined ? 4_000 : 20_000 // more than one epoch
      const report = await welcomeNewcomer(count)
      expect(report).toMatchObject({ shown: count, stored: count, workers: 1, problems: [] })
      expect(report.longestMs).toBeLessThan(LONGEST_TASK_MS)
    },
  )
})
