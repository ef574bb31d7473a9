import { css, html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { DeskSession, DeskSnapshot } from '../session/snapshots.ts'
import { brandStyles } from '../view/brand.ts'
import { t } from '../view/i18n.ts'
import { avatarStyles } from '../view/key-avatar.ts'
import { LazyPart } from '../view/lazy-part.ts'
import { loadingPage, noticePage, noticeStyles } from '../view/notice-page.ts'
import { pageFrame, pageFrameStyles } from '../view/page-frame.ts'
import { SessionElement } from '../view/session-element.ts'
import { sharedStyles } from '../view/shared-styles.ts'
import './desk-texts.ts'
import { inboxPage } from './inbox.ts'
import { inboxStyles } from './inbox-styles.ts'
import { passOn } from './session-wiring.ts'
import './welcome.ts'

/** The merchant's page: a function of its session's snapshot. */
@customElement('hamsa-desk')
export class HamsaDesk extends SessionElement<DeskSnapshot> {
  static override readonly styles = [
    sharedStyles,
    brandStyles,
    pageFrameStyles,
    noticeStyles,
    avatarStyles,
    inboxStyles,
    css`
      :host {
        min-block-size: 100dvh;
      }
    `,
  ]

  @property({ attribute: false }) session: DeskSession | null = null

  readonly #locked = new LazyPart(this, () => import('./locked.ts'))
  /** The snapshot of this drawing, and the last one before it that was not just loading. */
  #drawn: DeskSnapshot | null = null
  #shown: DeskSnapshot | null = null

  constructor() {
    super()
    passOn(this, () => this.session)
    this.addEventListener('hamsa-open-safety', () =>
      this.renderRoot.querySelector('hamsa-safety')?.show(),
    )
  }

  protected override updated(): void {
    const before = this.#shown
    const now = this.#drawn
    if (before === now || now === null || now.type === 'loading') return
    this.#shown = now
    if (now.type === 'locked' && before?.type !== 'locked') void this.#locked.want()
    if (before !== null) this.#moveFocus(before, now)
  }

  /** What had the focus is gone with its page: it goes where the merchant's next step is. */
  #moveFocus(before: DeskSnapshot, now: DeskSnapshot): void {
    if (before.type === 'welcome' && now.type === 'open') {
      const panel = this.renderRoot.querySelector('hamsa-invite-panel')
      void panel?.updateComplete.then(() => panel.focus())
      return
    }
    const thread = now.type === 'open' ? now.thread : null
    if (thread !== null) return // it takes the focus itself
    if (before.type === 'open' && now.type === 'open') {
      const left = before.thread?.conversation
      const list = this.renderRoot.querySelector('hamsa-conversation-list')
      if (left !== undefined) void list?.updateComplete.then(() => list.focusItem(left))
    } else if (before.type !== now.type && now.type !== 'locked') {
      // The form of a locked desk takes the focus itself; a heading says what else is there now.
      const welcome = this.renderRoot.querySelector('hamsa-welcome')
      if (welcome === null) this.renderRoot.querySelector('h1')?.focus()
      else void welcome.updateComplete.then(() => welcome.focus())
    }
  }

  protected override page(snapshot: DeskSnapshot): TemplateResult {
    this.#drawn = snapshot
    switch (snapshot.type) {
      case 'loading':
        return loadingPage()
      case 'elsewhere':
        return noticePage('elsewhere-desk')
      case 'obstacle':
        return noticePage(`obstacle-${snapshot.obstacle}`)
      case 'locked':
        return pageFrame(
          this.#locked.draw(() => html`<hamsa-locked .locked=${snapshot}></hamsa-locked>`),
        )
      case 'welcome':
        return pageFrame(html`<hamsa-welcome .welcome=${snapshot}></hamsa-welcome>`)
      case 'open':
        return inboxPage(snapshot)
    }
  }

  protected override heading(snapshot: DeskSnapshot): string {
    // Without the shop's name: browsers keep titles in their history, where no passcode locks them.
    const place = t('desk')
    const conversations = snapshot.type === 'open' ? snapshot.conversations : []
    const count = conversations.reduce((sum, { unread }) => sum + unread, 0)
    return count === 0 ? t('page-title', { place }) : t('page-title-unread', { place, count })
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'hamsa-desk': HamsaDesk
  }
}
