import { css, html, type TemplateResult } from 'lit'
import type { ShopCard } from '../session/snapshots.ts'
import { StartEvent } from '../view/events.ts'
import { t } from '../view/i18n.ts'
import { icon } from '../view/icons.ts'
import { fingerprint } from '../view/key-bytes.ts'
import { monogram } from '../view/monogram.ts'
import { pageFrame } from '../view/page-frame.ts'
import { directionOf } from '../view/text-direction.ts'

/** Whom one is about to talk to, before anything is sent. */
export function previewPage(shop: ShopCard, starting: boolean): TemplateResult {
  return pageFrame(
    html`<div class="card preview">
      <div class="who">
        ${monogram(shop.name, shop.colour)}
        <div>
          <p class="lead">${t('private-chat-with')}</p>
          <h1><bdi dir=${directionOf(shop.name) ?? 'auto'}>${shop.name}</bdi></h1>
        </div>
      </div>
      <ul class="facts">
        <li>${icon('person')}<span>${t('promise-account')}</span></li>
        <li>${icon('shield')}<span>${t('promise-address')}</span></li>
        <li>${icon('lock')}<span>${t('promise-sealed')}</span></li>
      </ul>
      <p class="operator">${t('promise-operator', { host: location.host })}</p>
      <button
        class="button start"
        type="button"
        aria-disabled=${starting ? 'true' : 'false'}
        @click=${(event: Event) => {
          if (!starting) event.currentTarget?.dispatchEvent(new StartEvent())
        }}
      >
        ${t('start-chat')}
      </button>
      <p class="key">
        ${icon('key')}
        <span
          >${t('shop-key')} <bdi class="print" dir="ltr">${fingerprint(shop.rootKey)}</bdi
          ><br />${t('shop-key-signed')}</span
        >
      </p>
      ${starting ? html`<p class="unseen" role="status">${t('connection-connecting')}</p>` : null}
    </div>`,
  )
}

export const previewStyles = css`
  .who {
    display: flex;
    gap: var(--space-4);
    align-items: center;
  }

  .who > div {
    min-inline-size: 0;
  }

  .who .monogram {
    inline-size: 4rem;
    block-size: 4rem;
  }

  .who h1 {
    overflow-wrap: anywhere;
    text-align: start;
  }

  .operator {
    color: var(--ink-soft);
    font-size: var(--text-xs);
    overflow-wrap: anywhere;
  }

  .start {
    min-block-size: 3.25rem;
    font-size: var(--text-l);
  }

  .key {
    display: flex;
    gap: var(--space-3);
    align-items: start;
    padding-block-start: var(--space-4);
    border-block-start: 1px solid var(--line);
    color: var(--ink-soft);
    font-size: var(--text-xs);
  }

  .key .icon {
    margin-block-start: 0.2em;
  }

  .print {
    color: var(--ink);
    font-family: var(--font-mono);
    white-space: nowrap;
  }
`
