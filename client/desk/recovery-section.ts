import { css, html, nothing, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import { HamsaElement } from '../view/hamsa-element.ts'
import { t } from '../view/i18n.ts'
import { icon } from '../view/icons.ts'
import { RecoveryFileEvent } from './desk-events.ts'
import { fileTold, saveAnswer, type FileStep } from './file-told.ts'
import { strengthOf, type Strength } from './passphrase-strength.ts'
import { safetyStyles } from './safety-styles.ts'
import { fieldProblem, secretField, showSecret } from './secret-field.ts'

const STRENGTHS: Record<Strength, string> = {
  short: 'strength-short',
  weak: 'strength-weak',
  fair: 'strength-fair',
  strong: 'strength-strong',
}

/** Saves the whole shop in a file, sealed under a passphrase. */
@customElement('hamsa-recovery-section')
export class RecoverySection extends HamsaElement {
  static override readonly styles = [
    safetyStyles,
    css`
      .strength {
        --part: 15%;

        display: grid;
        gap: var(--space-1);
        color: var(--caution);
        font-size: var(--text-s);
      }

      .bar {
        block-size: 0.25rem;
        border-radius: 999px;
        background: var(--line);
        overflow: clip;
      }

      .bar > span {
        display: block;
        inline-size: var(--part);
        block-size: 100%;
        background: currentcolor;
        transition: inline-size var(--gentle);
      }

      .weak {
        --part: 35%;
      }

      .fair {
        --part: 65%;
      }

      .strong {
        --part: 100%;
      }

      .fair,
      .strong {
        color: var(--calm);
      }
    `,
  ]

  /** There is a recovery file already. */
  @property({ type: Boolean }) saved = false

  /** The merchant wants another one. */
  @state() private again = false
  @state() private shown = false
  @state() private strength: Strength | null = null
  @state() private problem: 'short' | 'mismatch' | null = null
  @state() private step: FileStep = 'none'
  @query('#passphrase') private readonly first!: HTMLInputElement | null
  @query('#again') private readonly second!: HTMLInputElement | null

  override render(): TemplateResult {
    return html`<section aria-labelledby="heading">
      <h3 id="heading">${icon('key')}${t('recovery-title')}</h3>
      <p class="why">${t(this.saved ? 'recovery-again-why' : 'recovery-why')}</p>
      ${this.saved && !this.again ? this.#againButton() : this.#form()}
      ${fileTold(this.step, 'recovery-done')}
    </section>`
  }

  #againButton(): TemplateResult {
    return html`<div class="row">
      <button class="button quiet" type="button" @click=${this.#onAgain}>
        ${t('recovery-again')}
      </button>
    </div>`
  }

  #form(): TemplateResult {
    const { shown, problem } = this
    const busy = this.step === 'making'
    return html`<form @submit=${this.#onSubmit} novalidate>
      ${secretField({
        id: 'passphrase',
        label: t('passphrase'),
        autocomplete: 'new-password',
        shown,
        describedBy: 'hint strength problem',
        invalid: problem === 'short',
        busy,
        onInput: this.#onInput,
      })}
      <div id="strength" role="status">
        ${this.strength === null || problem === 'short' ? nothing : strengthTold(this.strength)}
      </div>
      ${fieldProblem('problem', problem === 'short' ? t('strength-short') : null)}
      <p id="hint" class="hint">${t('passphrase-hint')}</p>
      ${secretField({
        id: 'again',
        label: t('passphrase-again'),
        autocomplete: 'new-password',
        shown,
        describedBy: 'again-problem',
        invalid: problem === 'mismatch',
        busy,
        onInput: this.#onInput,
      })}
      ${fieldProblem('again-problem', problem === 'mismatch' ? t('passphrase-mismatch') : null)}
      ${showSecret(shown, (next) => (this.shown = next))}
      <p class="told caution">${icon('warning')}<span>${t('passphrase-forget')}</span></p>
      <div class="row">
        <button class="button" type="submit" aria-disabled=${busy ? 'true' : 'false'}>
          ${icon('save')} ${t('save-recovery-file')}
        </button>
      </div>
    </form>`
  }

  readonly #onAgain = async (): Promise<void> => {
    this.again = true
    this.step = 'none'
    await this.updateComplete
    this.first?.focus()
  }

  readonly #onInput = (): void => {
    const passphrase = this.first?.value ?? ''
    this.strength = passphrase === '' ? null : strengthOf(passphrase)
    this.problem = null
  }

  readonly #onSubmit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const { first, second } = this
    if (this.step === 'making' || first === null || second === null) return
    const passphrase = first.value
    this.step = 'none'
    this.strength = strengthOf(passphrase)
    this.problem =
      this.strength === 'short' ? 'short' : passphrase === second.value ? null : 'mismatch'
    if (this.problem !== null) return (this.problem === 'short' ? first : second).focus()
    this.step = 'making'
    this.step = await saveAnswer(this, new RecoveryFileEvent(passphrase))
    if (this.step !== 'done') return
    first.value = ''
    second.value = ''
    this.strength = null
    this.again = false
  }
}

/** How strong it is, in a bar for the eye and in words. */
function strengthTold(strength: Strength): TemplateResult {
  return html`<div class="strength ${strength}">
    <span class="bar" aria-hidden="true"><span></span></span>
    <p>${t(STRENGTHS[strength])}</p>
  </div>`
}

declare global {
  interface HTMLElementTagNameMap {
    'hamsa-recovery-section': RecoverySection
  }
}
