import { html, type ReactiveControllerHost, type TemplateResult } from 'lit'
import { t } from './i18n.ts'
import { icon } from './icons.ts'

/** A part of a page whose code and texts load when it is first wanted. */
export class LazyPart {
  readonly #host: Pick<ReactiveControllerHost, 'requestUpdate'>
  readonly #load: () => Promise<unknown>
  #state: 'absent' | 'loading' | 'here' | 'failed' = 'absent'

  constructor(host: Pick<ReactiveControllerHost, 'requestUpdate'>, load: () => Promise<unknown>) {
    this.#host = host
    this.#load = load
  }

  /** Begins to load; harmless when it is here or on its way. Never rejects: what failed is drawn. */
  async want(): Promise<void> {
    if (this.#state === 'loading' || this.#state === 'here') return
    this.#become('loading')
    try {
      await this.#load()
      this.#become('here')
    } catch {
      this.#become('failed') // no connection, or a newer build has taken this one's place
    }
  }

  /** The part, or why it is not there; that is put in a frame of its own where the part is a whole page. */
  draw(
    part: () => TemplateResult,
    frame: (told: TemplateResult) => TemplateResult = (told) => told,
  ): TemplateResult {
    switch (this.#state) {
      case 'here':
        return part()
      case 'absent':
      case 'loading':
        return frame(html`<p role="status">${t('loading')}</p>`)
      case 'failed':
        return frame(
          html`<div role="alert">
            <p class="problem">${icon('warning')} ${t('part-failed')}</p>
            <button class="button quiet" type="button" @click=${() => this.want()}>
              ${t('retry')}
            </button>
          </div>`,
        )
    }
  }

  #become(state: 'loading' | 'here' | 'failed'): void {
    this.#state = state
    this.#host.requestUpdate()
  }
}
