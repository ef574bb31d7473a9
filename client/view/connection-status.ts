import { css, html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { Connection } from '../session/snapshots.ts'
import { HamsaElement } from './hamsa-element.ts'
import { t } from './i18n.ts'
import { sharedStyles } from './shared-styles.ts'

/** Who is reading: the words differ. */
export type Side = 'desk' | 'chat'
type Mood = 'calm' | 'busy' | 'idle' | 'bad'

const MOODS: Record<Connection['type'], Mood> = {
  offline: 'bad',
  connecting: 'busy',
  ready: 'calm',
  away: 'idle',
  connected: 'calm',
  'no-relay': 'bad',
  'unknown-shop': 'bad',
  'relay-not-proven': 'bad',
  'not-loaded': 'bad',
  'peer-refused': 'bad',
}

const CHAT_TEXTS: Record<Connection['type'], string> = {
  offline: 'connection-offline-title',
  connecting: 'connection-connecting',
  ready: 'connection-connecting',
  away: 'connection-away-chat',
  connected: 'connection-connected-chat',
  'no-relay': 'connection-no-relay',
  'unknown-shop': 'connection-unknown-shop-chat',
  'relay-not-proven': 'connection-not-proven',
  'not-loaded': 'connection-not-loaded',
  'peer-refused': 'connection-refused-chat',
}

const DESK_TEXTS: Record<Connection['type'], string> = {
  ...CHAT_TEXTS,
  ready: 'connection-ready',
  away: 'connection-away-desk',
  connected: 'connection-connected-desk',
  'unknown-shop': 'connection-unknown-shop-desk',
  'peer-refused': 'connection-refused-desk',
}

/** The connection in a few plain words. */
export function connectionText(connection: Connection, side: Side): string {
  return t((side === 'chat' ? CHAT_TEXTS : DESK_TEXTS)[connection.type])
}

export function connectionMood(connection: Connection): Mood {
  return MOODS[connection.type]
}

/** The status line "Connection": a dot and words, told to assistive tech when it changes. */
@customElement('hamsa-connection-status')
export class ConnectionStatus extends HamsaElement {
  static override readonly styles = [
    sharedStyles,
    css`
      div {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        color: var(--ink-soft);
        font-size: var(--text-xs);
        line-height: 1.45;
      }

      .dot {
        flex: none;
        inline-size: 0.5rem;
        block-size: 0.5rem;
        border: 1.5px solid var(--line-strong);
        border-radius: 50%;
      }

      .calm {
        border-color: var(--calm);
        background: var(--calm);
      }

      .bad {
        border-color: var(--danger);
        border-radius: 2px;
        background: var(--danger);
      }

      .busy {
        border-color: var(--spark);
        background: var(--spark);
        animation: breathe 1.6s ease-in-out infinite alternate;
      }

      @keyframes breathe {
        to {
          opacity: 0.35;
        }
      }

      @media (prefers-reduced-motion: reduce) {
        .busy {
          animation: none;
        }
      }
    `,
  ]

  @property({ attribute: false }) connection: Connection = { type: 'connecting' }
  @property() side: Side = 'chat'
  /** Nothing is waited for any more: whether the other side is here says nothing. */
  @property({ type: Boolean }) ended = false

  override render(): TemplateResult {
    const over = this.ended && this.connection.type !== 'connected'
    return html`<div role="status" aria-label=${t('connection')}>
      <span
        class="dot ${over ? 'idle' : connectionMood(this.connection)}"
        aria-hidden="true"
      ></span>
      <span>${over ? t('connection-ended') : connectionText(this.connection, this.side)}</span>
    </div>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'hamsa-connection-status': ConnectionStatus
  }
}
