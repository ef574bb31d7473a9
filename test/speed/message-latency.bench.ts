import type { Page } from 'playwright-core'
import { bench, describe } from 'vitest'
import { message, nameShop, openFirstConversation, say, startChat } from '../e2e/people.ts'
import { launchBrowser } from '../helpers/browser.ts'
import { startTestServer } from '../helpers/server.ts'
import { percentile, spread } from './figures.ts'
import { giveHand, type Shown } from './page-hand.ts'
import { openRawChannel } from './ping-channel.ts'

/*
 * From the press of Send on one page to the message on the other one, between a desk and a chat as
 * people use them, over the closed relay; and, in turn with it, a ping on a data channel of the
 * browser's own over the same relay.
 */

const ROUNDS = 100
const WARM_UP_ROUNDS = 10
/** Nobody answers while what was read is still being written to the disk; an answer would wait for that. */
const PAUSE_MS = 100
/** What the whole way from Send to the screen may take beyond the bare channel. */
const ALLOWED_MS = 10

const browser = await launchBrowser()
const server = await startTestServer()

async function newPage(): Promise<Page> {
  const page = await browser.newPage(await browser.newContext())
  await giveHand(page)
  return page
}

async function sayAndSee(from: Page, to: Page, text: string): Promise<Shown> {
  await to.evaluate((one) => window.hand.watch(one), text)
  const saidMs = await from.evaluate((one) => window.hand.say(one), text)
  const { laidOutMs, paintedMs } = await to.evaluate((one) => window.hand.shown(one), text)
  return { laidOutMs: laidOutMs - saidMs, paintedMs: paintedMs - saidMs }
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, PAUSE_MS))

const desk = await newPage()
await desk.goto(`${server.origin}/desk?lang=en`)
const invite = await nameShop(desk, 'متجر الياسمين')
const chat = await newPage()
await startChat(chat, invite)
await say(chat, 'first')
await openFirstConversation(desk)
await message(desk, 'first').waitFor()
const raw = await openRawChannel(browser, server.origin)

const [pings, toDesk, toChat]: [number[], Shown[], Shown[]] = [[], [], []]
for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
  await pause()
  const ping = await raw.oneWayMs()
  const there = await sayAndSee(chat, desk, `هل وصلت الشحنة رقم ${round}؟`)
  await pause()
  const back = await sayAndSee(desk, chat, `نعم، وصلت الشحنة رقم ${round}.`)
  if (round < WARM_UP_ROUNDS) continue
  pings.push(ping)
  toDesk.push(there)
  toChat.push(back)
}

/** Both ways together: the two pages' clocks differ by nothing that counts then. */
const both = toDesk.map((there, index) => {
  const back = toChat[index] ?? there
  return {
    laidOutMs: (there.laidOutMs + back.laidOutMs) / 2,
    paintedMs: (there.paintedMs + back.paintedMs) / 2,
  }
})
const laidOut = both.map(({ laidOutMs }) => laidOutMs)
const painted = both.map(({ paintedMs }) => paintedMs)
const beyond = (values: readonly number[]): string =>
  (percentile(values, 0.5) - percentile(pings, 0.5)).toFixed(1)
process.stdout.write(
  [
    `one message, ${ROUNDS} times each way, over the closed relay:`,
    `  raw data channel, half of there and back:  ${spread(pings)}`,
    `  Send to laid out on the other page:        ${spread(laidOut)} (${beyond(laidOut)} ms beyond the channel; at most ${ALLOWED_MS})`,
    `  Send to painted there, frames of 16.7 ms:  ${spread(painted)} (${beyond(painted)} ms beyond the channel)`,
    '',
  ].join('\n'),
)
await raw.close()

const ONCE = { time: 0, iterations: 1, warmupTime: 0, warmupIterations: 0 }

/** Vitest wants something to time; the figures are above. */
describe('a message', () => {
  bench(
    'closes',
    async () => {
      await browser.close()
      await server.close()
    },
    ONCE,
  )
})
