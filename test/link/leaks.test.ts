import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, type TestBrowser } from '../helpers/browser.ts'
import { findChromium } from '../helpers/chromium.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'
import type { Leftovers } from '../load/crowd.ts'
import { openCrowdPage } from '../load/open-crowd-page.ts'
import {
  LONG,
  makePairs,
  PAIRS_TIMEOUT_MS,
  startPairs,
  talkAll,
  whenAllOpen,
} from '../load/pairs.ts'
import type { RemoteCrowd } from '../load/remote-crowd.ts'
import { startNodeCrowd } from '../node/start-node-crowd.ts'

const ROOMS = LONG ? 1_000 : 50
const ROOMS_AT_ONCE = 10
/** A room is also closed before it has opened: every fifth. */
const HASTY = 5

const NOTHING: Leftovers = { connections: 0, sockets: 0, timers: 0, handles: [] }

describe.skipIf(findChromium() === null)('rooms that are opened and closed', () => {
  let browser: TestBrowser
  let server: TestServer
  let desks: RemoteCrowd
  let chats: RemoteCrowd

  beforeAll(async () => {
    browser = await launchBrowser()
    server = await startTestServer()
    desks = await openCrowdPage(browser, server.origin)
    chats = await startNodeCrowd(server.origin)
  })
  afterAll(async () => {
    await Promise.all([desks.end(), chats.end()])
    await browser.close()
    await server.close()
  })

  it(
    `[LK8] ${ROOMS} rooms leave no socket, connection, timer or channel, in Chromium and in Node`,
    async () => {
      const startedAt = performance.now()
      for (let opened = 0; opened < ROOMS; opened += ROOMS_AT_ONCE) {
        const pairs = makePairs(ROOMS_AT_ONCE, `round ${opened} room`)
        await startPairs(desks, chats, pairs)
        const hasty = pairs.names.filter((_, index) => index % HASTY === 0)
        const calm = pairs.names.filter((name) => !hasty.includes(name))
        await Promise.all([desks.close(hasty), chats.close(hasty)])
        await whenAllOpen(desks, chats, calm)
        await talkAll(desks, chats, calm)
        await desks.close(calm)
        await Promise.all(calm.map((name) => chats.whenState(name, 'waiting')))
        await chats.close(calm)
        if ((opened + ROOMS_AT_ONCE) % 100 === 0) {
          const seconds = Math.round((performance.now() - startedAt) / 1000)
          process.stdout.write(`${opened + ROOMS_AT_ONCE} rooms in ${seconds} s\n`)
        }
      }
      expect(await desks.madeSockets()).toBe(ROOMS)
      expect(await chats.madeSockets()).toBe(ROOMS)
      expect(await desks.madeConnections()).toBeGreaterThanOrEqual(ROOMS * (1 - 1 / HASTY))
      expect({ desks: await settled(desks), chats: await settled(chats) }).toEqual({
        desks: NOTHING,
        chats: NOTHING,
      })
    },
    PAIRS_TIMEOUT_MS,
  )
})

/** What is left once sockets have said goodbye; waits for that until the test's own limit. */
async function settled(crowd: RemoteCrowd): Promise<Leftovers> {
  for (;;) {
    const left = await crowd.leftovers()
    if (left.connections + left.sockets === 0) return left
  }
}
