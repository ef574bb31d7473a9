import type { Page } from 'playwright-core'

/** When a text stood on a page, on the computer's clock in milliseconds. */
export type Shown = {
  /** It is in the document and laid out. */
  readonly laidOutMs: number
  /** The frame with it was handed over to be drawn. */
  readonly paintedMs: number
}

/** From the first byte of the page to a message that the shop has, in milliseconds since the link was opened. */
export type FirstMessage = {
  readonly startedMs: number
  readonly sentMs: number
  readonly deliveredMs: number
}

export type PageHand = {
  /** Watches for this text from now on; `shown` gives what became of it. */
  watch(text: string): void
  shown(text: string): Promise<Shown>
  /** Writes and presses Send; gives the moment before the press. */
  say(text: string): number
  /** Presses Start as soon as it is there, says the text as soon as one can write, and waits until the shop has it. */
  beFirst(text: string): Promise<FirstMessage>
}

declare global {
  interface Window {
    hand: PageHand
  }
}

/** Gives a desk or chat page, before it is opened, a hand that is faster than a driver outside of it. */
export async function giveHand(page: Page): Promise<void> {
  await page.addInitScript(installHand)
}

/** Runs in the page: takes nothing from this file. */
function installHand(): void {
  const clockMs = (): number => performance.timeOrigin + performance.now()
  const watched = new Map<string, Promise<Shown>>()

  function find(selector: string, root: Document | ShadowRoot = document): Element | null {
    const here = root.querySelector(selector)
    if (here !== null) return here
    for (const one of root.querySelectorAll('*')) {
      const within = one.shadowRoot === null ? null : find(selector, one.shadowRoot)
      if (within !== null) return within
    }
    return null
  }

  async function until<T>(look: () => T | null): Promise<T> {
    for (;;) {
      const found = look()
      if (found !== null) return found
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }

  const list = (): ShadowRoot | null => find('hamsa-message-list')?.shadowRoot ?? null
  const itemWith = (text: string): Element | null =>
    [...(list()?.querySelectorAll('li') ?? [])].findLast(
      (item) => item.querySelector('.text')?.textContent.includes(text) === true,
    ) ?? null

  async function appear(text: string): Promise<Shown> {
    const root = list()
    if (root === null) throw new Error('no messages on this page')
    const item = await new Promise<Element>((resolve) => {
      const observer = new MutationObserver(() => {
        const found = itemWith(text)
        if (found === null) return
        observer.disconnect()
        resolve(found)
      })
      observer.observe(root, { childList: true, subtree: true, characterData: true })
    })
    item.getBoundingClientRect() // the layout is done by the time this returns
    const laidOutMs = clockMs()
    await new Promise((resolve) => requestAnimationFrame(resolve))
    await new Promise((resolve) => setTimeout(resolve))
    return { laidOutMs, paintedMs: clockMs() }
  }

  function write(text: string): () => void {
    const composer = find('hamsa-composer')?.shadowRoot
    const field = composer?.querySelector('textarea')
    const button = composer?.querySelector('button.send')
    if (!(field instanceof HTMLTextAreaElement) || !(button instanceof HTMLButtonElement)) {
      throw new Error('nowhere to write')
    }
    field.value = text
    field.dispatchEvent(new Event('input', { bubbles: true, composed: true }))
    return () => button.click()
  }

  window.hand = {
    watch: (text) => void watched.set(text, appear(text)),
    async shown(text) {
      const shown = watched.get(text)
      if (shown === undefined) throw new Error('nobody watches for it')
      return shown
    },
    say(text) {
      const press = write(text)
      const nowMs = clockMs()
      press()
      return nowMs
    },
    async beFirst(text) {
      const start = await until(() => find('button.start'))
      const startedMs = performance.now()
      if (start instanceof HTMLButtonElement) start.click()
      await until(() => find('hamsa-composer')?.shadowRoot?.querySelector('textarea') ?? null)
      const press = write(text)
      const sentMs = performance.now()
      press()
      await until(() =>
        /delivered|seen/.test(itemWith(text)?.querySelector('.state')?.textContent ?? '')
          ? true
          : null,
      )
      return { startedMs, sentMs, deliveredMs: performance.now() }
    },
  }
}
