import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import type { ShopNameProblem } from '../session/snapshots.ts'
import { CreateShopEvent } from '../view/events.ts'
import { HamsaElement } from '../view/hamsa-element.ts'
import { pageDirection, t } from '../view/i18n.ts'
import { icon } from '../view/icons.ts'
import { sharedStyles } from '../view/shared-styles.ts'
import { directionOf } from '../view/text-direction.ts'

const PROBLEMS: Record<ShopNameProblem, string> = {
  empty: 'name-empty',
  'too-long': 'name-too-long',
  'control-characters': 'name-control',
}

/** The one form a merchant fills in: the name of the shop. */
@customElement('hamsa-shop-form')
export class ShopForm extends HamsaElement {
  static override readonly styles = [
    sharedStyles,
    css`
      form {
        display: grid;
        gap: var(--space-2);
      }

      label {
        font-weight: 600;
      }

      .field {
        min-block-size: 3.25rem;
        font-size: var(--text-l);
      }

      .button {
        min-block-size: 3.25rem;
        margin-block-start: var(--space-2);
        font-size: var(--text-l);
      }
    `,
  ]

  @property({ attribute: false }) problem: ShopNameProblem | null = null
  @property({ type: Boolean }) creating = false
  @state() private name = ''
  @query('input') private readonly box!: HTMLInputElement | null

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('problem') && this.problem !== null) this.box?.focus()
  }

  override render(): TemplateResult {
    const { problem, creating } = this
    return html`<form @submit=${this.#onSubmit} novalidate>
      <label for="name">${t('shop-name')}</label>
      <input
        id="name"
        class="field"
        type="text"
        dir=${directionOf(this.name) ?? pageDirection()}
        autocomplete="off"
        placeholder=${t('shop-name-hint')}
        aria-describedby="problem"
        aria-invalid=${problem === null ? 'false' : 'true'}
        ?readonly=${creating}
        @input=${this.#onInput}
      />
      <div id="problem" role="alert">
        ${
          problem === null
            ? nothing
            : html`<p class="problem">${icon('warning')} ${t(PROBLEMS[problem])}</p>`
        }
      </div>
      <button class="button" type="submit" aria-disabled=${creating ? 'true' : 'false'}>
        ${t('create-shop')}
      </button>
    </form>`
  }

  readonly #onInput = (): void => {
    this.name = this.box?.value ?? ''
  }

  readonly #onSubmit = (event: SubmitEvent): void => {
    event.preventDefault()
    if (!this.creating) this.dispatchEvent(new CreateShopEvent(this.box?.value ?? ''))
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'hamsa-shop-form': ShopForm
  }
}
