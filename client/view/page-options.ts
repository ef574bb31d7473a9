import { css, html, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { HamsaElement } from './hamsa-element.ts'
import { language, t } from './i18n.ts'
import { icon, type IconName } from './icons.ts'
import { switchLanguage, switchTheme, theme, THEMES, type Theme } from './page-settings.ts'
import { sharedStyles } from './shared-styles.ts'

const THEME_LOOK: Record<Theme, { readonly icon: IconName; readonly text: string }> = {
  system: { icon: 'halves', text: 'theme-system' },
  light: { icon: 'sun', text: 'theme-light' },
  dark: { icon: 'moon', text: 'theme-dark' },
}

/** The reader's choices: the other language by its own name, and the theme. */
@customElement('hamsa-page-options')
export class PageOptions extends HamsaElement {
  static override readonly styles = [
    sharedStyles,
    css`
      div {
        display: flex;
        align-items: center;
      }

      .button.plain {
        padding-inline: 0.625rem;
      }
    `,
  ]

  override render(): TemplateResult {
    const other = language() === 'ar' ? 'en' : 'ar'
    const look = THEME_LOOK[theme()]
    return html`<div role="group" aria-label=${t('settings')}>
      <button
        class="button plain"
        type="button"
        lang=${other}
        @click=${() => switchLanguage(other)}
      >
        ${t('language-other')}
      </button>
      <button
        class="button plain"
        type="button"
        aria-label=${t(look.text)}
        title=${t(look.text)}
        @click=${this.#nextTheme}
      >
        ${icon(look.icon)}
      </button>
    </div>`
  }

  readonly #nextTheme = (): void => {
    switchTheme(THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length] ?? 'system')
    this.requestUpdate()
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'hamsa-page-options': PageOptions
  }
}
