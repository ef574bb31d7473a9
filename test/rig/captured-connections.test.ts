import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { joinShop, message, openFirstConversation, openShop, say } from '../e2e/people.ts'
import type { TestBrowser } from '../helpers/browser.ts'
import { findChromium, launchChromium } from '../helpers/chromium.ts'
import { openCrowdPage } from '../load/open-crowd-page.ts'
import {
  LONG,
  makePairs,
  PAIRS_TIMEOUT_MS,
  printTimes,
  startPairs,
  talkAll,
  whenAllOpen,
} from '../load/pairs.ts'
import {
  BROWSER_ADDRESS,
  isWithService,
  startFencedNetwork,
  whyNotFenced,
  type FencedNetwork,
  type Packet,
} from './fenced-network.ts'
import { candidatesIn, overhearRooms, saidInRooms } from './overheard-room.ts'

const CONNECTIONS = LONG ? 100 : 10
/** Somebody's server, at an address that is nobody's (RFC 5737). */
const STRANGER = '198.51.100.7'

/** What this Chromium looks up by itself, on a blank page too: its makers' update, account and autofill services. */
const MAKERS_NAMES = /^(accounts\.google\.com|[a-z0-9-]+\.googleapis\.com|clients\d\.google\.com)$/
/** The name by which it hides the own address from pages: random, a new one for each page. */
const HIDING_NAME = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.local$/

/** What no page can prevent, and no page's words are in; `null` for everything else. */
function browsersOwn({ protocol, to, name }: Packet): string | null {
  if (protocol === 'udp' && to.endsWith(':53') && MAKERS_NAMES.test(name)) return `DNS ${name}`
  // For each page that makes a connection, though no candidate by that name is ever given to it.
  if (to === '224.0.0.251:5353' && HIDING_NAME.test(name)) return 'mDNS of a random name'
  return protocol === 'igmp' && to === '224.0.0.22:' ? 'IGMP, joining mDNS' : null
}

const obstacle = findChromium() === null ? 'no Chromium' : whyNotFenced()
if (obstacle !== null)
  process.stderr.write(`What goes over the wire is not looked at: ${obstacle}\n`)

describe.skipIf(obstacle !== null)('what leaves a browser, on the wire', () => {
  let network: FencedNetwork
  let browser: TestBrowser
  const pages: Page[] = []

  beforeAll(async () => {
    network = await startFencedNetwork(findChromium() ?? '')
    browser = await launchChromium(network.chromium, [
      `--unsafely-treat-insecure-origin-as-secure=${network.origin}`,
    ])
  })
  afterAll(async () => {
    await browser.close()
    await network.close()
  })

  async function watch(page: Page): Promise<void> {
    await overhearRooms(page)
    pages.push(page)
  }

  /** Who was spoken to besides the service, and how often: by pages, and by the browser of itself. */
  function strangersIn(packets: readonly Packet[]): {
    readonly pages: Record<string, number>
    readonly browser: Record<string, number>
  } {
    const counts = { pages: {} as Record<string, number>, browser: {} as Record<string, number> }
    for (const packet of packets.filter((one) => !isWithService(one))) {
      const own = browsersOwn(packet)
      const name = own ?? `${packet.protocol} → ${packet.to} ${packet.name}`.trimEnd()
      const side = own === null ? counts.pages : counts.browser
      side[name] = (side[name] ?? 0) + 1
    }
    return counts
  }

  it(
    `[LK2] is for the service alone, over ${CONNECTIONS} connections and a talk on the pages themselves`,
    async () => {
      const finish = await network.record()
      const [desks, chats] = await Promise.all([
        openCrowdPage(browser, network.origin, watch),
        openCrowdPage(browser, network.origin, watch),
      ])
      const pairs = makePairs(CONNECTIONS)
      await startPairs(desks, chats, pairs)
      printTimes('connections that were recorded', await whenAllOpen(desks, chats, pairs.names))
      await talkAll(desks, chats, pairs.names)
      expect(await desks.selectedPairs()).toEqual(
        pairs.names.map(() => ({ local: 'relay', remote: 'relay' })),
      )

      const desk = await openShop(browser, network.origin)
      const chat = await joinShop(browser, desk.invite)
      await say(chat.page, 'over the relay')
      await openFirstConversation(desk.page)
      await message(desk.page, 'over the relay').waitFor({ timeout: 60_000 })

      const said = (await Promise.all(pages.map(saidInRooms))).flat()
      const candidates = candidatesIn(said)
      expect(candidates.length).toBeGreaterThanOrEqual(2 * CONNECTIONS)
      for (const candidate of candidates) {
        expect(candidate).toMatch(/ 203\.0\.113\.1 \d+ typ relay raddr 0\.0\.0\.0 rport 9$/)
      }
      for (const text of said) {
        expect(text).not.toContain(BROWSER_ADDRESS)
        expect(text).not.toContain('.local')
        expect(text).not.toMatch(/ typ (host|srflx|prflx)/)
      }
      await Promise.all([desks.end(), chats.end(), desk.context.close(), chat.context.close()])

      const packets = await finish()
      const strangers = strangersIn(packets)
      expect(strangers.pages).toEqual({})
      const count = (protocol: Packet['protocol']): number =>
        packets.filter((one) => one.protocol === protocol && isWithService(one)).length
      process.stdout.write(
        `${candidates.length} candidates in ${said.length} messages to rooms; ${count('tcp')} packets over TCP and ${count('udp')} over UDP, with the service but for what the browser says of itself: ${JSON.stringify(strangers.browser)}\n`,
      )
      expect(count('tcp')).toBeGreaterThan(100)
      expect(count('udp')).toBeGreaterThan(10 * CONNECTIONS)
      expect(browser.problems).toEqual([])
    },
    PAIRS_TIMEOUT_MS,
  )

  it('would show a page that asks another server, and one that shows its own address', async () => {
    const finish = await network.record()
    const page = await browser.newPage(await browser.newContext())
    await page.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }))
    await page.goto(`${network.origin}/healthz`)
    const said = await page.evaluate(async (address) => {
      const urls = [`stun:${address}:3478`, 'stun:stun.example.net:3478']
      const connection = new RTCPeerConnection({ iceServers: [{ urls }] })
      connection.createDataChannel('')
      const found: string[] = []
      const gathered = new Promise<void>((resolve) => {
        connection.onicecandidate = ({ candidate }) => {
          if (candidate === null) resolve()
          else found.push(candidate.candidate)
        }
      })
      await connection.setLocalDescription()
      await gathered
      connection.close()
      return found
    }, STRANGER)
    await page.context().close()
    const strangers = Object.keys(strangersIn(await finish()).pages)
    expect(strangers).toContain(`udp → ${STRANGER}:3478`)
    expect(strangers.some((way) => way.includes(' stun.example.net'))).toBe(true)
    expect(candidatesIn(said).some((candidate) => candidate.includes(' typ host'))).toBe(true)
    process.stdout.write(`caught: ${strangers.join(', ')}\n`)
  })
})
