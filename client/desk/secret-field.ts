import { css, html, nothing, type TemplateResult } from 'lit'
import { t } from '../view/i18n.ts'
import { icon } from '../view/icons.ts'

export type SecretField = {
  readonly id: string
  readonly label: string
  readonly autocomplete: 'current-password' | 'new-password'
  /** Written in clear, because its writer asked for it. */
  readonly shown: boolean
  /** Id of what explains it or says what is wrong. */
  readonly describedBy: string
  readonly invalid?: boolean
  readonly busy?: boolean
  readonly onInput?: () => void
}

/** Where a passcode or a passphrase is written. */
export function secretField(field: SecretField): TemplateResult {
  return html`<div class="secret">
    <label for=${field.id}>${field.label}</label>
    <input
      id=${field.id}
      class="field"
      type=${field.shown ? 'text' : 'password'}
      autocomplete=${field.autocomplete}
      autocapitalize="off"
      spellcheck="false"
      aria-describedby=${field.describedBy}
      aria-invalid=${field.invalid === true ? 'true' : 'false'}
      ?readonly=${field.busy === true}
      @input=${field.onInput ?? nothing}
    />
  </div>`
}

/** What is wrong with a field, below that field; `null` while nothing is. */
export function fieldProblem(id: string, text: string | null): TemplateResult {
  return html`<div id=${id} role="alert">
    ${text === null ? nothing : html`<p class="problem">${icon('warning')} ${text}</p>`}
  </div>`
}

/** Bullets are hard to write twice: whoever sits alone may see the letters. */
export function showSecret(shown: boolean, onChange: (shown: boolean) => void): TemplateResult {
  return html`<label class="show-secret">
    <input
      type="checkbox"
      ?checked=${shown}
      @change=${(event: Event) => {
        if (event.target instanceof HTMLInputElement) onChange(event.target.checked)
      }}
    />
    <span>${t('show-secret')}</span>
  </label>`
}

export const secretFieldStyles = css`
  .secret {
    display: grid;
    gap: var(--space-1);
  }

  .secret label {
    font-weight: 600;
  }

  .show-secret {
    display: flex;
    gap: var(--space-2);
    align-items: center;
    inline-size: fit-content;
    min-block-size: var(--touch);
    margin-block: calc(-1 * var(--space-2));
    color: var(--ink-soft);
    font-size: var(--text-s);
    cursor: pointer;
  }

  .show-secret input {
    inline-size: 1.25rem;
    block-size: 1.25rem;
    margin: 0;
  }
`
