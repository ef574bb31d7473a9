import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import type { DeskSnapshot } from '../session/snapshots.ts'
import { HamsaElement } from '../view/hamsa-element.ts'
import { t } from '../view/i18n.ts'
import { icon } from '../view/icons.ts'
import { LazyPart } from '../view/lazy-part.ts'
import { cardStyles } from '../view/page-frame.ts'
import { sharedStyles } from '../view/shared-styles.ts'
import './shop-form.ts'

type WelcomeSnapshot = Extract<DeskSnapshot, { readonly type: 'welcome' }>

/**
 * The first start: what will happen, and the name. Or, in its place, a shop that comes back from
 * its recovery file; that form loads when it is asked for.
 */
@customElement('hamsa-welcome')
export class Welcome extends HamsaElement {
  static override readonly styles = [
    sharedStyles,
    cardStyles,
    css`
      :host {
        inline-size: min(100%, 27.5rem);
      }

      .words {
        display: grid;
        gap: var(--space-2);
      }

      .facts {
        padding-block-start: var(--space-5);
        border-block-start: 1px solid var(--line);
        color: var(--ink-soft);
        font-size: var(--text-s);
      }
    `,
  ]

  @property({ attribute: false }) welcome: WelcomeSnapshot | null = null
  @state() private restoring = false
  @query('.other') private readonly otherWay!: HTMLButtonElement | null
  @query('h1') private readonly headline!: HTMLElement | null

  readonly #form = new LazyPart(this, () => import('./restore-form.ts'))

  override focus(): void {
    this.headline?.focus()
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const restore = this.welcome?.restore.type ?? 'idle'
    if (changed.has('welcome') && restore !== 'idle') this.#beginRestoring()
  }

  override render(): TemplateResult {
    if (this.welcome === null) return html``
    return html`<div class="card">
      ${this.restoring ? this.#restore(this.welcome) : this.#create(this.welcome)}
    </div>`
  }

  #create({ problem, creating }: WelcomeSnapshot): TemplateResult {
    return html`<div class="words">
        <h1 tabindex="-1">${t('welcome-title')}</h1>
        <p class="lead">${t('welcome-lead')}</p>
      </div>
      <hamsa-shop-form .problem=${problem} ?creating=${creating}></hamsa-shop-form>
      <button
        class="button quiet other"
        type="button"
        aria-disabled=${creating ? 'true' : 'false'}
        @click=${creating ? nothing : this.#beginRestoring}
      >
        ${icon('key')} ${t('recovery-have')}
      </button>
      <ul class="facts">
        <li>${icon('key')}<span>${t('welcome-account')}</span></li>
        <li>${icon('cloudless')}<span>${t('welcome-server')}</span></li>
        <li>${icon('device')}<span>${t('welcome-browser')}</span></li>
        <li>${icon('eye')}<span>${t('welcome-operator')}</span></li>
      </ul>`
  }

  #restore({ restore }: WelcomeSnapshot): TemplateResult {
    const busy = restore.type === 'busy'
    return html`${this.#form.draw(
        () => html`<hamsa-restore-form .restore=${restore}></hamsa-restore-form>`,
      )}
      <button
        class="button quiet other"
        type="button"
        aria-disabled=${busy ? 'true' : 'false'}
        @click=${busy ? nothing : this.#backToNew}
      >
        ${t('recovery-have-not')}
      </button>`
  }

  readonly #beginRestoring = (): void => {
    this.restoring = true
    void this.#form.want()
  }

  readonly #backToNew = async (): Promise<void> => {
    this.restoring = false
    await this.updateComplete
    this.otherWay?.focus()
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'hamsa-welcome': Welcome
  }
}
