/*
 * A file over the lane against a data channel without anything around it, on the same relay in the
 * same run, and how long chat messages take meanwhile. Prints ratios; asserts nothing.
 */
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { bench } from 'vitest'
import { MAX_LANE_FRAME_BYTES } from '../../client/link/file-lane.ts'
import { launchBrowser } from '../helpers/browser.ts'
import { startTestServer } from '../helpers/server.ts'
import { makeLinkOptions } from '../link/page/link-options.ts'
import { openLinkPage } from '../link/page/open-link-page.ts'
import { agesOfNext, sayMoments } from './page/chat-times.ts'
import { installRawChannel } from './page/raw-channel.ts'

const FILE_BYTES = 32_000_000
const ROUNDS = 9
/** What one message could hold if it were not for browsers that take no more than 16 KiB. */
const LONG_MESSAGE_BYTES = 64_000
const MESSAGES = 100
const MESSAGE_EVERY_MS = 50

const browser = await launchBrowser()
const server = await startTestServer()
const open = async (): Promise<Page> => {
  const page = await openLinkPage(browser, await browser.newContext(), server.origin)
  await page.evaluate(installRawChannel)
  return page
}
const [desk, chat] = [await open(), await open()]
const { shop, shopper } = makeLinkOptions()
await Promise.all([
  desk.evaluate((options) => window.linkPage.open('link', options), shop),
  chat.evaluate((options) => window.linkPage.open('link', options), shopper),
])
await Promise.all(
  [desk, chat].map((page) => page.evaluate(() => window.linkPage.whenState('link', 'open'))),
)
await chat.evaluate(() => window.linkPage.takeFile('link', 'fast'))
const offer = await desk.evaluate(() => window.rawChannel.offer())
const answer = await chat.evaluate((text) => window.rawChannel.answer(text), offer)
await desk.evaluate((text) => window.rawChannel.accept(text), answer)

/** Megabytes a second. */
async function rateOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return FILE_BYTES / 1e6 / ((performance.now() - startedAt) / 1e3)
}

let sentFrames = 0
async function overLane(): Promise<void> {
  const frames = FILE_BYTES / MAX_LANE_FRAME_BYTES
  sentFrames += frames
  await Promise.all([
    desk.evaluate(([count, bytes]) => window.linkPage.sendFile('link', count, bytes), [
      frames,
      MAX_LANE_FRAME_BYTES,
    ] as const),
    chat.evaluate(async (all) => {
      await window.linkPage.whenTaken('link', all)
    }, sentFrames),
  ])
}

async function overRaw(bytes: number): Promise<void> {
  const messages = FILE_BYTES / bytes
  await Promise.all([
    desk.evaluate(([count, length]) => window.rawChannel.send(count, length), [
      messages,
      bytes,
    ] as const),
    chat.evaluate((count) => window.rawChannel.whenCame(count), messages),
  ])
}

const session = await browser.browser.newBrowserCDPSession()
/** Of all processes of the browser. */
async function memoryMb(): Promise<number> {
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  const sizes = await Promise.all(
    processInfo.map(async ({ id }) => {
      const status = await readFile(`/proc/${id}/status`, 'utf8').catch(() => '')
      return Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024
    }),
  )
  return sizes.reduce((sum, one) => sum + one, 0)
}

const at = (values: readonly number[], share: number): number =>
  values.toSorted((left, right) => left - right)[Math.floor((values.length - 1) * share)] ?? NaN
const tell = (values: readonly number[], digits: number): string =>
  values.map((one) => one.toFixed(digits)).join(' ')
const tellTimes = (times: readonly number[]): string =>
  `p50 ${at(times, 0.5).toFixed(0)} ms, p95 ${at(times, 0.95).toFixed(0)} ms, last ${at(times, 1).toFixed(0)} ms`

await overRaw(MAX_LANE_FRAME_BYTES)
await overLane()
const rates = { raw: [] as number[], long: [] as number[], lane: [] as number[] }
const memory = [await memoryMb()]
for (let round = 0; round < ROUNDS; round++) {
  rates.raw.push(await rateOf(() => overRaw(MAX_LANE_FRAME_BYTES)))
  rates.lane.push(await rateOf(overLane))
  rates.long.push(await rateOf(() => overRaw(LONG_MESSAGE_BYTES)))
  memory.push(await memoryMb())
}
const ratios = rates.lane.map((rate, round) => rate / (rates.raw[round] ?? NaN))

/** From the moment a message is said to the moment it stands in the other log; a file runs all the while, if at all. */
async function messageTimes(from: Page, to: Page, isFileRunning: boolean): Promise<number[]> {
  let isSaying = true
  const saying = from.evaluate(sayMoments, [MESSAGES, MESSAGE_EVERY_MS] as const)
  const file = async (): Promise<void> => {
    while (isFileRunning && isSaying) await overLane()
  }
  const ages = to.evaluate(agesOfNext, MESSAGES).finally(() => (isSaying = false))
  const [times] = await Promise.all([ages, saying, file()])
  return times
}
const quiet = await messageTimes(desk, chat, false)
const behind = await messageTimes(desk, chat, true)
const against = await messageTimes(chat, desk, true)

process.stdout.write(
  [
    `a file of ${FILE_BYTES / 1e6} MB, ${ROUNDS} times in turn with a raw channel on the same relay:`,
    `  lane ${at(ratios, 0.5).toFixed(2)} × raw (median of the rounds; ${tell(ratios, 2)})`,
    `  MB/s: raw ${tell(rates.raw, 1)}`,
    `       lane ${tell(rates.lane, 1)}`,
    `  raw in messages of ${LONG_MESSAGE_BYTES} bytes ${(at(rates.long, 0.5) / at(rates.raw, 0.5)).toFixed(2)} × raw in ${MAX_LANE_FRAME_BYTES}`,
    `  the browser's memory before and after each round: ${tell(memory, 0)} MB`,
    'a chat message, from append to the other log:',
    `  no file          ${tellTimes(quiet)}`,
    `  behind the file  ${tellTimes(behind)}`,
    `  against the file ${tellTimes(against)}`,
    '',
  ].join('\n'),
)
await browser.close()
await server.close()

// What vitest takes for a benchmark file has one; the figures stand above.
bench('nothing', () => undefined, { time: 0, iterations: 1, warmupTime: 0, warmupIterations: 0 })
