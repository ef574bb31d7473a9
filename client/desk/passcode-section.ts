import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import { HamsaElement } from '../view/hamsa-element.ts'
import { t } from '../view/i18n.ts'
import { icon } from '../view/icons.ts'
import { LockEvent, PasscodeEvent } from './desk-events.ts'
import { safetyStyles } from './safety-styles.ts'
import { fieldProblem, secretField, showSecret } from './secret-field.ts'

/** Enough that each wrong try's longer wait keeps guesses out. */
const MIN_PASSCODE_CHARS = 6

/** What the merchant is doing with the passcode. */
type Doing = 'nothing' | 'writing' | 'removing'
type Told = 'none' | 'storing' | 'set' | 'removed' | 'failed'

const TOLD: Record<Told, string | null> = {
  none: null,
  storing: 'passcode-storing',
  set: 'passcode-done',
  removed: 'passcode-removed',
  failed: 'passcode-failed',
}

/** Sets, changes and takes away the passcode, and locks the desk. */
@customElement('hamsa-passcode-section')
export class PasscodeSection extends HamsaElement {
  static override readonly styles = safetyStyles

  /** A passcode is set. */
  @property({ type: Boolean }) guarded = false
  /** There is a recovery file, should the passcode be forgotten. */
  @property({ type: Boolean }) recoverable = false

  @state() private doing: Doing = 'nothing'
  @state() private told: Told = 'none'
  @state() private shown = false
  @state() private problem: 'short' | 'mismatch' | null = null
  @query('#passcode') private readonly first!: HTMLInputElement | null
  @query('#again') private readonly second!: HTMLInputElement | null
  @query('.begin') private readonly beginButton!: HTMLButtonElement | null
  @query('.sure') private readonly sureButton!: HTMLButtonElement | null

  override render(): TemplateResult {
    return html`<section aria-labelledby="heading">
      <h3 id="heading">${icon('lock')}${t('passcode')}</h3>
      <p class="why">${t(this.guarded ? 'passcode-set-why' : 'passcode-none-why')}</p>
      ${this.#part()}
      <div role="status">${this.#told()}</div>
    </section>`
  }

  #part(): TemplateResult {
    switch (this.doing) {
      case 'nothing':
        return this.guarded ? this.#guardedButtons() : this.#setButton()
      case 'writing':
        return this.#form()
      case 'removing':
        return this.#removal()
    }
  }

  #setButton(): TemplateResult {
    return html`<div class="row">
      <button class="button quiet begin" type="button" @click=${this.#write}>
        ${t('passcode-set')}
      </button>
    </div>`
  }

  #guardedButtons(): TemplateResult {
    return html`<div class="row">
      <button class="button begin" type="button" @click=${this.#lock}>
        ${icon('lock')} ${t('lock-now')}
      </button>
      <button class="button quiet" type="button" @click=${this.#write}>
        ${t('passcode-change')}
      </button>
      <button class="button quiet" type="button" @click=${this.#askRemoval}>
        ${t('passcode-remove')}
      </button>
    </div>`
  }

  #form(): TemplateResult {
    const { shown, problem } = this
    const busy = this.told === 'storing'
    const field = { autocomplete: 'new-password', shown, busy, onInput: this.#onInput } as const
    return html`<form @submit=${this.#onSubmit} novalidate>
      ${secretField({
        ...field,
        id: 'passcode',
        label: t('passcode-new'),
        describedBy: 'hint problem',
        invalid: problem === 'short',
      })}
      ${fieldProblem('problem', problem === 'short' ? t('passcode-short') : null)}
      <p id="hint" class="hint">${t('passcode-hint')}</p>
      ${secretField({
        ...field,
        id: 'again',
        label: t('passcode-new-again'),
        describedBy: 'again-problem',
        invalid: problem === 'mismatch',
      })}
      ${fieldProblem('again-problem', problem === 'mismatch' ? t('passcode-mismatch') : null)}
      ${showSecret(shown, (next) => (this.shown = next))}
      ${
        this.recoverable
          ? html`<p class="hint">${t('passcode-forget')}</p>`
          : html`<p class="told caution">
              ${icon('warning')}<span>${t('passcode-save-first')}</span>
            </p>`
      }
      <div class="row">
        <button class="button" type="submit" aria-disabled=${busy ? 'true' : 'false'}>
          ${t('passcode-save')}
        </button>
        ${this.#cancelButton()}
      </div>
    </form>`
  }

  #removal(): TemplateResult {
    return html`<p id="sure" class="told caution">
        ${icon('warning')}<span>${t('passcode-remove-sure')}</span>
      </p>
      <div class="row">
        <button
          class="button danger sure"
          type="button"
          aria-describedby="sure"
          aria-disabled=${this.told === 'storing' ? 'true' : 'false'}
          @click=${this.#remove}
        >
          ${t('passcode-remove')}
        </button>
        ${this.#cancelButton()}
      </div>`
  }

  #cancelButton(): TemplateResult {
    return html`<button class="button quiet" type="button" @click=${this.#cancel}>
      ${t('cancel')}
    </button>`
  }

  #told(): TemplateResult | typeof nothing {
    const text = TOLD[this.told]
    if (text === null) return nothing
    if (this.told === 'storing') return html`<p class="hint">${t(text)}</p>`
    return this.told === 'failed'
      ? html`<p class="problem">${icon('warning')} ${t(text)}</p>`
      : html`<p class="told done">${icon('check')}<span>${t(text)}</span></p>`
  }

  readonly #write = async (): Promise<void> => {
    this.#begin('writing')
    await this.updateComplete
    this.first?.focus()
  }

  readonly #askRemoval = async (): Promise<void> => {
    this.#begin('removing')
    await this.updateComplete
    this.sureButton?.focus()
  }

  readonly #cancel = async (): Promise<void> => {
    this.#begin('nothing')
    await this.updateComplete
    this.beginButton?.focus()
  }

  #begin(doing: Doing): void {
    this.doing = doing
    this.told = 'none'
    this.problem = null
    this.shown = false
  }

  readonly #lock = (): void => {
    this.dispatchEvent(new LockEvent())
  }

  readonly #onInput = (): void => {
    this.problem = null
  }

  readonly #onSubmit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const { first, second } = this
    if (first === null || second === null) return
    const isShort = [...first.value].length < MIN_PASSCODE_CHARS
    this.problem = isShort ? 'short' : first.value === second.value ? null : 'mismatch'
    if (this.problem !== null) return (isShort ? first : second).focus()
    await this.#store(first.value)
  }

  readonly #remove = (): Promise<void> => this.#store(null)

  async #store(passcode: string | null): Promise<void> {
    if (this.told === 'storing') return
    this.told = 'storing'
    const question = new PasscodeEvent(passcode)
    this.dispatchEvent(question)
    const stored = await (question.answer ?? Promise.resolve(false)).catch(() => false)
    this.told = stored ? (passcode === null ? 'removed' : 'set') : 'failed'
    if (!stored) return
    this.doing = 'nothing'
    await this.updateComplete
    this.beginButton?.focus()
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'hamsa-passcode-section': PasscodeSection
  }
}
