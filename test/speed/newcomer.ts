import { fileURLToPath } from 'node:url'
import { randomBytes, toBase64Url } from '@hamsa/crypto'
import { openBuiltPages } from '../helpers/built-pages.ts'
import { launchBrowser } from '../helpers/browser.ts'
import { longestTaskMs } from './page-tasks.ts'
import type { ReceiveReport } from './page/speed-page.ts'

const PAGE = fileURLToPath(new URL('./page/speed.html', import.meta.url))

export type NewcomerReport = ReceiveReport & {
  /** Longest task of the newcomer's page, of the processor's time. */
  readonly longestMs: number
  readonly workers: number
  readonly problems: readonly string[]
}

/**
 * A shopper's device that has its keys and nothing else meets the shop over the closed relay and gets
 * a talk of so many messages. Each side is a browser of its own: only one of them is watched.
 */
export async function welcomeNewcomer(entries: number): Promise<NewcomerReport> {
  const pages = await openBuiltPages(PAGE, 'speedPage', {})
  const shops = await launchBrowser()
  const [shop, newcomer] = [await pages.open(await shops.newContext()), await pages.open()]
  const [topic, roomKey] = [toBase64Url(randomBytes(32)), toBase64Url(randomBytes(32))]
  const notes = await shop.evaluate(([count, ...room]) => window.speedPage.offer(count, ...room), [
    entries,
    topic,
    roomKey,
  ] as const)
  const { result, longestMs } = await longestTaskMs(newcomer, () =>
    newcomer.evaluate(([talk, count, ...room]) => window.speedPage.join(talk, count, ...room), [
      notes,
      entries,
      topic,
      roomKey,
    ] as const),
  )
  const workers = newcomer.workers().length
  const problems = [...pages.browser.problems, ...shops.problems]
  await shops.close()
  await pages.close()
  return { ...result, longestMs, workers, problems }
}
