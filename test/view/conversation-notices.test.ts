import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { findChromium } from '../helpers/chromium.ts'
import { SAFETY_NUMBER } from './fixtures/threads.ts'
import { focused, isFocusInDialog } from './focus.ts'
import { asked, openViews, press, type Views } from './views.ts'
import { wordsOf } from './words.ts'

const DESKTOP = { viewport: { width: 1280, height: 800 } }
const LANGS = ['ar', 'en'] as const

describe.skipIf(findChromium() === null)('what a conversation tells besides its messages', () => {
  let views: Views
  beforeAll(async () => {
    views = await openViews()
  })
  afterAll(() => views.close())
  afterEach(() => {
    expect(views.browser.problems.splice(0)).toEqual([])
  })

  it.each([
    ['chat', 'safety-number', 'ar'],
    ['chat', 'safety-number', 'en'],
    ['desk', 'thread-number', 'ar'],
    ['desk', 'thread-number', 'en'],
  ] as const)(
    'the safety number reads from left to right, three groups a line, on the %s (%s, %s)',
    async (name, state, lang) => {
      const t = wordsOf(lang)
      const page = await views.show(name, state, { ...DESKTOP, lang })
      await press(page, name, state)
      expect(await asked(page)).toEqual([['showSafetyNumber']])
      const groups = page
        .getByRole('list', { name: t('safety-number'), exact: true })
        .getByRole('listitem')
      expect(await groups.allTextContents()).toEqual(SAFETY_NUMBER)
      const boxes = await groups.evaluateAll((all) =>
        all.map((one) => one.getBoundingClientRect()).map(({ x, y }) => ({ x, y })),
      )
      for (const [index, box] of boxes.entries()) {
        const before = boxes[index - 1]
        if (before === undefined) continue
        if (index % 3 === 0) expect(box.y).toBeGreaterThan(before.y)
        else expect([box.y, box.x > before.x]).toEqual([before.y, true])
      }
      await page.getByText(t(`number-why-${name}`)).waitFor()
      await page.getByText(t(`number-call-${name}`)).waitFor()
      await page.getByText(t(`number-differs-${name}`)).waitFor()
      await page.context().close()
    },
  )

  it('the safety number is shown and put away with the keyboard alone, and waits in words', async () => {
    const page = await views.show('chat', 'safety-number-waiting', DESKTOP)
    await page.getByRole('button', { name: 'Safety number', exact: true }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Safety number', exact: true }).waitFor()
    await page.getByRole('status').getByText('Working out the number…').waitFor()
    for (let presses = 0; presses < 4; presses++) {
      await page.keyboard.press('Tab')
      expect(await isFocusInDialog(page)).toBe(true)
    }
    await page.evaluate(() => window.become('safety-number'))
    await page.getByText(SAFETY_NUMBER[0] ?? '').waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => focused(page)).toBe('Safety number')
    await page.context().close()
  })

  it.each(LANGS)('what can lose or falsify messages is told above them, %s', async (lang) => {
    const t = wordsOf(lang)
    const page = await views.show('chat', 'unstored', { ...DESKTOP, lang })
    const told = (text: string): Promise<void> => page.getByRole('status').getByText(text).waitFor()
    await told(t('banner-unstored', { count: 1 }))
    await page.goto(views.server.address('chat', 'damaged', { lang }))
    await told(t('banner-damaged', { count: 3 }))
    await page.goto(views.server.address('chat', 'two-histories', { lang }))
    await told(t('banner-two-histories-chat'))
    await page.goto(views.server.address('chat', 'storage-failed', { lang }))
    await told(t('banner-storage'))
    // What cannot be stored does not wait either.
    expect(await page.getByText(t('banner-away-chat')).count()).toBe(0)
    await page.goto(views.server.address('desk', 'thread-troubles', { lang }))
    await told(t('banner-storage'))
    await told(t('banner-two-histories-desk'))
    await told(t('banner-damaged', { count: 2 }))
    // Said once: a storage that is full stores nothing of the other side either.
    expect(await page.getByText(t('banner-unstored', { count: 12 })).count()).toBe(0)
    await page.context().close()
  })

  it.each(LANGS)('how long this browser keeps a chat stands at its beginning, %s', async (lang) => {
    const t = wordsOf(lang)
    const page = await views.show('chat', 'connected', { ...DESKTOP, lang })
    await page.getByRole('log').getByText(t('kept-best-effort')).waitFor()
    await page.goto(views.server.address('chat', 'kept-persistent', { lang }))
    await page.getByRole('log').getByText(t('kept-persistent')).waitFor()
    await page.goto(views.server.address('chat', 'kept-unknown', { lang }))
    await page.getByRole('log').getByText(t('kept-unknown')).waitFor()
    await page.goto(views.server.address('desk', 'thread', { lang }))
    await page.getByRole('log').waitFor()
    expect(await page.getByRole('log').getByText(t('kept-best-effort')).count()).toBe(0)
    await page.context().close()
  })

  it.each(LANGS)(
    'each refusal has its own words and a next step, in the place where one wrote, %s',
    async (lang) => {
      const t = wordsOf(lang)
      const page = await views.show('chat', 'connected', { ...DESKTOP, lang })
      for (const refusal of ['used-up', 'expired', 'revoked', 'foreign', 'closed']) {
        await page.goto(views.server.address('chat', `refusal-${refusal}`, { lang }))
        const told = page.getByRole('status')
        await told.getByRole('heading', { name: t(`refusal-${refusal}`), exact: true }).waitFor()
        await told.getByText(t(`refusal-${refusal}-more`), { exact: true }).waitFor()
        expect(await page.getByRole('textbox').count()).toBe(0)
        const connection = page.getByRole('status', { name: t('connection'), exact: true })
        const isOpen = refusal === 'closed'
        expect(await connection.textContent()).toContain(
          t(isOpen ? 'connection-connected-chat' : 'connection-ended'),
        )
        const last = await page.getByRole('log').getByRole('listitem').last().textContent()
        expect(last).toContain(t(isOpen ? 'state-delivered' : 'state-unsent'))
      }
      await page.goto(views.server.address('chat', 'refusal-at-once', { lang }))
      await page.getByRole('heading', { name: t('refusal-used-up'), exact: true }).waitFor()
      expect(await page.getByText(t('no-messages-chat')).count()).toBe(0)
      // Nothing was said: the refusal is in the middle of the page, not below an empty one.
      const box = await page.getByRole('heading', { name: t('refusal-used-up') }).boundingBox()
      expect(box?.y).toBeLessThan(500)
      await page.context().close()
    },
  )

  it.each(LANGS)(
    'who writes to a shopper who is away reads when it will arrive, %s',
    async (lang) => {
      const t = wordsOf(lang)
      const page = await views.show('desk', 'thread-away-waiting', { ...DESKTOP, lang })
      await page.getByRole('status').getByText(t('banner-waiting-desk')).waitFor()
      await page.goto(views.server.address('desk', 'thread-away', { lang }))
      await page.getByRole('status').getByText(t('banner-away-desk')).waitFor()
      await page.context().close()
    },
  )

  it('a refusal takes the place of an empty box and gives its focus to the messages; a draft stays to be read', async () => {
    const page = await views.show('chat', 'connected', DESKTOP)
    const box = page.getByRole('textbox', { name: 'Message', exact: true })
    await box.focus()
    await page.evaluate(() => window.become('refusal-expired'))
    await box.waitFor({ state: 'detached' })
    await expect.poll(() => focused(page)).toBe('Messages')
    await page.evaluate(() => window.become('connected'))
    await box.fill('a long thought')
    await page.evaluate(() => window.become('refusal-expired'))
    await page.getByRole('heading', { name: 'This link has expired', exact: true }).waitFor()
    expect(await box.inputValue()).toBe('a long thought')
    expect(await box.getAttribute('readonly')).not.toBeNull()
    await box.press('Enter')
    expect(await asked(page)).toEqual([])
    await page.context().close()
  })
})
