import { css, html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import homeAr from '../locales/home.ar.ftl?raw'
import { HamsaElement } from '../view/hamsa-element.ts'
import { addEnglishLater, addTexts, t } from '../view/i18n.ts'
import { icon, type IconName } from '../view/icons.ts'
import { pageFrame, pageFrameStyles } from '../view/page-frame.ts'
import { pageAddress } from '../view/page-settings.ts'
import { sharedStyles } from '../view/shared-styles.ts'

addTexts('ar', homeAr)
addEnglishLater(() => import('../locales/home.en.ftl?raw'))

/** `/`: what Hamsa is, and the way to the desk. */
@customElement('hamsa-home')
export class HamsaHome extends HamsaElement {
  static override readonly styles = [
    sharedStyles,
    pageFrameStyles,
    css`
      .home {
        display: grid;
        gap: var(--space-6);
        inline-size: min(100%, 60rem);
        padding-block: clamp(1rem, 6vh, 4rem);
      }

      .opening-words {
        display: grid;
        gap: var(--space-4);
        justify-items: center;
        text-align: center;
      }

      h1 {
        max-inline-size: 22ch;
        font-size: var(--text-2xl);
        line-height: 1.25;
      }

      .lead {
        max-inline-size: 46ch;
        font-size: var(--text-l);
      }

      .button {
        min-block-size: 3.25rem;
        padding-inline: 2rem;
        font-size: var(--text-l);
      }

      .parts {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 16rem), 1fr));
        gap: var(--space-4);
      }

      .part {
        display: grid;
        align-content: start;
        gap: var(--space-2);
        padding: var(--space-5);
        border: 1px solid var(--line);
        border-radius: var(--radius-l);
        background: var(--surface);
        box-shadow: var(--shadow-soft);
      }

      .part h2 {
        display: flex;
        gap: var(--space-2);
        align-items: center;
        font-size: var(--text-m);
      }

      .part .icon {
        color: var(--accent);
      }

      .part p,
      .invited {
        color: var(--ink-soft);
      }

      .invited {
        font-size: var(--text-s);
      }
    `,
  ]

  /** Its language is here; until then the document's own words stand in its place. */
  @property({ type: Boolean }) ready = false

  protected override render(): TemplateResult {
    if (!this.ready) return html`<slot></slot>`
    document.title = t('app-name')
    return pageFrame(
      html`<div class="home">
        <div class="opening-words">
          <h1>${t('home-title')}</h1>
          <p class="lead">${t('home-lead')}</p>
          <a class="button" href=${pageAddress('/desk')}>${t('home-desk')}</a>
          <p class="invited">${t('home-invited')}</p>
        </div>
        <div class="parts">
          ${part('person', 'home-shopper-title', 'home-shopper')}
          ${part('keep', 'home-shop-title', 'home-shop')}
          ${part('shield', 'home-server-title', 'home-server')}
        </div>
      </div>`,
    )
  }
}

function part(look: IconName, title: string, text: string): TemplateResult {
  return html`<section class="part">
    <h2>${icon(look)} ${t(title)}</h2>
    <p>${t(text)}</p>
  </section>`
}

declare global {
  interface HTMLElementTagNameMap {
    'hamsa-home': HamsaHome
  }
}
