import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  joinShop,
  message,
  openFirstConversation,
  openShop,
  say,
  texts,
  type Person,
} from '../e2e/people.ts'
import { launchBrowser, type TestBrowser } from '../helpers/browser.ts'
import { findChromium } from '../helpers/chromium.ts'
import { ATTACKS } from '../helpers/log-attacks.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'
import { LONG } from '../load/pairs.ts'
import { startNodeProcess, type NodeProcess } from '../node/node-process.ts'
import { WIRE_ATTACKS } from './wire-attacks.ts'

/** One of each kind where there is no time for all. */
const NAMED = [
  'an early delete set: the next thousand clocks of an honest writer',
  'a jump of an honest writer’s clock',
  'an own entry under a client id that is nobody’s',
  'an own entry under an honest writer’s client id, at its next clock',
  'a nested map',
  '20,000 levels of nesting',
  'parents that nobody has',
]
/** More than the page's limit is cut off in the framing; on the way through a relay it would take minutes. */
const isTooLong = (rule: string): boolean => rule === 'LG37'

const onUpdates = [...ATTACKS.entries()]
  .filter(([, [rule, what]]) => !isTooLong(rule) && (LONG || NAMED.includes(what)))
  .map(([index, [rule, what, { type }]]) => ({
    rule,
    what,
    costs: type === 'refuse',
    put: (mallory: NodeProcess) => mallory.call('attack', [index]),
  }))
const onTheWire = WIRE_ATTACKS.map(([rule, what, end]) => ({
  rule,
  what,
  costs: end === 'cut off',
  put: (mallory: NodeProcess) => mallory.call('wire', [what]),
}))

describe.skipIf(findChromium() === null)('a shopper who was let in and is hostile', () => {
  let browser: TestBrowser
  let server: TestServer
  let mallory: NodeProcess
  let desk: Person & { readonly invite: string }
  let honest: Person
  let fragment = ''
  const kept = new Map<string, readonly string[]>()

  beforeAll(async () => {
    browser = await launchBrowser()
    server = await startTestServer()
    mallory = await startNodeProcess('../rig/hostile-process.ts', [server.origin])
    desk = await openShop(browser, server.origin)
    fragment = new URL(desk.invite).hash.slice(1)
    honest = await joinShop(browser, desk.invite)
    await say(honest.page, 'I am honest')
    await openFirstConversation(desk.page)
    await message(desk.page, 'I am honest').waitFor({ timeout: 60_000 })
  })
  afterAll(async () => {
    await mallory.end()
    await browser.close()
    await server.close()
  })

  const conversation = (about: string) =>
    desk.page.getByRole('list', { name: 'Conversations' }).getByText(about)

  it.each(
    [...onUpdates, ...onTheWire].map((attack) => [attack.rule, attack.what, attack] as const),
  )('[%s] does nothing with %s', async (_rule, what, { costs, put }) => {
    const name = `Mallory ${kept.size}, ${what}`.slice(0, 40)
    await mallory.call('join', [fragment])
    await mallory.call('say', [name])
    await conversation(name).click()
    await message(desk.page, name).waitFor()
    await say(desk.page, 'Welcome')
    await mallory.call('heard', ['Welcome'])

    await put(mallory)
    if (costs) expect(await mallory.call('cut off', [])).toBe('closed')
    else {
      await mallory.call('say', ['still here'])
      await message(desk.page, 'still here').waitFor()
    }
    const said = [name, 'Welcome', ...(costs ? [] : ['still here'])]
    expect(await texts(desk.page)).toEqual(said)

    // What the shop says next stands too, and it hears its honest shopper.
    await say(desk.page, 'And on')
    await message(desk.page, 'And on').waitFor()
    kept.set(name, [...said, 'And on'])
    expect(await texts(desk.page)).toEqual(kept.get(name))
    await mallory.call('leave', [])
    await say(honest.page, `After ${name}`)
    await conversation(`After ${name}`).click()
    await message(desk.page, `After ${name}`).waitFor()
    expect(browser.problems).toEqual([])
  })

  it('has left nothing behind that a reload would find', async () => {
    await desk.page.reload()
    expect(kept.size).toBe(onUpdates.length + onTheWire.length)
    const items = desk.page.getByRole('list', { name: 'Conversations' }).getByRole('listitem')
    await expect.poll(() => items.count()).toBe(kept.size + 1)
    const found = new Map<string, readonly string[]>()
    for (const item of await items.all()) {
      await item.getByRole('button').or(item.getByRole('link')).first().click()
      const first = async (): Promise<string> => (await texts(desk.page))[0] ?? ''
      await expect.poll(async () => found.has(await first()) || (await first()) === '').toBe(false)
      found.set(await first(), await texts(desk.page))
    }
    expect(found.get('I am honest')).toHaveLength(kept.size + 1)
    found.delete('I am honest')
    expect(found).toEqual(kept)
    expect(browser.problems).toEqual([])
  })
})
