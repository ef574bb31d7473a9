import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import textsAr from '../locales/restore.ar.ftl?raw'
import textsEn from '../locales/restore.en.ftl?raw'
import type { RestoreProblem, RestoreState } from '../session/snapshots.ts'
import { HamsaElement } from '../view/hamsa-element.ts'
import { addTexts, t } from '../view/i18n.ts'
import { sharedStyles } from '../view/shared-styles.ts'
import { RestoreEvent } from './desk-events.ts'
import { chunksOf } from '../file-chunks.ts'
import { fieldProblem, secretField, secretFieldStyles, showSecret } from './secret-field.ts'

addTexts('ar', textsAr)
addTexts('en', textsEn)

type Problem = RestoreProblem | 'no-file' | 'no-passphrase'

const PROBLEMS: Record<Problem, string> = {
  'no-file': 'restore-no-file',
  'no-passphrase': 'restore-no-passphrase',
  'not-a-backup': 'restore-not-a-backup',
  'newer-version': 'restore-newer',
  'wrong-passphrase': 'restore-wrong-passphrase',
  damaged: 'restore-damaged',
  'cut-short': 'restore-cut-short',
  unfit: 'restore-unfit',
  storage: 'restore-storage',
  'no-memory': 'restore-no-memory',
}

/** Those that another passphrase mends; the others want another file. */
const AT_PASSPHRASE: readonly (Problem | null)[] = ['no-passphrase', 'wrong-passphrase']

/** Brings a shop back from its recovery file. */
@customElement('hamsa-restore-form')
export class RestoreForm extends HamsaElement {
  static override readonly styles = [
    sharedStyles,
    secretFieldStyles,
    css`
      form {
        display: grid;
        gap: var(--space-3);
      }

      .words {
        display: grid;
        gap: var(--space-2);
        margin-block-end: var(--space-2);
      }

      h1 {
        font-size: var(--text-xl);
      }

      .lead {
        color: var(--ink-soft);
      }

      .busy {
        color: var(--ink-soft);
        font-size: var(--text-s);
      }

      .picker {
        display: grid;
        gap: var(--space-1);
      }

      .picker .label {
        font-weight: 600;
      }

      .pick {
        position: relative;
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2) var(--space-3);
        align-items: center;
        padding: var(--space-2);
        border: 1px dashed var(--line-strong);
        border-radius: var(--radius-m);
      }

      /* The browser's own button says what it says in its own language; ours speaks the page's. */
      .pick input {
        position: absolute;
        inset: 0;
        inline-size: 100%;
        opacity: 0;
        cursor: pointer;
      }

      .pick:has(:focus-visible) {
        outline: 3px solid var(--accent);
        outline-offset: 2px;
      }

      .pick:has([aria-invalid='true']) {
        border-color: var(--danger);
      }

      .file {
        min-inline-size: 0;
        color: var(--ink-soft);
        font-size: var(--text-s);
        overflow-wrap: anywhere;
      }

      .file.chosen {
        color: var(--ink);
      }
    `,
  ]

  @property({ attribute: false }) restore: RestoreState = { type: 'idle' }
  @state() private file: File | null = null
  @state() private shown = false
  /** Found here, before anything was tried. */
  @state() private missing: 'no-file' | 'no-passphrase' | null = null
  /** The merchant has mended something since the session's last answer. */
  @state() private changed = false
  @query('#file') private readonly picker!: HTMLInputElement | null
  @query('#passphrase') private readonly passphrase!: HTMLInputElement | null

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('restore')) this.changed = false
  }

  protected override firstUpdated(): void {
    this.picker?.focus()
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('restore') && this.restore.type === 'failed') this.#focusProblem()
  }

  override render(): TemplateResult {
    const { restore } = this
    const busy = restore.type === 'busy'
    const problem = this.#problem()
    const atPassphrase = AT_PASSPHRASE.includes(problem)
    return html`<form @submit=${this.#onSubmit} novalidate>
      <div class="words">
        <h1 tabindex="-1">${t('restore-title')}</h1>
        <p class="lead">${t('restore-lead')}</p>
      </div>
      <div class="picker">
        <label class="label" for="file">${t('restore-file')}</label>
        ${this.#picker(busy, problem !== null && !atPassphrase)}
      </div>
      ${fieldProblem('file-problem', problem === null || atPassphrase ? null : t(PROBLEMS[problem]))}
      ${secretField({
        id: 'passphrase',
        label: t('restore-passphrase'),
        autocomplete: 'current-password',
        shown: this.shown,
        describedBy: 'problem',
        invalid: atPassphrase,
        busy,
        onInput: this.#onInput,
      })}
      ${fieldProblem('problem', problem !== null && atPassphrase ? t(PROBLEMS[problem]) : null)}
      <div role="status">
        ${
          restore.type === 'busy'
            ? html`<p class="busy">${t('restore-busy', { count: restore.records })}</p>`
            : nothing
        }
      </div>
      ${showSecret(this.shown, (shown) => (this.shown = shown))}
      <button class="button" type="submit" aria-disabled=${busy ? 'true' : 'false'}>
        ${t('restore-shop')}
      </button>
    </form>`
  }

  #picker(busy: boolean, invalid: boolean): TemplateResult {
    const { file } = this
    return html`<div class="pick">
      <span class="button quiet" aria-hidden="true">${t('restore-choose')}</span>
      <span id="name" class="file ${file === null ? '' : 'chosen'}">
        ${file === null ? t('restore-none') : html`<bdi dir="ltr">${file.name}</bdi>`}
      </span>
      <input
        id="file"
        type="file"
        aria-describedby="name file-problem"
        aria-invalid=${invalid ? 'true' : 'false'}
        ?disabled=${busy}
        @change=${this.#onPick}
      />
    </div>`
  }

  #problem(): Problem | null {
    if (this.missing !== null) return this.missing
    return this.restore.type === 'failed' && !this.changed ? this.restore.problem : null
  }

  #focusProblem(): void {
    const atPassphrase = AT_PASSPHRASE.includes(this.#problem())
    if (atPassphrase) this.passphrase?.select()
    ;(atPassphrase ? this.passphrase : this.picker)?.focus()
  }

  readonly #onPick = (): void => {
    this.file = this.picker?.files?.[0] ?? null
    this.#onInput()
  }

  readonly #onInput = (): void => {
    this.missing = null
    this.changed = true
  }

  readonly #onSubmit = (event: SubmitEvent): void => {
    event.preventDefault()
    if (this.restore.type === 'busy') return
    const passphrase = this.passphrase?.value ?? ''
    this.missing = this.file === null ? 'no-file' : passphrase === '' ? 'no-passphrase' : null
    if (this.file === null || this.missing !== null) return this.#focusProblem()
    this.dispatchEvent(new RestoreEvent(chunksOf(this.file), passphrase))
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'hamsa-restore-form': RestoreForm
  }
}
