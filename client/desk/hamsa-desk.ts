import { css, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { DeskSession, DeskSnapshot } from '../session/snapshots.ts'
import { brandStyles } from '../view/brand.ts'
import type {
  CreateShopEvent,
  OpenConversationEvent,
  EditEvent,
  RetryEvent,
  SendEvent,
} from '../view/events.ts'
import { t } from '../view/i18n.ts'
import { avatarStyles } from '../view/key-avatar.ts'
import { loadingPage, noticePage, noticeStyles } from '../view/notice-page.ts'
import { pageFrameStyles } from '../view/page-frame.ts'
import { SessionElement } from '../view/session-element.ts'
import { sharedStyles } from '../view/shared-styles.ts'
import { inboxPage } from './inbox.ts'
import { inboxStyles } from './inbox-styles.ts'
import { welcomePage, welcomeStyles } from './welcome.ts'

/** The merchant's page: a function of its session's snapshot. */
@customElement('hamsa-desk')
export class HamsaDesk extends SessionElement<DeskSnapshot> {
  static override readonly styles = [
    sharedStyles,
    brandStyles,
    pageFrameStyles,
    noticeStyles,
    avatarStyles,
    welcomeStyles,
    inboxStyles,
    css`
      :host {
        min-block-size: 100dvh;
      }
    `,
  ]

  @property({ attribute: false }) session: DeskSession | null = null

  constructor() {
    super()
    this.addEventListener('hamsa-create-shop', (event: CreateShopEvent) =>
      this.session?.createShop(event.shopName),
    )
    this.addEventListener('hamsa-open-conversation', (event: OpenConversationEvent) =>
      this.session?.openConversation(event.conversation),
    )
    this.addEventListener('hamsa-close-conversation', () => this.session?.closeConversation())
    this.addEventListener('hamsa-send', (event: SendEvent) => this.session?.send(event.text))
    this.addEventListener('hamsa-edit', (event: EditEvent) =>
      this.session?.discard(event.messageKey),
    )
    this.addEventListener('hamsa-retry', (event: RetryEvent) =>
      this.session?.retry(event.messageKey),
    )
  }

  protected override page(snapshot: DeskSnapshot): TemplateResult {
    switch (snapshot.type) {
      case 'loading':
        return loadingPage()
      case 'elsewhere':
        return noticePage('elsewhere-desk')
      case 'obstacle':
        return noticePage(`obstacle-${snapshot.obstacle}`)
      case 'welcome':
        return welcomePage(snapshot)
      case 'open':
        return inboxPage(snapshot)
    }
  }

  protected override heading(snapshot: DeskSnapshot): string {
    if (snapshot.type !== 'open') return t('page-title', { place: t('desk') })
    const count = snapshot.conversations.reduce((sum, { unread }) => sum + unread, 0)
    return count === 0
      ? t('page-title', { place: snapshot.shopName })
      : t('page-title-unread', { place: snapshot.shopName, count })
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'hamsa-desk': HamsaDesk
  }
}
