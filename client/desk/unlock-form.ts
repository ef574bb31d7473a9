import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import type { DeskSnapshot } from '../session/snapshots.ts'
import { HamsaElement } from '../view/hamsa-element.ts'
import { t } from '../view/i18n.ts'
import { icon } from '../view/icons.ts'
import { sharedStyles } from '../view/shared-styles.ts'
import { UnlockEvent } from './desk-events.ts'
import { secretField, secretFieldStyles, showSecret } from './secret-field.ts'
import { waitText } from './wait-text.ts'

type Locked = Extract<DeskSnapshot, { readonly type: 'locked' }>

/** How often what is left of a wait is told anew. */
const TICK_MS = 1_000

/** Where the passcode of a locked desk is given; after a wrong one it counts down to the next try. */
@customElement('hamsa-unlock-form')
export class UnlockForm extends HamsaElement {
  static override readonly styles = [
    sharedStyles,
    secretFieldStyles,
    css`
      form {
        display: grid;
        gap: var(--space-2);
      }

      .field,
      .button {
        min-block-size: 3.25rem;
        font-size: var(--text-l);
      }

      #wait:not(:has(*)) {
        position: absolute;
      }

      .told {
        display: flex;
        gap: var(--space-2);
        color: var(--ink-soft);
        font-size: var(--text-s);
      }

      .told .icon {
        margin-block-start: 0.1em;
      }

      .told.open {
        color: var(--calm);
      }
    `,
  ]

  @property({ attribute: false }) locked: Locked | null = null

  @state() private nowMs = Date.now()
  @state() private empty = false
  @state() private shown = false
  /** How long the wait was when it was announced: a screen reader is not told each second. */
  @state() private announcedMs = 0
  /** A wait has ended before the merchant's eyes. */
  @state() private waited = false
  @query('#passcode') private readonly box!: HTMLInputElement | null

  #ticking: ReturnType<typeof setInterval> | undefined

  override connectedCallback(): void {
    super.connectedCallback()
    this.#tick()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#stopTicking()
  }

  override focus(): void {
    this.box?.focus()
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('locked')) return
    this.empty = false
    this.waited = false
    this.#tick()
    this.announcedMs = this.#waitMs()
  }

  protected override firstUpdated(): void {
    this.focus()
  }

  protected override updated(changed: PropertyValues<this>): void {
    const before = changed.get('locked')
    if (before === null || before === undefined || this.locked === null) return
    const answered = before.busy || before.retryAtMs !== this.locked.retryAtMs
    if (!answered || this.locked.busy || this.locked.problem === null) return
    this.box?.select()
    this.focus()
  }

  override render(): TemplateResult {
    const busy = this.locked?.busy === true
    const waitMs = this.#waitMs()
    const problem = this.#problem()
    return html`<form @submit=${this.#onSubmit} novalidate>
      ${secretField({
        id: 'passcode',
        label: t('passcode'),
        autocomplete: 'current-password',
        shown: this.shown,
        describedBy: 'problem wait',
        invalid: problem !== null,
        busy,
      })}
      <div id="problem" role="alert">
        ${problem === null ? nothing : html`<p class="problem">${icon('warning')} ${problem}</p>`}
      </div>
      <div id="wait">
        ${
          waitMs > 0
            ? html`<p class="told" role="timer">
                ${icon('clock')}<span>${t('passcode-wait', { time: waitText(waitMs) })}</span>
              </p>`
            : nothing
        }
      </div>
      <div class="unseen" role="alert">
        ${waitMs > 0 ? t('passcode-wait', { time: waitText(this.announcedMs) }) : nothing}
      </div>
      <div role="status">${this.#status(busy)}</div>
      ${showSecret(this.shown, (shown) => (this.shown = shown))}
      <button class="button" type="submit" aria-disabled=${busy || waitMs > 0 ? 'true' : 'false'}>
        ${t('unlock')}
      </button>
    </form>`
  }

  #problem(): string | null {
    if (this.empty) return t('passcode-empty')
    if (this.locked === null || this.locked.busy || this.waited) return null
    switch (this.locked.problem) {
      case 'wrong':
        return t('passcode-wrong')
      case 'too-early':
        return t('passcode-early')
      case null:
        return null
    }
  }

  #status(busy: boolean): TemplateResult | typeof nothing {
    if (busy) return html`<p class="told">${t('unlocking')}</p>`
    if (!this.waited) return nothing
    return html`<p class="told open">${icon('check')}<span>${t('passcode-try-now')}</span></p>`
  }

  #waitMs(): number {
    return Math.max(0, (this.locked?.retryAtMs ?? 0) - this.nowMs)
  }

  /** Looks at the clock; goes on looking while there is a wait. */
  readonly #tick = (): void => {
    const waited = this.#ticking !== undefined && this.#waitMs() > 0
    this.nowMs = Date.now()
    if (this.#waitMs() > 0) {
      this.#ticking ??= setInterval(this.#tick, TICK_MS)
      return
    }
    this.#stopTicking()
    if (waited) this.waited = true
  }

  #stopTicking(): void {
    clearInterval(this.#ticking)
    this.#ticking = undefined
  }

  readonly #onSubmit = (event: SubmitEvent): void => {
    event.preventDefault()
    const passcode = this.box?.value ?? ''
    this.empty = passcode === ''
    if (this.empty) return this.focus()
    this.#tick()
    if (this.locked?.busy === false && this.#waitMs() === 0) {
      this.dispatchEvent(new UnlockEvent(passcode))
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'hamsa-unlock-form': UnlockForm
  }
}
