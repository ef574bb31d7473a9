import { css, html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import textsAr from '../locales/settings.ar.ftl?raw'
import textsEn from '../locales/settings.en.ftl?raw'
import type { Disclosure, DisclosureState } from '../session/snapshots.ts'
import type { Side } from './connection-status.ts'
import { DiscloseEvent } from './events.ts'
import { HamsaElement } from './hamsa-element.ts'
import { addTexts, t } from './i18n.ts'
import { icon, type IconName } from './icons.ts'
import { switchTheme, theme, THEMES, type Theme } from './page-settings.ts'
import { sharedStyles } from './shared-styles.ts'

addTexts('ar', textsAr)
addTexts('en', textsEn)

const THEME_LOOK: Record<Theme, { readonly icon: IconName; readonly text: string }> = {
  system: { icon: 'halves', text: 'theme-system' },
  light: { icon: 'sun', text: 'theme-light' },
  dark: { icon: 'moon', text: 'theme-dark' },
}

const SIDE_TEXTS: Record<Side, { readonly know: string; readonly seenWhy: string }> = {
  chat: { know: 'others-know-chat', seenWhy: 'tell-seen-why-chat' },
  desk: { know: 'others-know-desk', seenWhy: 'tell-seen-why-desk' },
}

/** The reader's choices. Loads when it is first looked at. */
@customElement('hamsa-settings-panel')
export class SettingsPanel extends HamsaElement {
  static override readonly styles = [
    sharedStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-5);
      }

      fieldset {
        display: grid;
        gap: var(--space-2);
        min-inline-size: 0;
        margin: 0;
        padding: 0;
        border: 0;
      }

      legend {
        margin-block-end: var(--space-2);
        padding: 0;
        font-weight: 600;
      }

      .themes {
        display: grid;
        grid-template-columns: repeat(3, 1fr);
        gap: var(--space-2);
      }

      .theme {
        display: flex;
        gap: var(--space-2);
        align-items: center;
        justify-content: center;
        min-block-size: var(--touch);
        padding: var(--space-2) var(--space-3);
        border: 1px solid var(--line-strong);
        border-radius: var(--radius-m);
        background: var(--surface-raised);
        cursor: pointer;
      }

      @media (max-width: 30rem) {
        .theme {
          flex-direction: column;
          gap: var(--space-1);
          font-size: var(--text-s);
          text-align: center;
        }
      }

      .theme:has(:checked) {
        border-color: var(--accent);
        background: var(--accent-wash);
        color: var(--accent);
        font-weight: 600;
      }

      .theme:has(:focus-visible) {
        outline: 3px solid var(--accent);
        outline-offset: 2px;
      }

      .theme input {
        position: absolute;
        opacity: 0;
        pointer-events: none;
      }

      .choice {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: 0 var(--space-4);
        align-items: center;
        padding-block: var(--space-2);
        cursor: pointer;
      }

      .choice + .choice {
        border-block-start: 1px solid var(--line);
      }

      .hint {
        grid-column: 1;
        color: var(--ink-soft);
        font-size: var(--text-s);
      }

      .switch {
        grid-row: 1 / span 2;
        grid-column: 2;
        inline-size: 3rem;
        block-size: 1.75rem;
        margin: 0;
        border: 1.5px solid var(--line-strong);
        border-radius: 999px;
        appearance: none;
        background: var(--paper-deep);
        cursor: pointer;
        transition: background-color var(--quick);
      }

      .switch::before {
        display: block;
        inline-size: 1.125rem;
        block-size: 1.125rem;
        margin: 0.1875rem;
        border-radius: 50%;
        background: var(--ink-soft);
        content: '';
        transition: translate var(--quick);
      }

      .switch:checked {
        border-color: var(--accent);
        background: var(--accent);
      }

      .switch:checked::before {
        background: var(--surface);
        translate: 1.25rem 0;
      }

      .switch:checked:dir(rtl)::before {
        translate: -1.25rem 0;
      }

      @media (prefers-reduced-motion: reduce) {
        .switch,
        .switch::before {
          transition: none;
        }
      }

      @media (forced-colors: active) {
        .switch {
          appearance: auto;
        }

        .switch::before {
          content: none;
        }

        .theme:has(:checked) {
          border-color: Highlight;
        }
      }
    `,
  ]

  @property() side: Side = 'chat'
  /** What the other side may know; `null` where there is no other side yet. */
  @property({ attribute: false }) disclosure: DisclosureState | null = null

  override render(): TemplateResult {
    return html`<fieldset>
        <legend>${t('theme')}</legend>
        <div class="themes">${THEMES.map((one) => this.#theme(one))}</div>
      </fieldset>
      ${this.disclosure === null ? nothing : this.#choices(this.disclosure)}`
  }

  #theme(one: Theme): TemplateResult {
    const look = THEME_LOOK[one]
    return html`<label class="theme">
      <input
        type="radio"
        name="theme"
        .checked=${theme() === one}
        @change=${() => {
          switchTheme(one)
          this.requestUpdate()
        }}
      />
      ${icon(look.icon)}<span>${t(look.text)}</span>
    </label>`
  }

  #choices({ seen, typing, stored }: DisclosureState): TemplateResult {
    const { know, seenWhy } = SIDE_TEXTS[this.side]
    return html`<fieldset>
      <legend>${t(know)}</legend>
      ${choice('tell-seen', seenWhy, seen, (on) => this.#disclose({ seen: on, typing }))}
      ${choice('tell-typing', 'tell-typing-why', typing, (on) =>
        this.#disclose({ seen, typing: on }),
      )}
      <div role="alert">
        ${
          stored
            ? nothing
            : html`<p class="problem">${icon('warning')} ${t('choice-not-stored')}</p>`
        }
      </div>
    </fieldset>`
  }

  #disclose(disclosure: Disclosure): void {
    this.dispatchEvent(new DiscloseEvent(disclosure))
  }
}

function choice(
  name: string,
  why: string,
  checked: boolean,
  onChange: (on: boolean) => void,
): TemplateResult {
  return html`<label class="choice">
    <span>${t(name)}</span>
    <span class="hint" id=${name}>${t(why)}</span>
    <input
      class="switch"
      type="checkbox"
      aria-label=${t(name)}
      aria-describedby=${name}
      .checked=${checked}
      @change=${(event: Event) => {
        if (event.currentTarget instanceof HTMLInputElement) onChange(event.currentTarget.checked)
      }}
    />
  </label>`
}

declare global {
  interface HTMLElementTagNameMap {
    'hamsa-settings-panel': SettingsPanel
  }
}
