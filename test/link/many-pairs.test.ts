import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, type TestBrowser } from '../helpers/browser.ts'
import { findChromium } from '../helpers/chromium.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'
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
import type { RemoteCrowd } from '../load/remote-crowd.ts'
import { startNodeCrowd } from '../node/start-node-crowd.ts'

/** Node holds about 75 ends in a process before it runs out of files. */
const PAIRS_IN_GROUP = LONG ? 50 : 12
const GROUPS = LONG ? 4 : 2

type Group = { readonly desks: RemoteCrowd; readonly chats: RemoteCrowd }

describe.skipIf(findChromium() === null)('many pairs at once', () => {
  let browser: TestBrowser
  let server: TestServer
  let groups: Group[]

  beforeAll(async () => {
    browser = await launchBrowser()
    server = await startTestServer()
    groups = await Promise.all(
      Array.from({ length: GROUPS }, async () => ({
        desks: await openCrowdPage(browser, server.origin),
        chats: await startNodeCrowd(server.origin),
      })),
    )
  })
  afterAll(async () => {
    await Promise.all(groups.flatMap(({ desks, chats }) => [desks.end(), chats.end()]))
    await browser.close()
    await server.close()
  })

  it(
    `[LK7] ${GROUPS * PAIRS_IN_GROUP} pairs that start at the same moment all talk`,
    async () => {
      const all = groups.map((group, index) => ({
        ...group,
        pairs: makePairs(PAIRS_IN_GROUP, `group ${index} pair`),
      }))
      await Promise.all(all.map(({ desks, chats, pairs }) => startPairs(desks, chats, pairs)))
      const times = await Promise.all(
        all.map(({ desks, chats, pairs }) => whenAllOpen(desks, chats, pairs.names)),
      )
      printTimes(
        'pairs that started at the same moment',
        times.flat().sort((a, b) => a - b),
      )
      for (const { desks, chats, pairs } of all) {
        const talks = await talkAll(desks, chats, pairs.names)
        expect(talks).toHaveLength(PAIRS_IN_GROUP)
        talks.forEach(({ desk, chat }, index) => {
          const name = pairs.names[index] ?? ''
          expect([...desk].sort()).toEqual([`from ${name}`, `to ${name}`])
          expect(chat).toEqual(desk)
        })
        expect(await desks.selectedPairs()).toEqual(
          pairs.names.map(() => ({ local: 'relay', remote: 'relay' })),
        )
      }
      // One attempt each: two offers that met would have made more.
      for (const { desks, chats } of all) {
        process.stdout.write(
          `connections made: ${await desks.madeConnections()} and ${await chats.madeConnections()}\n`,
        )
      }
    },
    PAIRS_TIMEOUT_MS,
  )
})
