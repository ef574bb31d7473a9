import axe from 'axe-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findChromium } from '../helpers/chromium.ts'
import { CHAT_STATES, DESK_STATES } from './fixtures/states.ts'
import { openViews, press, type Views } from './views.ts'

const STATES = [
  ...Object.keys(CHAT_STATES).map((state) => ['chat', state] as const),
  ...Object.keys(DESK_STATES).map((state) => ['desk', state] as const),
  ['home', ''] as const,
]
/** All of them in both languages and themes with HAMSA_LONG=1; else each state in one language of each theme. */
function statesOf(combination: number): typeof STATES {
  if (process.env.HAMSA_LONG === '1') return STATES
  return STATES.filter((_, index) => index % 2 === combination % 2)
}
const SIZES = [
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
]

describe.skipIf(findChromium() === null)('accessibility of every state', () => {
  let views: Views
  beforeAll(async () => {
    views = await openViews()
  })
  afterAll(() => views.close())

  for (const [index, lang] of (['ar', 'en'] as const).entries()) {
    for (const [other, colorScheme] of (['light', 'dark'] as const).entries()) {
      // Each language and each theme is seen at both sizes.
      const viewport = SIZES[(index + other) % 2]
      it(
        `axe finds nothing, ${lang} ${colorScheme} at ${viewport?.width}`,
        { timeout: 300_000 },
        async () => {
          const page = await views.show('home', '', {
            lang,
            colorScheme,
            viewport: viewport ?? null,
            bypassCSP: true,
          })
          const found: unknown[] = []
          // Only the rule of contrast knows colours: in the dark the others would say the same again.
          const rules = colorScheme === 'dark' ? { runOnly: ['color-contrast'] } : {}
          for (const [name, state] of statesOf(index + other)) {
            await page.goto(views.server.address(name, state, { lang }))
            // Each page has one; parts of some come after the page.
            await page.locator('h1').first().waitFor({ state: 'attached' })
            await press(page, name, state)
            await page.evaluate(axe.source)
            const { violations, passes, incomplete } = await page.evaluate(
              (rules) => window.axe.run(rules),
              rules,
            )
            // It did look at a page; text above the backdrop's lines is what it calls incomplete.
            expect(passes.length + incomplete.length).toBeGreaterThan(0)
            for (const { id, nodes } of violations) {
              found.push({
                name,
                state,
                id,
                at: nodes.map(({ target, failureSummary }) => [target, failureSummary]),
              })
            }
          }
          await page.context().close()
          expect(found).toEqual([])
        },
      )
    }
  }
})

declare global {
  interface Window {
    axe: typeof axe
  }
}
