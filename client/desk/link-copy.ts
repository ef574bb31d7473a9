import {
  html,
  nothing,
  type ReactiveController,
  type ReactiveControllerHost,
  type TemplateResult,
} from 'lit'
import { t } from '../view/i18n.ts'

/** How long "Copied" stands. */
const COPIED_MS = 3_000

/** Copies a link for its host and keeps what came of it, until it leaves the page. */
export class LinkCopy implements ReactiveController {
  readonly #host: ReactiveControllerHost
  #state: 'not-yet' | 'copied' | 'failed' = 'not-yet'
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(host: ReactiveControllerHost) {
    this.#host = host
    host.addController(this)
  }

  get state(): 'not-yet' | 'copied' | 'failed' {
    return this.#state
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer)
    this.#state = 'not-yet'
  }

  /** Whether it is in the clipboard. When not, the host shows the link for copying by hand. */
  async copy(link: string): Promise<boolean> {
    this.#become('not-yet')
    try {
      await navigator.clipboard.writeText(link)
    } catch {
      this.#become('failed') // no permission
      return false
    }
    this.#become('copied')
    this.#timer = setTimeout(() => this.#become('not-yet'), COPIED_MS)
    return true
  }

  told(): TemplateResult | typeof nothing {
    switch (this.#state) {
      case 'not-yet':
        return nothing
      case 'copied':
        return html`<span class="done">${t('invite-copied')}</span>`
      case 'failed':
        return html`<span class="failed">${t('invite-copy-failed')}</span>`
    }
  }

  #become(state: 'not-yet' | 'copied' | 'failed'): void {
    clearTimeout(this.#timer)
    this.#state = state
    this.#host.requestUpdate()
  }
}
