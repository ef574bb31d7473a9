import type { Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { findChromium } from '../helpers/chromium.ts'
import { focused, isFocusInDialog } from './focus.ts'
import { openViews, press, type Views } from './views.ts'
import { wordsOf } from './words.ts'

const DESKTOP = { viewport: { width: 1280, height: 800 } }
const WEEK_MS = 7 * 24 * 60 * 60 * 1000

describe.skipIf(findChromium() === null)('links for one person', () => {
  let views: Views
  beforeAll(async () => {
    views = await openViews()
  })
  afterAll(() => views.close())
  afterEach(() => {
    expect(views.browser.problems.splice(0)).toEqual([])
  })

  async function open(state: string): Promise<Page> {
    const page = await views.show('desk', state, DESKTOP)
    await press(page, 'desk', state)
    return page
  }
  const items = (page: Page): Locator =>
    page.getByRole('list', { name: 'Your links', exact: true }).getByRole('listitem')

  it('one is made with the keyboard alone, named and for a time; then it is there to copy', async () => {
    const page = await views.show('desk', 'invites-none', DESKTOP)
    await page.getByRole('button', { name: 'A link for one person', exact: true }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'A link for one person', exact: true }).waitFor()
    await expect.poll(() => focused(page)).toBe('Whom it is for')
    expect(await items(page).count()).toBe(0)
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('Write whom the link is for first.').waitFor()
    await page.keyboard.type('  Order #7 ')
    await page.keyboard.press('Enter')
    await page.getByRole('status').getByText('The link is ready.').waitFor()
    await expect.poll(() => focused(page)).toBe('Copy link')
    await page.getByLabel('Whom it is for', { exact: true }).fill('Sara')
    await page.getByLabel('Works for', { exact: true }).selectOption({ label: 'No end' })
    await page.getByRole('button', { name: 'Make link', exact: true }).click()
    await expect.poll(() => items(page).count()).toBe(2)
    expect(await items(page).first().locator('article').textContent()).toContain('Sara')
    expect(await page.evaluate(() => window.calls)).toEqual([
      ['makeInvite', 'Order #7', WEEK_MS],
      ['makeInvite', 'Sara', null],
    ])
    expect(await isFocusInDialog(page)).toBe(true)
    await page.keyboard.press('Escape')
    await expect.poll(() => focused(page)).toBe('A link for one person')
    await page.context().close()
  })

  it('one is copied, or shown with its code; where copying is not allowed it is there to copy by hand', async () => {
    const page = await open('invites')
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    const first = items(page).first()
    await first.getByRole('button', { name: 'Copy link', exact: true }).click()
    await first.getByText('Copied', { exact: true }).waitFor()
    const copied = await page.evaluate(() => navigator.clipboard.readText())
    expect(copied).toMatch(/^https:\/\/chat\.example\/c#1\.p1-/)
    await first.getByRole('button', { name: 'QR code', exact: true }).click()
    await first.getByRole('img', { name: /QR code of the link for .*Sara/ }).waitFor()
    const link = first.getByRole('textbox', { name: 'Link', exact: true })
    expect(await link.inputValue()).toBe(copied)
    await page.evaluate(() => {
      navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed'))
    })
    const second = items(page).nth(1)
    await second.getByRole('button', { name: 'Copy link', exact: true }).click()
    await second.getByText('Could not copy.').waitFor()
    await expect.poll(() => focused(page)).toBe('Link')
    await page.context().close()
  })

  it('one is withdrawn only after a second thought', async () => {
    const page = await open('invites')
    const first = items(page).first()
    const button = (name: string): Locator => first.getByRole('button', { name, exact: true })
    await button('Withdraw').click()
    await expect.poll(() => focused(page)).toBe('Keep it')
    await button('Keep it').click()
    await expect.poll(() => focused(page)).toBe('Withdraw')
    expect(await page.evaluate(() => window.calls)).toEqual([])
    await button('Withdraw').click()
    await button('Withdraw link').click()
    await first.getByText('Withdrawn', { exact: true }).waitFor()
    expect(await first.getByRole('button').count()).toBe(0)
    await expect.poll(() => focused(page)).toBe('Sara')
    expect(await page.evaluate(() => window.calls)).toEqual([['revokeInvite', 'i1']])
    await page.context().close()
  })

  it.each(['ar', 'en'] as const)(
    'each says what became of it, and only an open one can be used, %s',
    async (lang) => {
      const t = wordsOf(lang)
      const page = await views.show('desk', 'invites', { ...DESKTOP, lang })
      await press(page, 'desk', 'invites')
      const list = page
        .getByRole('list', { name: t('one-list'), exact: true })
        .getByRole('listitem')
      const until = t('one-open-until', { time: '' })
        .replace(/[\u2068\u2069]/g, '')
        .trim()
      const told = [until, t('one-open'), t('one-used'), t('one-expired'), t('one-revoked')]
      for (const [index, text] of told.entries()) {
        const item = list.nth(index)
        expect(await item.locator('article').textContent()).toContain(text)
        expect(await item.getByRole('button').count()).toBe(index < 2 ? 3 : 0)
      }
      expect(await list.count()).toBe(5)
      await page.getByRole('button', { name: t('one-show-all') }).click()
      expect(await list.count()).toBe(6)
      await page.context().close()
    },
  )

  it.each(['ar', 'en'] as const)('one that could not be stored is told, %s', async (lang) => {
    const t = wordsOf(lang)
    const page = await views.show('desk', 'invites-failed', { ...DESKTOP, lang })
    await press(page, 'desk', 'invites-failed')
    await page.getByRole('alert').getByText(t('one-failed'), { exact: true }).waitFor()
    await page.context().close()
  })
})
