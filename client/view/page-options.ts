import { css, html, nothing, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { HamsaElement } from './hamsa-element.ts'
import { language, t, type Language } from './i18n.ts'
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
        position: relative;
        display: flex;
        align-items: center;
      }

      .problem {
        position: absolute;
        z-index: 2;
        inset-block-start: 100%;
        inset-inline-end: 0;
        inline-size: min(18rem, 80vw);
        padding: var(--space-3);
        border: 1px solid var(--danger-line);
        border-radius: var(--radius-m);
        background: var(--danger-wash);
        box-shadow: var(--shadow-lifted);
      }

      .button.plain {
        padding-inline: 0.625rem;
      }
    `,
  ]

  /** The other language could not be loaded. */
  @state() private failed = false

  override render(): TemplateResult {
    const other = language() === 'ar' ? 'en' : 'ar'
    const look = THEME_LOOK[theme()]
    return html`<div role="group" aria-label=${t('settings')}>
      <button
        class="button plain"
        type="button"
        lang=${other}
        @click=${() => this.#switchTo(other)}
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
      ${
        this.failed
          ? html`<p class="problem" role="alert">${icon('warning')} ${t('part-failed')}</p>`
          : nothing
      }
    </div>`
  }

  async #switchTo(next: Language): Promise<void> {
    this.failed = false
    try {
      await switchLanguage(next)
    } catch {
      this.failed = true // no connection, or a newer build has taken this one's place
    }
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
