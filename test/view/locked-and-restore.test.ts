import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { findChromium } from '../helpers/chromium.ts'
import { focused } from './focus.ts'
import { openViews, press, type Views } from './views.ts'
import { wordsOf } from './words.ts'

const DESKTOP = { viewport: { width: 1280, height: 800 } }
const FILE = {
  name: 'shop.hamsa',
  mimeType: 'application/octet-stream',
  buffer: Buffer.from('sealed'),
}

describe.skipIf(findChromium() === null)('a desk before it opens', () => {
  let views: Views
  beforeAll(async () => {
    views = await openViews()
  })
  afterAll(() => views.close())
  afterEach(() => {
    expect(views.browser.problems.splice(0)).toEqual([])
  })

  it('a locked desk names nothing of the shop, and with the keyboard alone it is opened', async () => {
    const page = await views.show('desk', 'locked', DESKTOP)
    await page.getByRole('heading', { name: 'Your desk is locked', exact: true }).waitFor()
    await expect.poll(() => focused(page)).toBe('Passcode')
    expect(await page.getByText('Old Coffee House').count()).toBe(0)
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('Write the passcode first.').waitFor()
    expect(await page.evaluate(() => window.calls)).toEqual([])
    await page.keyboard.type('12 apples')
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => window.calls)).toEqual([['unlock', '12 apples']])
    await page.context().close()
  })

  it('a passcode is hidden until its writer asks', async () => {
    const page = await views.show('desk', 'locked', DESKTOP)
    const box = page.getByLabel('Passcode', { exact: true })
    expect(await box.getAttribute('type')).toBe('password')
    await page.getByRole('checkbox', { name: 'Show what I write' }).check()
    expect(await box.getAttribute('type')).toBe('text')
    await page.context().close()
  })

  it('a wrong passcode takes no new try before its time, and says when that has come', async () => {
    const context = await views.browser.browser.newContext(DESKTOP)
    const page = await views.browser.newPage(context)
    await page.clock.install()
    await page.goto(views.server.address('desk', 'locked-wait', { lang: 'en' }))
    const box = page.getByLabel('Passcode', { exact: true })
    const unlock = page.getByRole('button', { name: 'Unlock', exact: true })
    await page.getByRole('alert').getByText('This passcode is not right.').waitFor()
    await page
      .getByText(/The next try is taken in .*seconds/)
      .first()
      .waitFor()
    expect(await unlock.getAttribute('aria-disabled')).toBe('true')
    await box.fill('early')
    await box.press('Enter')
    expect(await page.evaluate(() => window.calls)).toEqual([])
    await page.clock.runFor(31_000)
    await page.getByRole('status').getByText('You can try again now.').waitFor()
    expect(await unlock.getAttribute('aria-disabled')).toBe('false')
    await box.press('Enter')
    expect(await page.evaluate(() => window.calls)).toEqual([['unlock', 'early']])
    await context.close()
  })

  it.each(['ar', 'en'] as const)(
    'each state of a locked desk is told in words, %s',
    async (lang) => {
      const t = wordsOf(lang)
      const page = await views.show('desk', 'locked-wrong', { ...DESKTOP, lang })
      await page.getByRole('alert').getByText(t('passcode-wrong')).waitFor()
      await page.goto(views.server.address('desk', 'locked-early', { lang }))
      await page.getByRole('alert').getByText(t('passcode-early')).waitFor()
      const hour = t('wait-two', {
        first: t('wait-hours', { count: 1 }),
        second: t('wait-minutes', { count: 2 }),
      })
      await page
        .getByText(t('passcode-wait', { time: hour }))
        .first()
        .waitFor()
      await page.goto(views.server.address('desk', 'locked-busy', { lang }))
      await page.getByRole('status').getByText(t('unlocking')).waitFor()
      await page.goto(views.server.address('desk', 'locked', { lang }))
      await page.getByText(t('passcode-forgot'), { exact: true }).click()
      await page.getByText(t('passcode-forgot-more')).waitFor()
      await page.context().close()
    },
  )

  it('a shop comes back from its file and passphrase; what is missing is told where it is', async () => {
    const page = await views.show('desk', 'welcome', DESKTOP)
    await page.getByRole('button', { name: 'I have a recovery file', exact: true }).click()
    await page.getByRole('heading', { name: 'Bring your shop back', exact: true }).waitFor()
    expect(await page.getByRole('textbox', { name: 'Shop name' }).count()).toBe(0)
    const restore = page.getByRole('button', { name: 'Restore shop', exact: true })
    await restore.click()
    const noFile = page.getByRole('alert').getByText('Choose the recovery file first.')
    await noFile.waitFor()
    const passphrase = page.getByLabel('Passphrase of the file', { exact: true })
    // Above the passphrase, with which nothing is wrong.
    expect((await noFile.boundingBox())?.y).toBeLessThan((await passphrase.boundingBox())?.y ?? 0)
    expect(await passphrase.getAttribute('aria-invalid')).toBe('false')
    await expect.poll(() => focused(page)).toBe('Recovery file')
    await page.getByLabel('Recovery file', { exact: true }).setInputFiles(FILE)
    await page.getByText('shop.hamsa', { exact: true }).waitFor()
    await restore.click()
    await page.getByRole('alert').getByText('Write the passphrase of the file.').waitFor()
    await expect.poll(() => focused(page)).toBe('Passphrase of the file')
    await page.keyboard.type('four odd words here')
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => window.calls.length > 0)
    expect(await page.evaluate(() => window.calls)).toEqual([
      ['restore', 'sealed', 'four odd words here'],
    ])
    await page.context().close()
  })

  it('one can change one’s mind and make a new shop, but not while a file is read', async () => {
    const page = await views.show('desk', 'restore-open', DESKTOP)
    await press(page, 'desk', 'restore-open')
    await page.getByRole('button', { name: 'Make a new shop instead', exact: true }).click()
    await page.getByRole('textbox', { name: 'Shop name', exact: true }).waitFor()
    await expect.poll(() => focused(page)).toBe('I have a recovery file')
    await page.goto(views.server.address('desk', 'restore-busy', { lang: 'en' }))
    await page
      .getByRole('status')
      .getByText(/Restoring… .*1,204.* items so far/)
      .waitFor()
    for (const name of ['Restore shop', 'Make a new shop instead']) {
      const button = page.getByRole('button', { name, exact: true })
      expect(await button.getAttribute('aria-disabled')).toBe('true')
      await button.click({ force: true })
    }
    await page.getByRole('heading', { name: 'Bring your shop back', exact: true }).waitFor()
    expect(await page.evaluate(() => window.calls)).toEqual([])
    await page.context().close()
  })

  it.each(['ar', 'en'] as const)(
    'each problem of a file is told at what mends it, %s',
    async (lang) => {
      const t = wordsOf(lang)
      const page = await views.show('desk', 'welcome', { ...DESKTOP, lang })
      const problems = {
        'not-a-backup': 'restore-not-a-backup',
        'newer-version': 'restore-newer',
        'wrong-passphrase': 'restore-wrong-passphrase',
        damaged: 'restore-damaged',
        'cut-short': 'restore-cut-short',
        unfit: 'restore-unfit',
        storage: 'restore-storage',
      }
      for (const [problem, text] of Object.entries(problems)) {
        await page.goto(views.server.address('desk', `restore-${problem}`, { lang }))
        await page.getByRole('alert').getByText(t(text), { exact: true }).waitFor()
        const wants = problem === 'wrong-passphrase' ? 'restore-passphrase' : 'restore-file'
        const box = page.getByLabel(t(wants), { exact: true })
        expect(await box.getAttribute('aria-invalid'), problem).toBe('true')
        await expect.poll(() => focused(page)).toBe(t(wants))
      }
      await page.context().close()
    },
  )
})
