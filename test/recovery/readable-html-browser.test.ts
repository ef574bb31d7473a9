import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readableHtml } from '../../client/recovery/readable-html.ts'
import { launchBrowser, type TestBrowser } from '../helpers/browser.ts'
import { findChromium } from '../helpers/chromium.ts'
import { ENGLISH, HOSTILE_TEXTS, joined, message, shown } from './export-fixtures.ts'

/** All that the page is built of. */
const ELEMENTS = new Set(
  'HTML HEAD META TITLE STYLE BODY H1 SECTION H2 OL LI DIV B TIME SPAN P'.split(' '),
)

describe.skipIf(findChromium() === null)('readable export in a browser', () => {
  let folder = ''
  let chromium: TestBrowser
  let page: Page
  const requests: string[] = []
  const dialogs: string[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hamsa-export-'))
    const file = join(folder, 'export.html')
    const conversations = [
      ...HOSTILE_TEXTS.map((text) => ({ name: text, messages: [message(text, { edited: true })] })),
      { name: 'Directions', messages: [message('مرحبا'), message('hello'), message('١٢٣ hello')] },
    ]
    await writeFile(file, await joined(readableHtml(conversations, ENGLISH)))
    chromium = await launchBrowser()
    page = await chromium.newPage(await chromium.newContext())
    page.on('request', (request) => requests.push(request.url()))
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message())
      void dialog.dismiss()
    })
    await page.goto(pathToFileURL(file).href)
  })

  afterAll(async () => {
    await chromium.close()
    await rm(folder, { recursive: true })
  })

  it('[RC22] shows hostile names and texts as they are, letter by letter', async () => {
    const texts = await page.locator('p.text').allTextContents()
    const names = await page.locator('h2').allTextContents()
    expect(texts.slice(0, HOSTILE_TEXTS.length)).toEqual(HOSTILE_TEXTS.map(shown))
    expect(names.slice(0, HOSTILE_TEXTS.length)).toEqual(HOSTILE_TEXTS.map(shown))
    expect(await page.title()).toBe(ENGLISH.title)
  })

  it('[RC21] is built of harmless elements alone, and loads nothing', async () => {
    const found = await page.evaluate(() =>
      Array.from(document.querySelectorAll('*'), ({ tagName, attributes }) => ({
        tagName,
        attributes: Array.from(attributes, ({ name }) => name),
      })),
    )
    expect(found.filter(({ tagName }) => !ELEMENTS.has(tagName))).toEqual([])
    const handlers = found
      .flatMap(({ attributes }) => attributes)
      .filter((name) => /^on|^style$|^src$|^href$/.test(name))
    expect(handlers).toEqual([])
    expect(requests.length).toBe(1)
    expect(dialogs).toEqual([])
    expect(chromium.problems).toEqual([])
  })

  it('[RC24] gives each text its own direction', async () => {
    const directions = await page
      .locator('section:last-of-type p.text')
      .evaluateAll((all) => all.map((one) => getComputedStyle(one).direction))
    expect(directions).toEqual(['rtl', 'ltr', 'ltr'])
  })

  it('[RC23] keeps the lines and spaces of a text', async () => {
    const spacing = await page
      .locator('p.text')
      .first()
      .evaluate((one) => getComputedStyle(one).whiteSpace)
    expect(spacing).toBe('pre-wrap')
  })

  it('[RC21] forbids scripts and pictures, should one come in after all', async () => {
    const refused = await page.evaluate(
      () =>
        new Promise<string[]>((resolve) => {
          const directives: string[] = []
          document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
            directives.push(effectiveDirective)
            if (directives.length === 2) resolve(directives.sort())
          })
          const script = document.createElement('script')
          script.textContent = 'document.title = "broken"'
          const picture = document.createElement('img')
          picture.src = 'data:image/gif;base64,R0lGODlhAQABAAAAACw='
          document.body.append(script, picture)
        }),
    )
    expect(refused).toEqual(['img-src', 'script-src-elem'])
    expect(await page.title()).toBe(ENGLISH.title)
  })
})
