import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium, findChromium } from '../helpers/chromium.ts'
import { findFirefox, launchFirefox } from '../helpers/firefox.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'
import type { TestBrowser } from '../helpers/test-browser.ts'
import {
  ARRIVED,
  connection,
  joinShop,
  message,
  openFirstConversation,
  openShop,
  say,
  texts,
} from './people.ts'
import { tellStory } from './story.ts'

/** For the slowest step on a loaded machine. */
const MEETING_MS = 60_000

describe.skipIf(findFirefox() === null)('a shop and a shopper in Firefox', () => {
  let desks: TestBrowser
  let chats: TestBrowser
  let server: TestServer

  beforeAll(async () => {
    ;[desks, chats, server] = await Promise.all([
      launchFirefox(),
      launchFirefox(),
      startTestServer(),
    ])
  })
  afterEach(async () => {
    const problems = [desks, chats].flatMap((browser) => browser.problems.splice(0))
    const contexts = [desks, chats].flatMap(({ browser }) => browser.contexts())
    await Promise.all(contexts.map((context) => context.close()))
    expect(problems).toEqual([])
  })
  afterAll(async () => {
    await Promise.all([desks.close(), chats.close()])
    await server.close()
  })

  it.each(['en', 'ar'] as const)(
    'talk in two Firefoxes (%s), and go on after the shopper’s reload',
    async (lang) => {
      await tellStory({ desks, chats, origin: server.origin, lang })
    },
  )

  it('talk when the shopper’s windows are private', async () => {
    // Kept in memory, keys that cannot be exported too.
    const secret = await launchFirefox({ 'browser.privatebrowsing.autostart': true })
    await tellStory({ desks, chats: secret, origin: server.origin, lang: 'en' })
    await secret.close()
    expect(secret.problems).toEqual([])
  })

  it.skipIf(findChromium() === null).each(['desk', 'chat'] as const)(
    'talk when the %s is Firefox and the other end Chromium',
    async (end) => {
      const chromium = await launchChromium()
      const ends = end === 'desk' ? { desks, chats: chromium } : { desks: chromium, chats }
      await tellStory({ ...ends, origin: server.origin, lang: 'en' })
      await chromium.close()
      expect(chromium.problems).toEqual([])
    },
  )

  async function meet(): Promise<{ desk: Page; chat: Page }> {
    const desk = await openShop(desks, server.origin)
    const chat = await joinShop(chats, desk.invite)
    await say(chat.page, 'first')
    await openFirstConversation(desk.page)
    await message(desk.page, 'first').waitFor({ timeout: MEETING_MS })
    return { desk: desk.page, chat: chat.page }
  }

  it('send five messages of 200 KB each way at once', async () => {
    const { desk, chat } = await meet()
    const send = async (page: Page, side: string): Promise<void> => {
      for (let index = 0; index < 5; index++) {
        await say(page, `${side} ${index} ${'x'.repeat(200 * 1024)}`)
      }
    }
    await Promise.all([send(desk, 'desk'), send(chat, 'chat')])
    for (const [page, side] of [
      [desk, 'chat'],
      [chat, 'desk'],
    ] as const) {
      for (let index = 0; index < 5; index++) {
        await message(page, `${side} ${index} `).waitFor({ timeout: MEETING_MS })
      }
    }
    await expect.poll(() => texts(desk)).toHaveLength(11)
    expect(await texts(desk)).toEqual(await texts(chat))
  })

  it('are told when the relay has stopped, and nothing connects', async () => {
    const stopped = await startTestServer()
    await stopped.stopRelay()
    const desk = await openShop(desks, stopped.origin)
    const chat = await joinShop(chats, desk.invite)
    await say(chat.page, 'can you hear me?')
    await connection(chat.page).getByText('Relay unreachable').waitFor({ timeout: MEETING_MS })
    await message(chat.page, 'can you hear me?').getByText('waiting', { exact: false }).waitFor()
    const list = desk.page.getByRole('list', { name: 'Conversations' })
    expect(await list.getByRole('listitem').count()).toBe(0)
    await Promise.all([desk.context.close(), chat.context.close()])
    await stopped.close()
  })

  // Firefox fires `beforeunload` for such a click and stays; y-webrtc would leave the room then.
  it('stay connected when the shopper clicks a telephone number', async () => {
    const { desk, chat } = await meet()
    await connection(chat).getByText('Connected').waitFor({ timeout: MEETING_MS })
    const seen = await connection(chat).evaluateHandle((status) => {
      const seen: { asked: boolean; status: (string | null)[] } = { asked: false, status: [] }
      addEventListener('beforeunload', () => (seen.asked = true))
      new MutationObserver(() => seen.status.push(status.textContent)).observe(status, {
        subtree: true,
        characterData: true,
        childList: true,
      })
      const link = document.createElement('a')
      link.href = 'tel:+966501234567'
      link.textContent = 'Call the shop'
      document.body.append(link)
      link.focus()
      return seen
    })
    // From here on no locator asks the chat: the driver would wait for a page that never comes.
    await chat.keyboard.press('Enter')
    await say(desk, 'still there?')
    await message(desk, 'still there?').getByText(ARRIVED).waitFor({ timeout: MEETING_MS })
    expect(await seen.jsonValue()).toEqual({ asked: true, status: [] })
  })
})
