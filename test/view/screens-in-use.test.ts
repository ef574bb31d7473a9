import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { findChromium } from '../helpers/chromium.ts'
import { CHAT_STATES, DESK_STATES } from './fixtures/states.ts'
import { HOSTILE_TEXTS } from './fixtures/threads.ts'
import { focused } from './focus.ts'
import { asked, openViews, press, type Views } from './views.ts'

const PHONE = { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true }
const DESKTOP = { viewport: { width: 1280, height: 800 } }
/** What a view may take to show a thread of hostile texts, far above what it needs. */
const SHOWN_MS = 5_000

describe.skipIf(findChromium() === null)('screens in use', () => {
  let views: Views
  beforeAll(async () => {
    views = await openViews()
  })
  afterAll(() => views.close())
  afterEach(() => {
    // Nothing on any page broke the policy or threw.
    expect(views.browser.problems.splice(0)).toEqual([])
  })

  it('the chat keeps its accessible names', async () => {
    const page = await views.show('chat', 'preview', DESKTOP)
    await page.getByRole('button', { name: 'Start chat', exact: true }).click()
    expect(await asked(page)).toEqual([['start']])
    await page.goto(views.server.address('chat', 'states', { lang: 'en' }))
    const log = page.getByRole('log', { name: 'Messages', exact: true })
    expect(await log.getByRole('listitem').count()).toBe(10)
    const told = ['seen', 'kept by the shop', 'delivered', 'sending', 'on this device']
    for (const [index, state] of told.entries()) {
      expect(
        await log
          .getByRole('listitem')
          .nth(index + 1)
          .textContent(),
      ).toContain(state)
    }
    await page.getByRole('textbox', { name: 'Message', exact: true }).waitFor()
    await page.getByRole('button', { name: 'Send', exact: true }).waitFor()
    const status = page.getByRole('status', { name: 'Connection', exact: true })
    expect(await status.textContent()).toContain('Connected, relayed')
    await log.getByRole('button', { name: 'Try again' }).first().click()
    expect((await asked(page))[0]?.[0]).toBe('retry')
    await page.context().close()
  })

  it('the desk keeps its accessible names', async () => {
    const page = await views.show('desk', 'welcome', DESKTOP)
    await page.getByRole('textbox', { name: 'Shop name', exact: true }).fill('دار البن')
    await page.getByRole('button', { name: 'Create shop', exact: true }).click()
    expect(await asked(page)).toEqual([['createShop', 'دار البن']])
    await page.goto(views.server.address('desk', 'list', { lang: 'en' }))
    const link = page.getByRole('textbox', { name: 'Invite link', exact: true })
    expect(await link.inputValue()).toMatch(/^https:\/\/chat\.example\/c#1\./)
    expect(await link.getAttribute('readonly')).not.toBeNull()
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.getByRole('button', { name: 'Copy invite link', exact: true }).click()
    await page.getByText('Copied', { exact: true }).waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await link.inputValue())
    await page.getByText('Copied', { exact: true }).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'QR code' }).click()
    const code = page.getByRole('img', { name: 'QR code of the invite link' })
    await code.waitFor()
    const list = page.getByRole('list', { name: 'Conversations', exact: true })
    expect(await list.getByRole('listitem').count()).toBe(4)
    await list.getByRole('button').nth(1).click()
    await page.getByRole('log', { name: 'Messages', exact: true }).waitFor()
    expect(await code.count()).toBe(0)
    await page.getByRole('textbox', { name: 'Message', exact: true }).waitFor()
    await page.getByRole('status', { name: 'Connection', exact: true }).waitFor()
    await page.context().close()
  })

  it('a name that is refused is explained at its field, and stays there', async () => {
    const page = await views.show('desk', 'welcome-too-long', DESKTOP)
    const box = page.getByRole('textbox', { name: 'Shop name' })
    expect(await box.getAttribute('aria-invalid')).toBe('true')
    expect(await page.getByRole('alert').textContent()).toContain('too long')
    await page.context().close()
  })

  it('with the keyboard alone one writes, breaks a line and sends', async () => {
    const page = await views.show('chat', 'empty', DESKTOP)
    const box = page.getByRole('textbox', { name: 'Message' })
    await box.waitFor()
    await page.waitForFunction(() => document.activeElement?.tagName === 'HAMSA-CHAT')
    await page.keyboard.type('first')
    await page.keyboard.press('Shift+Enter')
    await page.keyboard.type('second')
    await page.keyboard.press('Enter')
    expect(await asked(page)).toEqual([['send', 'first\nsecond']])
    expect(await box.inputValue()).toBe('')
    await page.keyboard.type('third')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    expect((await asked(page))[1]).toEqual(['send', 'third'])
    expect(await page.getByRole('listitem').count()).toBe(2)
    await page.context().close()
  })

  it('spaces alone and a word being composed are not sent; a text that is too long is told before Send, and is never lost', async () => {
    const page = await views.show('chat', 'empty', DESKTOP)
    const box = page.getByRole('textbox', { name: 'Message' })
    await box.fill('   \n ')
    await box.press('Enter')
    await box.fill('ni')
    await box.dispatchEvent('keydown', { key: 'Enter', isComposing: true })
    expect(await asked(page)).toEqual([])
    const tooLong = 'ا'.repeat(140_000)
    await box.fill(tooLong)
    await page.getByRole('alert').getByText('too long').waitFor()
    await box.press('Enter')
    expect(String((await asked(page))[0]?.[1]).length).toBe(tooLong.length)
    expect(await page.getByRole('alert').textContent()).not.toContain('too long')
    await page.context().close()
  })

  it('a message that was too long comes back for editing, ahead of what was written since', async () => {
    const page = await views.show('chat', 'states', DESKTOP)
    const box = page.getByRole('textbox', { name: 'Message' })
    await box.fill('since')
    await page.getByRole('log').getByRole('button', { name: 'Edit', exact: true }).last().click()
    expect(await box.inputValue()).toBe('Is it there in size 42?\nsince')
    await box.fill('line\n'.repeat(60))
    await page.getByRole('log').getByRole('button', { name: 'Edit', exact: true }).last().click()
    const caret = (): Promise<boolean> =>
      box.evaluate((one: HTMLTextAreaElement) => {
        const belowPx = one.scrollHeight - one.scrollTop - one.clientHeight
        return one.scrollTop > 0 && belowPx < 2 && one.selectionStart === one.value.length
      })
    await expect.poll(caret).toBe(true)
    await page.context().close()
  })

  it('the focus goes where the next step is: the link of a new shop, the conversation one left, the heading of a desk that moved', async () => {
    const page = await views.show('desk', 'creating', PHONE)
    const focused = (): Promise<string | undefined> =>
      page.evaluate(() => {
        let at = document.activeElement
        while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
        return at?.textContent.trim().replace(/\s+/g, ' ')
      })
    await page.evaluate(() => window.become('first'))
    await expect.poll(focused).toBe('Copy invite link')
    await page.evaluate(() => window.become('list'))
    const second = page.getByRole('list', { name: 'Conversations' }).getByRole('button').nth(1)
    const words = (await second.textContent())?.trim().replace(/\s+/g, ' ')
    await second.click()
    await page.getByRole('button', { name: 'Back to conversations' }).click()
    await expect.poll(focused).toBe(words)
    await page.evaluate(() => window.become('elsewhere'))
    await expect.poll(focused).toBe('Your desk is open in another tab, in another version of Hamsa')
    await page.evaluate(() => window.become('loading'))
    await page.evaluate(() => window.become('list'))
    await expect.poll(focused).toBe('Old Coffee House')
    await page.context().close()
  })

  it('a message in a conversation that is not open is told, with whose it is', async () => {
    const page = await views.show('desk', 'thread', DESKTOP)
    const told = page.getByRole('status').filter({ hasText: /^[^:]+: .*unread/ })
    await page.getByRole('log').waitFor()
    expect(await told.count()).toBe(0)
    await page.evaluate(() => window.arriveUnread('c0'))
    expect(await told.count()).toBe(0)
    await page.evaluate(() => window.arriveUnread('c1'))
    await told.waitFor()
    expect(await told.textContent()).toMatch(/3.* unread messages/)
    await page.context().close()
  })

  it('the name of a shopper who is away stands beside the picture; a name too long is cut at its own end', async () => {
    const page = await views.show('desk', 'thread-away', DESKTOP)
    const header = page.locator('.thread-header')
    expect((await header.boundingBox())?.height).toBeLessThan(80)
    await page.setViewportSize(PHONE.viewport)
    await page.goto(views.server.address('desk', 'crowd', { lang: 'en' }))
    const name = page.getByRole('heading', { level: 1 }).locator('bdi')
    expect(
      await name.evaluate((one) => [
        getComputedStyle(one).direction,
        getComputedStyle(one).textOverflow,
        one.scrollWidth > one.clientWidth,
      ]),
    ).toEqual(['rtl', 'ellipsis', true])
    await page.context().close()
  })

  it('shows one code at a time, each module of whole pixels', async () => {
    const page = await views.show('desk', 'first', DESKTOP)
    const code = page.getByRole('img', { name: 'QR code of the invite link' })
    await code.waitFor()
    expect(await page.getByRole('button', { name: 'QR code' }).count()).toBe(0)
    const pixels = await code.evaluate((one) => {
      const side = Number(one.getAttribute('viewBox')?.split(' ')[2])
      return one.getBoundingClientRect().width / side
    })
    expect(pixels).toBeGreaterThan(1)
    expect(pixels).toBeCloseTo(Math.round(pixels), 3)
    await page.goto(views.server.address('desk', 'list', { lang: 'en' }))
    await page.getByRole('heading', { name: 'Choose a conversation' }).waitFor()
    expect(await code.count()).toBe(0)
    await page.context().close()
  })

  it('on a phone with conversations the invite takes one row', async () => {
    const page = await views.show('desk', 'list', PHONE)
    const panel = page.locator('hamsa-invite-panel')
    await page.getByRole('button', { name: 'Copy invite link', exact: true }).waitFor()
    expect((await panel.boundingBox())?.height).toBeLessThan(80)
    await page.context().close()
  })

  it('an empty shop name is hinted from the side that the page is read from', async () => {
    const page = await views.show('desk', 'welcome', { ...DESKTOP, lang: 'ar' })
    const box = page.getByRole('textbox', { name: 'اسم المتجر' })
    expect(await box.getAttribute('dir')).toBe('rtl')
    await box.fill('Old House')
    expect(await box.getAttribute('dir')).toBe('ltr')
    await page.context().close()
  })

  it('without an invite the chat says what to open, and who runs the service is told before Start', async () => {
    const page = await views.show('chat', 'bad-missing', DESKTOP)
    await page.getByRole('heading', { name: 'Open your invite link' }).waitFor()
    const about = page.getByRole('link', { name: 'What is Hamsa?' })
    expect(await about.getAttribute('href')).toBe('/?lang=en')
    await page.goto(views.server.address('chat', 'preview', { lang: 'en' }))
    const host = new URL(page.url()).host
    expect(await page.getByText('sees addresses').textContent()).toContain(host)
    await page.context().close()
  })

  it('on a touch screen Enter breaks the line', async () => {
    const page = await views.show('chat', 'empty', PHONE)
    const box = page.getByRole('textbox', { name: 'Message' })
    await box.fill('one')
    await box.press('Enter')
    expect(await asked(page)).toEqual([])
    expect(await box.inputValue()).toBe('one\n')
    await page.context().close()
  })

  it('drafts stay with their conversation', async () => {
    const page = await views.show('desk', 'list', DESKTOP)
    const people = page.getByRole('list', { name: 'Conversations' }).getByRole('button')
    const box = page.getByRole('textbox', { name: 'Message', exact: true })
    await people.nth(0).click()
    await box.fill('for the first')
    await people.nth(1).click()
    expect(await box.inputValue()).toBe('')
    await people.nth(0).click()
    expect(await box.inputValue()).toBe('for the first')
    await page.context().close()
  })

  it('a phone shows one pane at a time, with a way back', async () => {
    const page = await views.show('desk', 'list', PHONE)
    const list = page.getByRole('list', { name: 'Conversations' })
    await list.getByRole('button').first().click()
    await page.getByRole('log', { name: 'Messages' }).waitFor()
    expect(await list.count()).toBe(0)
    await page.getByRole('button', { name: 'Back to conversations' }).click()
    await list.waitFor()
    expect(await page.getByRole('log').count()).toBe(0)
    await page.context().close()
  })

  it('follows the newest at the end; further up it stays and offers to jump', async () => {
    const page = await views.show('chat', 'many', DESKTOP)
    const log = page.getByRole('log')
    const fromEnd = (): Promise<number> =>
      log.evaluate((one) => one.scrollHeight - one.scrollTop - one.clientHeight)
    // Heights and offset are rounded each by itself, and the font may come late.
    const isAtEnd = (): Promise<void> => expect.poll(fromEnd).toBeLessThan(3)
    expect(await log.getByRole('listitem').count()).toBe(400)
    await isAtEnd()
    await page.evaluate(() => window.arrive('one more'))
    await log.getByText('one more').waitFor()
    await isAtEnd()
    await log.evaluate((one) => one.scrollTo(0, 0))
    await page.getByRole('button', { name: 'Jump to the newest message' }).waitFor()
    await page.evaluate(() => window.arrive('and another'))
    await page.getByRole('button', { name: /1.* new message/ }).waitFor()
    expect(await log.evaluate((one) => one.scrollTop)).toBe(0)
    await page.getByRole('button', { name: 'Show earlier messages' }).click()
    await log.getByText('message 800', { exact: true }).waitFor()
    expect(await log.evaluate((one) => one.scrollTop)).toBeGreaterThan(0)
    await page.getByRole('button', { name: /1.* new message/ }).click()
    await page.getByRole('button', { name: /new message/ }).waitFor({ state: 'detached' })
    await isAtEnd()
    await page.context().close()
  })

  it('older messages that come above are not new to who reads further up; the other side’s below are', async () => {
    const page = await views.show('chat', 'many', DESKTOP)
    const log = page.getByRole('log')
    await log.evaluate((one) => one.scrollTo(0, 0))
    const jump = page.getByRole('button', { name: 'Jump to the newest message', exact: true })
    await jump.waitFor()
    await page.evaluate(() => window.arriveEarlier('long ago'))
    await page.evaluate(() => window.arrive('now'))
    await page.getByRole('button', { name: '\u20681\u2069 new message', exact: true }).waitFor()
    await page.context().close()
  })

  it('a text that could not be stored can be tried again, or taken back to where one writes', async () => {
    const page = await views.show('chat', 'storage-failed', DESKTOP)
    const last = page.getByRole('log').getByRole('listitem').last()
    const text = await last.locator('.text').innerText()
    await last.getByRole('button', { name: 'Try again', exact: true }).click()
    await last.getByRole('button', { name: 'Edit', exact: true }).click()
    expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe(text)
    expect((await asked(page)).map(([name]) => name)).toEqual(['retry', 'discard'])
    await page.context().close()
  })

  it('a phone that loads the page anew draws no ring around the messages', async () => {
    const page = await views.show('chat', 'connected', PHONE)
    await page.getByRole('log').tap()
    await page.waitForFunction(() => navigator.userActivation.hasBeenActive)
    await page.goto(views.server.address('chat', 'connected', { lang: 'en' }))
    await page.getByRole('log').waitFor()
    expect(await focused(page)).toBe('')
    await page.context().close()
  })

  it.each(['desk', 'chat'] as const)(
    'a %s that is open in another version offers to load again',
    async (name) => {
      const page = await views.show(name, 'elsewhere', DESKTOP)
      await page.getByRole('button', { name: 'Load again', exact: true }).waitFor()
      await page.context().close()
    },
  )

  it('hostile texts are shown as text, soon, inside the page', async () => {
    const page = await views.show('chat', 'hostile', PHONE)
    await page.getByRole('log').waitFor({ timeout: SHOWN_MS })
    const log = page.getByRole('log')
    expect(await log.locator('img, script, b').count()).toBe(0)
    expect(await log.getByText(HOSTILE_TEXTS.html, { exact: true }).count()).toBe(2)
    expect(await page.title()).not.toBe('owned')
    expect(await log.getByText('(a blank message)').count()).toBe(2)
    expect(await log.textContent()).not.toMatch(/[\u202A-\u202E]/)
    expect(await log.evaluate((one) => one.scrollWidth - one.clientWidth)).toBe(0)
    const zalgo = log.getByRole('listitem').nth(10)
    expect((await zalgo.boundingBox())?.height).toBeLessThan(400)
    await log.getByRole('button', { name: 'Show all of it' }).last().click()
    const whole = await log.getByRole('listitem').last().locator('.text').textContent()
    expect(whole).toBe(HOSTILE_TEXTS.long)
    await page.context().close()
  })

  it('switching the language keeps the draft, the fragment and the page', async () => {
    const page = await views.show('chat', 'connected', { ...DESKTOP, lang: 'ar' })
    await page.evaluate(() => {
      history.replaceState({ invite: 'kept' }, '', '#1.secret')
      window.arrive('still the same page')
    })
    await page.getByRole('textbox').fill('draft')
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('button', { name: 'Send' }).waitFor()
    expect(
      await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]),
    ).toEqual(['en', 'ltr'])
    expect(new URL(page.url()).hash).toBe('#1.secret')
    expect(new URL(page.url()).searchParams.get('lang')).toBe('en')
    expect(await page.evaluate(() => history.state as unknown)).toEqual({ invite: 'kept' })
    expect(await page.getByRole('textbox').inputValue()).toBe('draft')
    await page.getByText('still the same page').waitFor()
    await page.context().close()
  })

  it('a language that cannot be loaded is told, and comes at the next try; the page stays in words', async () => {
    const context = await views.browser.browser.newContext({ ...DESKTOP, reducedMotion: 'reduce' })
    const page = await views.browser.newPage(context)
    await page.route('**/en-*', (route) => route.abort())
    await page.goto(views.server.address('chat', 'connected', { lang: 'en' }))
    await page.getByRole('button', { name: 'إرسال', exact: true }).waitFor()
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('alert').getByText('تعذّر تحميل هذا الجزء.').waitFor()
    expect(views.browser.problems.splice(0).join()).toContain('ERR_FAILED')
    await page.unroute('**/en-*')
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('button', { name: 'Send', exact: true }).waitFor()
    expect(await page.evaluate(() => document.documentElement.dir)).toBe('ltr')
    expect(await page.getByText('تعذّر تحميل هذا الجزء.').count()).toBe(0)
    await context.close()
  })

  it('an Arabic page loads no English text', async () => {
    const context = await views.browser.browser.newContext(DESKTOP)
    const page = await views.browser.newPage(context)
    const loaded: string[] = []
    page.on('request', (request) => loaded.push(new URL(request.url()).pathname))
    await page.goto(views.server.address('desk', 'list', { lang: 'ar' }))
    await page.getByRole('list', { name: 'المحادثات' }).waitFor()
    const english = (): string[] => loaded.filter((path) => /[/.]en-[\w-]+\.js$/.test(path))
    expect(english()).toEqual([])
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('list', { name: 'Conversations' }).waitFor()
    expect(english().length).toBe(3)
    await context.close()
  })

  it('without a word about language a page is Arabic, from right to left; the way to the desk keeps what was chosen', async () => {
    const context = await views.browser.browser.newContext({ locale: 'fr-FR' })
    const page = await views.browser.newPage(context)
    await page.goto(views.server.address('home', ''))
    await page.getByRole('link', { name: 'افتح المكتب' }).waitFor()
    expect(await page.evaluate(() => document.documentElement.dir)).toBe('rtl')
    await page.getByRole('button', { name: 'English' }).click()
    const desk = page.getByRole('link', { name: 'Open the desk' })
    expect(await desk.getAttribute('href')).toBe('/desk?lang=en')
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByText('Light', { exact: true }).click()
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('light')
    await context.close()
  })

  it('a page lets go of its session when it leaves the document', async () => {
    const page = await views.show('chat', 'connected', DESKTOP)
    expect(await page.evaluate(() => window.listeners())).toBe(1)
    const left = await page.evaluate(() => {
      const element = document.querySelector('hamsa-chat')
      element?.remove()
      const after = window.listeners()
      if (element !== null) document.body.append(element)
      return [after, window.listeners()]
    })
    expect(left).toEqual([0, 1])
    await page.context().close()
  })

  it.each(['chat', 'desk'] as const)(
    'a %s whose session throws says so, and is never blank',
    async (name) => {
      const page = await views.show(name, 'crash', DESKTOP)
      await page.getByRole('heading', { name: 'Something went wrong on this page' }).waitFor()
      await page.getByRole('button', { name: 'Load again' }).waitFor()
      await page.context().close()
    },
  )

  it('no state scrolls sideways at 320 px, shows an unknown text, or has a touch target under 44 px', async () => {
    const page = await views.show('home', '', PHONE)
    const states = [
      ['home', ''] as const,
      ...Object.keys(CHAT_STATES).map((state) => ['chat', state] as const),
      ...Object.keys(DESK_STATES).map((state) => ['desk', state] as const),
    ]
    const found: unknown[] = []
    // Each state in one of the languages; in both with HAMSA_LONG=1.
    const isLong = process.env.HAMSA_LONG === '1'
    for (const [turn, lang] of ['ar', 'en'].entries()) {
      for (const [index, [name, state]] of states.entries()) {
        if (!isLong && index % 2 !== turn) continue
        await page.goto(views.server.address(name, state, { lang }))
        await page.getByRole('main').waitFor()
        await press(page, name, state)
        const sideways = await page.evaluate(
          () => document.documentElement.scrollWidth - innerWidth,
        )
        if (sideways > 0) found.push({ lang, name, state, sideways })
        const unknown = await page.getByText('⟦').allTextContents()
        if (unknown.length > 0) found.push({ lang, name, state, unknown })
        for (const button of await page.getByRole('button').all()) {
          const box = await button.boundingBox()
          if (box !== null && (box.width < 43.5 || box.height < 43.5)) {
            found.push({ lang, name, state, small: await button.textContent(), box })
          }
        }
      }
    }
    await page.context().close()
    expect(found).toEqual([])
  }, 300_000)

  it('with text twice as large no state scrolls sideways or cuts the words of a button', async () => {
    const page = await views.show('home', '', DESKTOP)
    const session = await page.context().newCDPSession(page)
    await session.send('Page.setFontSizes', { fontSizes: { standard: 32, fixed: 26 } })
    const found: unknown[] = []
    const states = [
      ['home', ''] as const,
      ...Object.keys(CHAT_STATES).map((state) => ['chat', state] as const),
      ...Object.keys(DESK_STATES).map((state) => ['desk', state] as const),
    ]
    const isLong = process.env.HAMSA_LONG === '1'
    for (const [turn, lang] of ['en', 'ar'].entries()) {
      for (const [index, [name, state]] of states.entries()) {
        if (!isLong && index % 2 !== turn) continue
        await page.goto(views.server.address(name, state, { lang }))
        await page.getByRole('main').waitFor()
        await press(page, name, state)
        const size = await page.evaluate(() => getComputedStyle(document.documentElement).fontSize)
        expect(size).toBe('32px')
        const sideways = await page.evaluate(
          () => document.documentElement.scrollWidth - innerWidth,
        )
        if (sideways > 0) found.push({ lang, name, state, sideways })
        for (const button of await page.getByRole('button').all()) {
          const cut = await button.evaluate((one) => one.scrollWidth - one.clientWidth)
          if (cut > 1) found.push({ lang, name, state, cut, button: await button.textContent() })
        }
      }
    }
    await page.context().close()
    expect(found).toEqual([])
  }, 300_000)
})
