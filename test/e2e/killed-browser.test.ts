import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, type TestBrowser } from '../helpers/browser.ts'
import { findChromium } from '../helpers/chromium.ts'
import { chosenSeed, seededRandom } from '../helpers/seeded-random.ts'
import { startTestServer, type TestServer } from '../helpers/server.ts'
import { LONG } from '../load/pairs.ts'
import {
  ARRIVED,
  message,
  openFirstConversation,
  openShop,
  say,
  startChat,
  texts,
} from './people.ts'

const MEETING_MS = 60_000
const KILLS = LONG ? 20 : 4
const LATEST_KILL_MS = 500
const STORING = 'on this device…'

/** A text on the shopper's screen, and the words under it. */
type Shown = readonly [text: string, state: string]

/** A Chromium with a profile on disk that can be killed as by a power cut. */
class MortalBrowser {
  readonly #child: ChildProcess
  readonly #close: () => Promise<void>
  readonly page: Page

  private constructor(child: ChildProcess, page: Page, close: () => Promise<void>) {
    this.#child = child
    this.page = page
    this.#close = close
  }

  static async start(profile: string): Promise<MortalBrowser> {
    const flags = [
      ...['--headless=new', '--no-sandbox', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--allow-loopback-in-peer-connection'],
      ...['--remote-debugging-port=0', `--user-data-dir=${profile}`, '--disable-gpu'],
    ]
    const child = spawn(findChromium() ?? '', [...flags, 'about:blank'], {
      detached: true, // a group of its own, which dies as one
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const browser = await chromium.connectOverCDP(await endpointOf(child))
    const [context] = browser.contexts()
    if (context === undefined) throw new Error('a browser has a first profile')
    const page = await context.newPage()
    return new MortalBrowser(child, page, () => browser.close())
  }

  /** -KILL to all its processes. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const gone = once(this.#child, 'exit')
    process.kill(-(this.#child.pid ?? 0), 'SIGKILL')
    await gone
    await this.#close().catch(() => undefined) // it is gone: so it was meant
  }
}

async function endpointOf({ stderr }: ChildProcess): Promise<string> {
  if (stderr === null) throw new Error('the browser’s words are piped')
  const lines = createInterface({ input: stderr })
  for await (const line of lines) {
    const found = /DevTools listening on (\S+)/.exec(line)?.[1]
    if (found === undefined) continue
    stderr.resume()
    return found
  }
  throw new Error('the browser did not start')
}

describe.skipIf(findChromium() === null)('a browser that dies right after Send', () => {
  let browser: TestBrowser
  let server: TestServer
  let profile: string
  let mortal: MortalBrowser

  beforeAll(async () => {
    browser = await launchBrowser()
    server = await startTestServer()
    profile = await mkdtemp(join(tmpdir(), 'hamsa-killed-'))
  })
  afterAll(async () => {
    await mortal.kill()
    await browser.close()
    await server.close()
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  })

  it(
    `[LK9] has kept each message that it showed as kept, and sends it once, ${KILLS} times`,
    { timeout: LONG ? 30 * 60_000 : 240_000 },
    async () => {
      const seed = chosenSeed()
      const random = seededRandom(seed)
      process.stdout.write(`kills by HAMSA_SEED=${seed}\n`)
      const desk = await openShop(browser, server.origin)
      mortal = await MortalBrowser.start(profile)
      await startChat(mortal.page, desk.invite)
      await say(mortal.page, 'hello')
      await openFirstConversation(desk.page)
      await message(desk.page, 'hello').waitFor({ timeout: MEETING_MS })
      const { href: address } = new URL(mortal.page.url())

      const kept = new Set(['hello'])
      let asked = 0
      for (let kill = 0; kill < KILLS; kill++) {
        let shown: readonly Shown[] = []
        await mortal.page.exposeFunction('tellShown', (now: readonly Shown[]) => (shown = now))
        await mortal.page.evaluate(tellOfMessages)
        const delayMs = Math.floor(random() * LATEST_KILL_MS)
        const box = mortal.page.getByRole('textbox', { name: 'Message' })
        await box.fill(`text ${kill}`)
        asked++
        // Not awaited: the answer to a click may come after the end.
        const clicked = mortal.page.getByRole('button', { name: 'Send' }).click()
        clicked.catch(() => undefined)
        await new Promise((resolve) => setTimeout(resolve, delayMs))
        await mortal.kill()
        const shownAsKept = shown.filter(([, state]) => state !== '' && state !== STORING)
        for (const [text] of shownAsKept) kept.add(text)
        process.stdout.write(
          `killed ${delayMs} ms after Send: ${shown.find(([text]) => text === `text ${kill}`)?.[1] ?? 'not shown'}\n`,
        )

        mortal = await MortalBrowser.start(profile)
        await mortal.page.goto(address)
        await message(mortal.page, 'hello').waitFor({ timeout: MEETING_MS })
        await say(mortal.page, `back ${kill}`)
        kept.add(`back ${kill}`)
        await message(mortal.page, `back ${kill}`)
          .getByText(ARRIVED)
          .waitFor({ timeout: MEETING_MS })
        const [onChat, onDesk] = [await texts(mortal.page), await texts(desk.page)]
        expect(onDesk).toEqual(onChat)
        expect(new Set(onChat).size).toBe(onChat.length)
        expect([...kept].filter((text) => !onChat.includes(text))).toEqual([])
      }
      expect(asked).toBe(KILLS)
    },
  )
})

/** Runs in the page: tells of all messages and their states whenever the screen was drawn anew and they have changed. */
function tellOfMessages(): void {
  let last = ''
  /** Of this root and the shadow roots below it. */
  const itemsIn = (root: Document | ShadowRoot): readonly Element[] =>
    [...root.querySelectorAll('*')].flatMap((one) => [
      ...(one.matches('[role="log"] li') ? [one] : []),
      ...(one.shadowRoot === null ? [] : itemsIn(one.shadowRoot)),
    ])
  const look = (): void => {
    const shown = itemsIn(document).map((item) => [
      item.querySelector('.text')?.textContent ?? '',
      (item.querySelector('.state')?.textContent ?? '').trim(),
    ])
    const now = JSON.stringify(shown)
    const { tellShown } = window as unknown as { tellShown: (all: unknown) => void }
    if (now !== last) tellShown(shown)
    last = now
    requestAnimationFrame(look)
  }
  look()
}
