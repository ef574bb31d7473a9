import { css, html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { ChatSnapshot } from '../session/snapshots.ts'
import '../view/connection-status.ts'
import { HamsaElement } from '../view/hamsa-element.ts'
import { t } from '../view/i18n.ts'
import { icon } from '../view/icons.ts'
import { monogram, monogramStyles } from '../view/monogram.ts'
import '../view/page-options.ts'
import '../view/safety-number.ts'
import { sharedStyles } from '../view/shared-styles.ts'
import { directionOf } from '../view/text-direction.ts'
import '../view/thread-view.ts'
import './refusal.ts'

type Open = Extract<ChatSnapshot, { readonly type: 'open' }>

const roomStyles = css`
  :host {
    display: block;
  }

  .room {
    display: flex;
    flex-direction: column;
    inline-size: 100%;
    max-inline-size: 46rem;
    block-size: 100dvh;
    margin-inline: auto;
    background: var(--paper);
  }

  .room-header {
    display: flex;
    gap: var(--space-3);
    align-items: center;
    padding: var(--space-2) var(--space-2) var(--space-2) var(--space-4);
    padding-block-start: max(var(--space-2), env(safe-area-inset-top));
    padding-inline: var(--space-4) var(--space-2);
    border-block-end: 1px solid var(--line);
    background: var(--surface);
  }

  .proof {
    display: flex;
    gap: var(--space-2);
    align-items: center;
    justify-content: center;
    padding: 0.3125rem var(--space-4);
    border-block-end: 1px solid var(--line);
    background: var(--surface);
    color: var(--calm);
    font-size: var(--text-xs);
  }

  /* On the narrowest phones words come before the ornament. */
  @media (max-width: 23.99rem) {
    .room-header .monogram {
      display: none;
    }
  }

  .titles {
    flex: 1;
    min-inline-size: 0;
  }

  .titles h1 {
    display: flex;
    font-size: var(--text-m);
    white-space: nowrap;
  }

  /* The name itself is cut, so at its own end, whichever way the page is read. */
  .titles bdi {
    min-inline-size: 0;
    overflow: hidden;
    text-overflow: ellipsis;
  }

  .room-main {
    display: flex;
    flex: 1;
    flex-direction: column;
    min-block-size: 0;
  }

  /* With no message there is nothing to read: the refusal is the page. */
  .refused hamsa-thread {
    flex: none;
  }

  .refused hamsa-refusal {
    display: grid;
    flex: 1;
    order: -1;
    place-content: center;
    padding: var(--space-4);
  }

  @media (min-width: 50rem) {
    .room {
      block-size: calc(100dvh - 2 * var(--space-5));
      margin-block: var(--space-5);
      border: 1px solid var(--line);
      border-radius: var(--radius-l);
      box-shadow: var(--shadow-lifted);
      overflow: clip;
    }
  }
`

/** The conversation with the shop. Loaded once the page has something to show: no part of the first load. */
@customElement('hamsa-room')
export class Room extends HamsaElement {
  static override readonly styles = [sharedStyles, monogramStyles, roomStyles]

  @property({ attribute: false }) snapshot: Open | null = null

  override render(): TemplateResult | typeof nothing {
    if (this.snapshot === null) return nothing
    const { shop, thread, refusal, durability, disclosure } = this.snapshot
    const refusedAtOnce = refusal !== null && thread.messages.length === 0
    return html`<div class="room">
      <header class="room-header">
        ${monogram(shop.name, shop.colour)}
        <div class="titles">
          <h1><bdi dir=${directionOf(shop.name) ?? 'auto'}>${shop.name}</bdi></h1>
          <hamsa-connection-status
            side="chat"
            .connection=${thread.connection}
            ?ended=${refusal !== null}
          ></hamsa-connection-status>
        </div>
        <hamsa-safety-number
          side="chat"
          conversation=${thread.conversation}
          .groups=${thread.safetyNumber}
        ></hamsa-safety-number>
        <hamsa-page-options side="chat" .disclosure=${disclosure}></hamsa-page-options>
      </header>
      <main class="room-main ${refusedAtOnce ? 'refused' : ''}">
        ${
          thread.connection.type === 'connected'
            ? html`<p class="proof">${icon('shield')}<span>${t('relayed-note')}</span></p>`
            : nothing
        }
        <hamsa-thread
          side="chat"
          .thread=${thread}
          .kept=${durability}
          ?closed=${refusal !== null}
        ></hamsa-thread>
        <hamsa-refusal .refusal=${refusal} ?alone=${refusedAtOnce}></hamsa-refusal>
      </main>
    </div>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'hamsa-room': Room
  }
}
