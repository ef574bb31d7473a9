import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { launchBrowser, type TestBrowser } from '../helpers/browser.ts'
import { openFixtureServer, type FixtureServer } from './fixture-server.ts'
import { CHAT_STATES, DESK_STATES } from './fixtures/states.ts'
import { press } from './views.ts'

/** Pictures for people to look at: `HAMSA_SCREENS=folder npx vitest run test/view/screens.test.ts`. */
const folder = process.env.HAMSA_SCREENS ?? ''
const only = process.env.HAMSA_ONLY ?? ''

const SIZES = {
  narrow: { width: 320, height: 640 },
  phone: { width: 360, height: 780 },
  desktop: { width: 1280, height: 800 },
}

describe.skipIf(folder === '')('pictures of every state', () => {
  let server: FixtureServer
  let browser: TestBrowser

  beforeAll(async () => {
    server = await openFixtureServer()
    browser = await launchBrowser()
    await mkdir(folder, { recursive: true })
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
  })

  const shots = [
    ...Object.keys(CHAT_STATES).map((state) => ['chat', state] as const),
    ...Object.keys(DESK_STATES).map((state) => ['desk', state] as const),
    ['home', ''] as const,
  ].filter(([page, state]) => `${page}-${state}`.match(only))

  for (const lang of ['ar', 'en'] as const) {
    for (const [size, viewport] of Object.entries(SIZES)) {
      for (const colorScheme of ['light', 'dark'] as const) {
        it(`${lang} ${size} ${colorScheme}`, { timeout: 600_000 }, async () => {
          const touch = size !== 'desktop'
          const context = await browser.browser.newContext({
            viewport,
            colorScheme,
            hasTouch: touch,
            isMobile: touch,
            reducedMotion: 'reduce',
          })
          const page = await context.newPage()
          for (const [name, state] of shots) {
            await page.goto(server.address(name, state, { lang }))
            await page.waitForFunction(() => window.drawn)
            await page.evaluate(() => document.fonts.ready)
            await press(page, name, state)
            await page.screenshot({
              path: join(folder, `${name}-${state}-${lang}-${size}-${colorScheme}.png`),
            })
          }
          await context.close()
        })
      }
    }
  }
})
