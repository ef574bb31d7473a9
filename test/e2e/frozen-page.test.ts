import type { CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, type TestBrowser } from '../helpers/browser.ts'
import { findChromium } from '../helpers/chromium.ts'
import { chosenSeed } from '../helpers/seeded-random.ts'
import { LONG } from '../load/pairs.ts'
import { startFaultyService, type FaultyService } from '../rig/faulty-service.ts'
import {
  connection,
  joinShop,
  message,
  openFirstConversation,
  openShop,
  say,
  texts,
} from './people.ts'

const MEETING_MS = 60_000
/** All is to be there this soon after the return. */
const RETURN_MS = 30_000
/** How long a page stays frozen besides the time that its peer needs to miss it. */
const FROZEN_MS = LONG ? 60_000 : 0

describe.skipIf(findChromium() === null)('a page that the browser freezes', () => {
  let browser: TestBrowser
  let service: FaultyService

  beforeAll(async () => {
    browser = await launchBrowser()
    service = await startFaultyService(chosenSeed())
  })
  afterAll(async () => {
    await browser.close()
    await service.close()
  })

  async function setFrozen(session: CDPSession, isFrozen: boolean): Promise<void> {
    const state = isFrozen ? 'frozen' : 'active'
    await session.send('Page.setWebLifecycleState', { state })
  }

  it.each(['chat', 'desk'] as const)(
    '[LK9] finds its peer again when it is thawed, and nothing is lost: the %s',
    { timeout: 240_000 },
    async (which) => {
      const desk = await openShop(browser, service.origin)
      const chat = await joinShop(browser, desk.invite)
      await say(chat.page, 'before')
      await openFirstConversation(desk.page)
      await message(desk.page, 'before').waitFor({ timeout: MEETING_MS })
      await connection(chat.page).getByText('relay', { exact: false }).waitFor()
      const [frozen, awake] = which === 'chat' ? [chat, desk] : [desk, chat]
      const said = await connection(awake.page).innerText()

      const session = await frozen.context.newCDPSession(frozen.page)
      await setFrozen(session, true)
      service.relay.strand() // the relay gives up what nobody refreshes
      service.wire.cut()
      service.wire.restore()
      await expect
        .poll(() => connection(awake.page).innerText(), { timeout: MEETING_MS })
        .not.toBe(said)
      await say(awake.page, 'meanwhile')
      await lasting(FROZEN_MS)
      await setFrozen(session, false)

      const thawedAt = performance.now()
      await message(frozen.page, 'meanwhile').first().waitFor({ timeout: RETURN_MS })
      process.stdout.write(`there after ${Math.round(performance.now() - thawedAt)} ms\n`)
      await say(frozen.page, 'afterwards')
      await message(awake.page, 'afterwards').waitFor({ timeout: RETURN_MS })
      for (const page of [desk.page, chat.page]) await expectAll(page)
      await Promise.all([desk.context.close(), chat.context.close()])
    },
  )
})

async function expectAll(page: Page): Promise<void> {
  expect(await texts(page)).toEqual(['before', 'meanwhile', 'afterwards'])
}

/** The time that a fault lasts; nothing is asserted by it. */
function lasting(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
