import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import textsAr from '../locales/personal-invites.ar.ftl?raw'
import textsEn from '../locales/personal-invites.en.ftl?raw'
import type { InviteSummary } from '../session/snapshots.ts'
import { HamsaElement } from '../view/hamsa-element.ts'
import { addTexts, pageDirection, t } from '../view/i18n.ts'
import { icon } from '../view/icons.ts'
import { sharedStyles } from '../view/shared-styles.ts'
import { directionOf } from '../view/text-direction.ts'
import { MakeInviteEvent } from './desk-events.ts'
import './personal-invite.ts'

addTexts('ar', textsAr)
addTexts('en', textsEn)

const DAY_MS = 24 * 60 * 60 * 1000
/** As many letters as the list shows in two lines. */
const MAX_NAME_CHARS = 60
/** Older ones show when they are asked for. */
const FIRST_SHOWN = 5

const LIFETIMES = [
  { text: 'one-day', ms: DAY_MS },
  { text: 'one-week', ms: 7 * DAY_MS },
  { text: 'one-month', ms: 30 * DAY_MS },
  { text: 'one-no-end', ms: null },
] as const
const USUAL_LIFETIME = 1

/** Makes links for one person each and lists them, the newest first. Loads when it is first opened. */
@customElement('hamsa-personal-invites')
export class PersonalInvites extends HamsaElement {
  static override readonly styles = [
    sharedStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-4);
      }

      form {
        display: grid;
        gap: var(--space-3);
        padding: var(--space-4);
        border: 1px solid var(--line);
        border-radius: var(--radius-m);
        background: var(--paper);
      }

      .pair {
        display: grid;
        gap: var(--space-1);
        align-content: start;
      }

      h3 {
        margin-block-end: var(--space-2);
        font-size: var(--text-m);
      }

      .why {
        color: var(--ink-soft);
      }

      label {
        font-weight: 600;
      }

      .made {
        display: flex;
        gap: var(--space-2);
        color: var(--calm);
        font-size: var(--text-s);
      }

      ul {
        display: grid;
        gap: var(--space-2);
      }

      .all {
        margin-block-start: var(--space-2);
      }

      @media (min-width: 40rem) {
        form {
          grid-template-columns: minmax(0, 1fr) minmax(0, 12rem);
        }

        .make {
          grid-column: 1 / -1;
          justify-self: start;
        }
      }
    `,
  ]

  @property({ attribute: false }) invites: readonly InviteSummary[] = []
  /** The last link could not be made or taken back. */
  @property({ type: Boolean }) failed = false

  @state() private name = ''
  @state() private empty = false
  @state() private allShown = false
  /** Id of the one that was made just now. */
  @state() private made: string | null = null
  @query('#name') private readonly nameBox!: HTMLInputElement | null
  @query('#lifetime') private readonly lifetimeBox!: HTMLSelectElement | null

  /** One was asked for and has not come yet. */
  #asked = false

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (this.failed) this.#asked = false
    // It is ready no more: somebody used it, or it was taken back.
    const isOpen = this.invites.some(({ id, state }) => id === this.made && state === 'open')
    if (this.made !== null && !isOpen) this.made = null
    const before = changed.get('invites')
    if (before === undefined || !this.#asked) return
    const known = new Set(before.map(({ id }) => id))
    const fresh = this.invites.find(({ id }) => !known.has(id))
    if (fresh === undefined) return
    this.#asked = false
    this.name = ''
    this.made = fresh.id
  }

  /** On touch the keyboard on screen would hide what there is to read first. */
  protected override firstUpdated(): void {
    if (!matchMedia('(pointer: coarse)').matches) this.nameBox?.focus()
  }

  protected override updated(changed: PropertyValues): void {
    if (!changed.has('made') || this.made === null) return
    const items = [...this.renderRoot.querySelectorAll('hamsa-personal-invite')]
    const item = items.find(({ invite }) => invite?.id === this.made)
    void item?.updateComplete.then(() => item.focus())
  }

  override render(): TemplateResult {
    const shown = this.allShown ? this.invites : this.invites.slice(0, FIRST_SHOWN)
    return html`<p class="why">${t('one-why')}</p>
      ${this.#form()}
      <div role="status">
        ${
          this.made === null
            ? nothing
            : html`<p class="made">${icon('check')}<span>${t('one-made')}</span></p>`
        }
      </div>
      <div role="alert">
        ${
          this.failed ? html`<p class="problem">${icon('warning')} ${t('one-failed')}</p>` : nothing
        }
      </div>
      ${shown.length === 0 ? nothing : this.#list(shown)}`
  }

  #list(shown: readonly InviteSummary[]): TemplateResult {
    return html`<section>
      <h3 id="list">${t('one-list')}</h3>
      <ul aria-labelledby="list">
        ${repeat(
          shown,
          ({ id }) => id,
          (invite) =>
            html`<li>
              <hamsa-personal-invite .invite=${invite}></hamsa-personal-invite>
            </li>`,
        )}
      </ul>
      ${
        shown.length < this.invites.length
          ? html`<button
              class="button quiet all"
              type="button"
              @click=${() => (this.allShown = true)}
            >
              ${t('one-show-all')}
            </button>`
          : nothing
      }
    </section>`
  }

  #form(): TemplateResult {
    return html`<form @submit=${this.#onSubmit} novalidate>
      <div class="pair">
        <label for="name">${t('one-name')}</label>
        <input
          id="name"
          class="field"
          type="text"
          dir=${directionOf(this.name) ?? pageDirection()}
          autocomplete="off"
          maxlength=${MAX_NAME_CHARS}
          placeholder=${t('one-name-hint')}
          aria-describedby="problem"
          aria-invalid=${this.empty ? 'true' : 'false'}
          .value=${this.name}
          @input=${this.#onInput}
        />
        <div id="problem" role="alert">
          ${
            this.empty
              ? html`<p class="problem">${icon('warning')} ${t('one-name-empty')}</p>`
              : nothing
          }
        </div>
      </div>
      <div class="pair">
        <label for="lifetime">${t('one-lifetime')}</label>
        <select id="lifetime" class="field" @change=${this.#changed}>
          ${LIFETIMES.map(
            ({ text }, index) =>
              html`<option value=${index} ?selected=${index === USUAL_LIFETIME}>
                ${t(text)}
              </option>`,
          )}
        </select>
      </div>
      <button class="button make" type="submit">${icon('link')} ${t('one-make')}</button>
    </form>`
  }

  readonly #onInput = (): void => {
    this.name = this.nameBox?.value ?? ''
    this.empty = false
    this.#changed()
  }

  /** Something else is wanted now than what was asked for last. */
  readonly #changed = (): void => {
    this.#asked = false
    this.made = null
  }

  readonly #onSubmit = (event: SubmitEvent): void => {
    event.preventDefault()
    const name = this.name.trim()
    this.empty = name === ''
    if (this.empty) return this.nameBox?.focus()
    if (this.#asked) return // a double click makes one link
    this.#asked = true
    this.made = null
    const lifetime = LIFETIMES[Number(this.lifetimeBox?.value)]
    this.dispatchEvent(new MakeInviteEvent(name, lifetime === undefined ? DAY_MS : lifetime.ms))
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'hamsa-personal-invites': PersonalInvites
  }
}
