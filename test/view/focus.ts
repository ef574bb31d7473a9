import type { Page } from 'playwright-core'

/** What has the focus, through all shadow roots: its accessible words. */
export function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    let at = document.activeElement
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
    if (at === null || at === document.body) return ''
    const root = at.getRootNode()
    const label =
      at.id !== '' && root instanceof ShadowRoot
        ? root.querySelector(`label[for="${at.id}"]`)
        : null
    const words = label?.textContent ?? at.getAttribute('aria-label') ?? at.textContent
    return words.trim().replace(/\s+/g, ' ')
  })
}

/** Whether the focus is inside an open dialog, or with the browser itself, as the native dialog lets it. */
export function isFocusInDialog(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    let at = document.activeElement
    if (at === null || at === document.body) return true
    while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
    // Up through slots and shadow roots, as the events go.
    for (let node: Node | null = at; node !== null;) {
      if (node instanceof HTMLDialogElement) return node.open
      const slot: Node | null = node instanceof Element ? node.assignedSlot : null
      node = slot ?? (node instanceof ShadowRoot ? node.host : node.parentNode)
    }
    return false
  })
}
