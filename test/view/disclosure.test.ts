import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { findChromium } from '../helpers/chromium.ts'
import { openViews, press, type Views } from './views.ts'

const DESKTOP = { viewport: { width: 1280, height: 800 } }

/** What was asked of the session under this name, without the name. */
const called = (name: string) => (calls: readonly [string, ...unknown[]][]) =>
  calls.filter(([one]) => one === name).map(([, ...given]) => given)

describe.skipIf(findChromium() === null)('what the other side learns from a screen', () => {
  let views: Views
  beforeAll(async () => {
    views = await openViews()
  })
  afterAll(() => views.close())
  afterEach(() => {
    expect(views.browser.problems.splice(0)).toEqual([])
  })

  it('the newest message of the other side counts as seen at the end of a page that is looked at, and not while one reads above', async () => {
    const page = await views.show('chat', 'many', DESKTOP)
    const shown = async () => called('shown')(await page.evaluate(() => window.calls))
    expect(await shown()).toHaveLength(1)
    const log = page.getByRole('log', { name: 'Messages' })
    await log.hover()
    await page.mouse.wheel(0, -2_000)
    await page.getByRole('button', { name: 'Jump to the newest message' }).waitFor()
    await page.evaluate(() => window.arrive('below the view'))
    await page.getByRole('button', { name: /new message/ }).waitFor()
    expect(await shown()).toHaveLength(1)
    await page.getByRole('button', { name: /new message/ }).click()
    await expect.poll(shown).toHaveLength(2)
    await page.context().close()
  })

  it('older messages that come above the newest are told to be in view too', async () => {
    const page = await views.show('desk', 'thread', DESKTOP)
    const shown = async () => called('shown')(await page.evaluate(() => window.calls))
    expect(await shown()).toHaveLength(1)
    await page.evaluate(() => window.arriveEarlier('written before, arrived after'))
    await expect.poll(shown).toHaveLength(2)
    const [before, after] = await shown()
    expect(after).toEqual(before)
    await page.context().close()
  })

  it('a page in the background has shown nothing; it has as soon as it is looked at', async () => {
    const page = await views.show('desk', 'thread', DESKTOP)
    const shown = async () => called('shown')(await page.evaluate(() => window.calls))
    expect(await shown()).toHaveLength(1)
    const become = (state: 'hidden' | 'visible') =>
      page.evaluate((now) => {
        Object.defineProperty(document, 'visibilityState', { value: now, configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))
      }, state)
    await become('hidden')
    await page.evaluate(() => window.arrive('while nobody looks'))
    await page.getByText('while nobody looks').waitFor()
    expect(await shown()).toHaveLength(1)
    await become('visible')
    expect(await shown()).toHaveLength(2)
    await page.context().close()
  })

  it('the session hears that one is writing, and no letter of it before Send', async () => {
    const page = await views.show('chat', 'connected', DESKTOP)
    const box = page.getByRole('textbox', { name: 'Message' })
    await box.pressSequentially('qu')
    await box.fill('')
    await box.fill('secret')
    const before = await page.evaluate(() => window.calls)
    expect(called('wrote')(before)).toEqual([[true], [true], [false], [true]])
    expect(JSON.stringify(before)).not.toContain('sec')
    await box.press('Enter')
    const after = await page.evaluate(() => window.calls)
    expect(called('send')(after)).toEqual([['secret']])
    expect(called('wrote')(after).at(-1)).toEqual([false])
    await page.context().close()
  })

  it.each(['chat', 'desk'] as const)(
    'both can be switched off on the %s, by keyboard',
    async (name) => {
      const page = await views.show(name, 'settings', DESKTOP)
      await press(page, name, 'settings')
      const seen = page.getByRole('checkbox', { name: 'What I have seen' })
      expect(await seen.isChecked()).toBe(true)
      await seen.focus()
      await page.keyboard.press('Space')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Space')
      expect(called('disclose')(await page.evaluate(() => window.calls))).toEqual([
        [{ seen: false, typing: true }],
        [{ seen: false, typing: false }],
      ])
      expect(await page.getByRole('checkbox', { name: 'That I am writing' }).isChecked()).toBe(
        false,
      )
      await page.context().close()
    },
  )

  it('a choice that could not be stored says so', async () => {
    const page = await views.show('chat', 'settings-unstored', DESKTOP)
    await press(page, 'chat', 'settings-unstored')
    await page.getByRole('alert').getByText('could not be stored').waitFor()
    await page.context().close()
  })
})
