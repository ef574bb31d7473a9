import { css, html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { ChatSession, ChatSnapshot } from '../session/snapshots.ts'
import type { EditEvent, RetryEvent, SendEvent } from '../view/events.ts'
import { t } from '../view/i18n.ts'
import { LazyPart } from '../view/lazy-part.ts'
import { monogramStyles } from '../view/monogram.ts'
import { loadingPage, noticePage, noticeStyles } from '../view/notice-page.ts'
import { pageFrame, pageFrameStyles } from '../view/page-frame.ts'
import { SessionElement } from '../view/session-element.ts'
import { sharedStyles } from '../view/shared-styles.ts'
import './chat-texts.ts'
import { previewPage, previewStyles } from './preview.ts'

/** The shopper's page: a function of its session's snapshot. */
@customElement('hamsa-chat')
export class HamsaChat extends SessionElement<ChatSnapshot> {
  static override readonly styles = [
    sharedStyles,
    pageFrameStyles,
    noticeStyles,
    monogramStyles,
    previewStyles,
    css`
      :host {
        display: flow-root;
        min-block-size: 100dvh;
        background: var(--paper-deep);
      }
    `,
  ]

  @property({ attribute: false }) session: ChatSession | null = null

  readonly #room = new LazyPart(this, () => import('./room.ts'))
  /** Of this drawing, and of the one before it. */
  #drawn: ChatSnapshot['type'] = 'loading'
  #shown: ChatSnapshot['type'] = 'loading'

  constructor() {
    super()
    this.addEventListener('hamsa-start', () => this.session?.start())
    this.addEventListener('hamsa-send', (event: SendEvent) => this.session?.send(event.text))
    this.addEventListener('hamsa-edit', (event: EditEvent) =>
      this.session?.discard(event.messageKey),
    )
    this.addEventListener('hamsa-retry', (event: RetryEvent) =>
      this.session?.retry(event.messageKey),
    )
    this.addEventListener('hamsa-wrote', (event) => this.session?.wrote(event.active))
    this.addEventListener('hamsa-shown', (event) => this.session?.shown(event.messageKey))
    this.addEventListener('hamsa-disclose', (event) => this.session?.disclose(event.disclosure))
    this.addEventListener('hamsa-show-safety-number', () => this.session?.showSafetyNumber())
  }

  protected override updated(): void {
    const before = this.#shown
    this.#shown = this.#drawn
    // Not before Start can be pressed; and once more when it was, if the first try came to nothing.
    if (this.#shown !== before && (this.#shown === 'preview' || this.#shown === 'open')) {
      void this.#room.want()
    }
  }

  protected override page(snapshot: ChatSnapshot): TemplateResult {
    this.#drawn = snapshot.type
    switch (snapshot.type) {
      case 'loading':
        return loadingPage()
      case 'elsewhere':
        return noticePage('elsewhere-chat')
      case 'obstacle':
        return noticePage(`obstacle-${snapshot.obstacle}`)
      case 'bad-invite':
        return noticePage(`invite-${snapshot.problem}`)
      case 'preview':
        return previewPage(snapshot.shop, snapshot.starting)
      case 'open':
        return this.#room.draw(
          () => html`<hamsa-room .snapshot=${snapshot}></hamsa-room>`,
          pageFrame,
        )
    }
  }

  protected override heading(snapshot: ChatSnapshot): string {
    const named = snapshot.type === 'preview' || snapshot.type === 'open'
    return named ? t('page-title', { place: snapshot.shop.name }) : t('app-name')
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'hamsa-chat': HamsaChat
  }
}
