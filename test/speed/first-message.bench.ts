import { fileURLToPath } from 'node:url'
import { bench, describe } from 'vitest'
import { nameShop, withLanguage } from '../e2e/people.ts'
import { openBuiltPages } from '../helpers/built-pages.ts'
import { launchBrowser } from '../helpers/browser.ts'
import { startTestServer } from '../helpers/server.ts'
import { DEFAULT_LIFETIME_SECONDS } from '../../signaling/ice.ts'
import { percentile, spread } from './figures.ts'
import { giveHand, type FirstMessage } from './page-hand.ts'
import type { PlainTimes } from './page/plain-peer.ts'

/*
 * From the click on an invite to the shop's word that it has the first message: page, knock, answer,
 * room, relay proof, handshake and storage included; a hand inside of the page presses Start and Send
 * as soon as they are there. In turn with it, y-webrtc as published on a page of its own, from the
 * same service and over the same relay: a host waits as the desk does, and a visitor comes.
 */

const ROUNDS = 15
const WARM_UP_ROUNDS = 2
/** Of plain y-webrtc's own time. */
const ALLOWED = 1.5
const PAGE = fileURLToPath(new URL('./page/plain-peer.html', import.meta.url))

const server = await startTestServer()
const browser = await launchBrowser()
const plainPages = await openBuiltPages(PAGE, 'plainPeer', {
  relay: false,
  ice: {
    urls: [`turn:127.0.0.1:${server.relayPort}?transport=udp`],
    secret: server.secret,
    lifetimeSeconds: DEFAULT_LIFETIME_SECONDS,
  },
})

const desk = await browser.newPage(await browser.newContext())
await desk.goto(`${server.origin}/desk?lang=en`)
const invite = withLanguage(await nameShop(desk, 'متجر الياسمين'), 'en')
const host = await plainPages.open()

async function ours(round: number): Promise<FirstMessage> {
  const page = await browser.newPage(await browser.newContext())
  await giveHand(page)
  await page.goto(invite, { waitUntil: 'commit' })
  const times = await page.evaluate((text) => window.hand.beFirst(text), `السلام عليكم ${round}`)
  await page.context().close()
  return times
}

async function plain(round: number): Promise<PlainTimes> {
  const room = `room ${round}`
  await host.evaluate((name) => window.plainPeer.host(name), room)
  const page = await plainPages.open()
  const times = await page.evaluate((name) => window.plainPeer.visit(name), room)
  await page.context().close()
  return times
}

const [chats, plains]: [FirstMessage[], PlainTimes[]] = [[], []]
for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
  const [chat, other] = [await ours(round), await plain(round)]
  if (round < WARM_UP_ROUNDS) continue
  chats.push(chat)
  plains.push(other)
}

const opened = chats.map(({ deliveredMs }) => deliveredMs)
const started = chats.map(({ startedMs, deliveredMs }) => deliveredMs - startedMs)
const connected = plains.map(({ connectedMs, madeMs }) => connectedMs - madeMs)
const answered = plains.map(({ answeredMs, madeMs }) => answeredMs - madeMs)
const plainOpened = plains.map(({ answeredMs }) => answeredMs)
const ratio = (left: readonly number[], right: readonly number[]): string =>
  (percentile(left, 0.5) / percentile(right, 0.5)).toFixed(2)
process.stdout.write(
  [
    `first message, ${ROUNDS} times, over the closed relay:`,
    `  link clicked to delivered:                      ${spread(opened, 0)}`,
    `  of it until Start is there:                     ${spread(
      chats.map(({ startedMs }) => startedMs),
      0,
    )}`,
    `  Start pressed to delivered:                     ${spread(started, 0)}`,
    `  plain y-webrtc, page opened to answered:        ${spread(plainOpened, 0)}`,
    `  plain y-webrtc, provider made to channel open:  ${spread(connected, 0)}`,
    `  plain y-webrtc, provider made to answered:      ${spread(answered, 0)}`,
    `  Start to delivered is ${ratio(started, connected)} × the plain connect time (at most ${ALLOWED}), ` +
      `${ratio(started, answered)} × its answer; with both pages' loading ${ratio(opened, plainOpened)} ×`,
    '',
  ].join('\n'),
)

const ONCE = { time: 0, iterations: 1, warmupTime: 0, warmupIterations: 0 }

/** Vitest wants something to time; the figures are above. */
describe('a first message', () => {
  bench(
    'closes',
    async () => {
      await plainPages.close()
      await browser.close()
      await server.close()
    },
    ONCE,
  )
})
