import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { message, openFirstConversation, openShop, say, texts } from '../e2e/people.ts'
import { launchBrowser, type TestBrowser } from '../helpers/browser.ts'
import { findChromium } from '../helpers/chromium.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'
import { startNodeProcess, type NodeProcess } from './node-process.ts'

describe.skipIf(findChromium() === null)('a shopper without a page', () => {
  let browser: TestBrowser
  let server: TestServer
  let shopper: NodeProcess

  beforeAll(async () => {
    browser = await launchBrowser()
    server = await startTestServer()
    shopper = await startNodeProcess('shopper-process.ts', [server.origin])
  })
  afterAll(async () => {
    await shopper.end()
    await browser.close()
    await server.close()
  })

  it('[LK1] talks with a desk in Chromium, goes, and comes back to what was said', async () => {
    const desk = await openShop(browser, server.origin)
    const fragment = new URL(desk.invite).hash.slice(1)
    await shopper.call('start', [fragment])
    await shopper.call('say', ['هل الوشاح متوفّر؟'])
    await openFirstConversation(desk.page)
    await message(desk.page, 'الوشاح').waitFor()
    await say(desk.page, 'Yes, for 99.50 SAR')
    expect(await shopper.call('texts', [2])).toEqual(['هل الوشاح متوفّر؟', 'Yes, for 99.50 SAR'])
    await shopper.call('delivered', ['هل الوشاح متوفّر؟'])

    await shopper.call('close', [])
    await say(desk.page, 'It is blue')
    await shopper.call('start', [fragment])
    const all = ['هل الوشاح متوفّر؟', 'Yes, for 99.50 SAR', 'It is blue']
    expect(await shopper.call('texts', [3])).toEqual(all)
    expect(await texts(desk.page)).toEqual(all)
    expect(browser.problems).toEqual([])
  })
})
