import { readFile } from 'node:fs/promises'
import type { Download, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { findChromium } from '../helpers/chromium.ts'
import { focused, isFocusInDialog } from './focus.ts'
import { openViews, press, type Views } from './views.ts'
import { wordsOf } from './words.ts'

const DESKTOP = { viewport: { width: 1280, height: 800 } }
const GOOD = 'teapot under the blue stairs'

/** What is wrong with a field is told by it, and stands between it and the next one. */
async function isBelow(page: Page, field: Locator, text: string, next: Locator): Promise<void> {
  const described = await field.evaluate((one) => {
    const ids = one.getAttribute('aria-describedby')?.split(' ') ?? []
    const root = one.getRootNode()
    return ids.map((id) => (root instanceof ShadowRoot ? root.getElementById(id)?.textContent : ''))
  })
  expect(described.join()).toContain(text)
  const told = await page.getByRole('alert').getByText(text).boundingBox()
  expect(told?.y).toBeGreaterThan((await field.boundingBox())?.y ?? Infinity)
  expect(told?.y).toBeLessThan((await next.boundingBox())?.y ?? 0)
}

describe.skipIf(findChromium() === null)('the dialog “Safety”', () => {
  let views: Views
  beforeAll(async () => {
    views = await openViews()
  })
  afterAll(() => views.close())
  afterEach(() => {
    expect(views.browser.problems.splice(0)).toEqual([])
  })

  async function open(state: string, lang: 'ar' | 'en' = 'en'): Promise<Page> {
    const page = await views.show('desk', state, { ...DESKTOP, lang })
    await page.getByRole('button', { name: wordsOf(lang)('safety'), exact: true }).click()
    await page.getByRole('heading', { name: wordsOf(lang)('recovery-title') }).waitFor()
    return page
  }
  const calls = (page: Page): Promise<unknown[][]> => page.evaluate(() => window.calls)
  const bytesOf = async (download: Download): Promise<number[]> => [
    ...(await readFile(await download.path())),
  ]

  it('opens from the note too, keeps the focus inside, closes on Escape and gives the focus back', async () => {
    const page = await views.show('desk', 'safety', DESKTOP)
    await page.getByRole('button', { name: /Your shop lives only in this browser/ }).focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Safety', exact: true })
    await page.getByRole('heading', { name: 'Passcode', exact: true }).waitFor()
    const seen = new Set<string>()
    for (let presses = 0; presses < 20; presses++) {
      await page.keyboard.press('Tab')
      expect(await isFocusInDialog(page)).toBe(true)
      seen.add(await focused(page))
    }
    for (const name of ['Close', 'Passphrase', 'Save recovery file', 'Set a passcode']) {
      expect(seen).toContain(name)
    }
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    await expect.poll(() => focused(page)).toContain('Your shop lives only in this browser.')
    await page.getByRole('button', { name: 'Safety', exact: true }).click()
    await dialog.getByRole('button', { name: 'Close', exact: true }).click()
    await expect.poll(() => focused(page)).toBe('Safety')
    await page.context().close()
  })

  it('saves a recovery file under a passphrase that was written twice, and says where it is', async () => {
    const page = await open('safety')
    const first = page.getByLabel('Passphrase', { exact: true })
    const again = page.getByLabel('Passphrase again', { exact: true })
    const save = page.getByRole('button', { name: 'Save recovery file', exact: true })
    await first.fill('short')
    await save.click()
    await page.getByRole('alert').getByText('Too short: at least 10 characters.').waitFor()
    await isBelow(page, first, 'Too short: at least 10 characters.', again)
    await expect.poll(() => focused(page)).toBe('Passphrase')
    await first.fill(GOOD)
    await again.fill('another one')
    await save.click()
    await page.getByRole('alert').getByText('The two are not the same.').waitFor()
    await expect.poll(() => focused(page)).toBe('Passphrase again')
    expect(await calls(page)).toEqual([])
    await again.fill(GOOD)
    const [download] = await Promise.all([page.waitForEvent('download'), save.click()])
    expect(download.suggestedFilename()).toBe('shop.hamsa')
    expect(await bytesOf(download)).toEqual([1, 1, 1, 1, 2, 2, 2, 2])
    expect(await calls(page)).toEqual([['recoveryFile', GOOD]])
    await page
      .getByRole('status')
      .getByText(/look in your downloads/)
      .waitFor()
    await page.getByText('You have saved a recovery file before.').waitFor()
    // The note on the desk has done its part.
    expect(await page.getByText('Your shop lives only in this browser.').count()).toBe(0)
    await page.context().close()
  })

  it('a recovery file that cannot be made is told, and nothing is saved', async () => {
    const page = await open('safety')
    const downloads: Download[] = []
    page.on('download', (download) => downloads.push(download))
    await page.getByLabel('Passphrase', { exact: true }).fill('breaks in the middle')
    await page.getByLabel('Passphrase again', { exact: true }).fill('breaks in the middle')
    await page.getByRole('button', { name: 'Save recovery file', exact: true }).click()
    await page
      .getByRole('status')
      .getByText(/could not be made, and nothing was saved/)
      .waitFor()
    expect(downloads).toEqual([])
    await page.getByText(/A recovery file holds all of it/).waitFor()
    await page.context().close()
  })

  it.each(['ar', 'en'] as const)(
    'says how strong a passphrase is while it is written, %s',
    async (lang) => {
      const t = wordsOf(lang)
      const page = await open('safety', lang)
      const box = page.getByLabel(t('passphrase'), { exact: true })
      const told = {
        abc: 'short',
        '1234567890': 'weak',
        qpwozmxn1: 'short',
        'teapot blue': 'fair',
        [GOOD]: 'strong',
      }
      for (const [passphrase, strength] of Object.entries(told)) {
        await box.fill(passphrase)
        await page
          .getByRole('status')
          .getByText(t(`strength-${strength}`), { exact: true })
          .waitFor()
      }
      await page.getByText(t('passphrase-forget')).waitFor()
      await page.context().close()
    },
  )

  it('sets a passcode, changes it, asks before it is removed, and locks', async () => {
    const page = await open('safety')
    const button = (name: string) => page.getByRole('button', { name, exact: true })
    await button('Set a passcode').click()
    await expect.poll(() => focused(page)).toBe('New passcode')
    await page.getByText('and you have none yet. Save one first.').waitFor()
    const first = page.getByLabel('New passcode', { exact: true })
    const again = page.getByLabel('New passcode again', { exact: true })
    await first.fill('12345')
    await button('Save passcode').click()
    await page.getByRole('alert').getByText('Too short: at least 6 characters.').waitFor()
    await isBelow(page, first, 'Too short: at least 6 characters.', again)
    await first.fill('123456')
    await again.fill('123457')
    await button('Save passcode').click()
    await page.getByRole('alert').getByText('The two are not the same.').waitFor()
    await again.fill('123456')
    await again.press('Enter')
    await page.getByRole('status').getByText('The passcode is set.').waitFor()
    await expect.poll(() => focused(page)).toBe('Lock now')
    await button('Change passcode').click()
    await first.fill('refused')
    await again.fill('refused')
    await button('Save passcode').click()
    await page.getByRole('status').getByText('could not be stored').waitFor()
    await button('Cancel').click()
    await button('Remove passcode').click()
    await page.getByText('whoever opens this browser opens your desk. Remove').waitFor()
    await button('Cancel').click()
    await button('Lock now').click()
    await button('Remove passcode').click()
    await button('Remove passcode').click()
    await page.getByRole('status').getByText('The passcode is removed.').waitFor()
    expect(await calls(page)).toEqual([
      ['setPasscode', '123456'],
      ['setPasscode', 'refused'],
      ['lock'],
      ['setPasscode', null],
    ])
    await page.context().close()
  })

  it.each(['ar', 'en'] as const)(
    'says what the browser promises, and asks it to keep the shop, %s',
    async (lang) => {
      const t = wordsOf(lang)
      const page = await open('safety-guarded', lang)
      await page.getByText(t('storage-persistent')).waitFor()
      expect(await page.getByRole('button', { name: t('storage-ask') }).count()).toBe(0)
      await page.goto(views.server.address('desk', 'safety-again', { lang }))
      await press(page, 'desk', 'safety-again')
      await page.getByText(t('storage-unknown')).waitFor()
      await page.goto(views.server.address('desk', 'safety', { lang }))
      await press(page, 'desk', 'safety')
      await page.getByText(t('storage-best-effort')).waitFor()
      await page.getByRole('button', { name: t('storage-ask') }).click()
      await page.getByRole('status').getByText(t('storage-asked')).waitFor()
      expect(await calls(page)).toEqual([['askToPersist']])
      await page.context().close()
    },
  )

  it.each(['ar', 'en'] as const)(
    'saves a readable copy in the reader’s words, with a warning at the button, %s',
    async (lang) => {
      const t = wordsOf(lang)
      const page = await open('safety-guarded', lang)
      const button = page.getByRole('button', { name: t('export-html') })
      expect(
        await button.evaluate((one) => {
          const root = one.getRootNode()
          const id = one.getAttribute('aria-describedby') ?? ''
          return root instanceof ShadowRoot ? root.getElementById(id)?.textContent.trim() : null
        }),
      ).toBe(t('export-warning'))
      const [download] = await Promise.all([page.waitForEvent('download'), button.click()])
      expect(download.suggestedFilename()).toBe('chats.html')
      await page.getByRole('status').getByText(t('file-done')).waitFor()
      const words = {
        title: t('export-heading', {
          shop: lang === 'ar' ? 'دار البن العتيق' : 'Old Coffee House',
        }),
        shop: t('from-shop'),
        shopper: t('from-shopper'),
        deleted: t('export-deleted'),
        edited: t('export-edited'),
        direction: lang === 'ar' ? 'rtl' : 'ltr',
        language: lang,
      }
      expect(await calls(page)).toEqual([['readableExport', 'html', words]])
      await page.context().close()
    },
  )

  it('says when it could not be loaded, and loads at the second try', async () => {
    const page = await views.show('desk', 'safety', DESKTOP)
    await page.route('**/safety-panel-*', (route) => route.abort())
    await page.getByRole('button', { name: 'Safety', exact: true }).click()
    const told = page.getByRole('alert').getByText('This part could not be loaded.')
    await told.waitFor()
    expect(views.browser.problems.splice(0).join()).toContain('ERR_FAILED')
    await page.unroute('**/safety-panel-*')
    await page.getByRole('button', { name: 'Try again', exact: true }).click()
    await told.waitFor({ state: 'detached' })
    await page.context().close()
  })
})
