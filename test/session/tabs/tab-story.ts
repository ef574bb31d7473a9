import { expect } from 'vitest'
import type { ChatSession, DeskSession, Session } from '../../../client/session/snapshots.ts'
import { deskOpen, SessionWorld, until } from '../../helpers/session-world.ts'
import { TabBrowser, turns, type Tab } from './tab-world.ts'

/** Desks and chats in the tabs of one browser, on a clock in hand. */
export class TabStory {
  readonly world = new SessionWorld()
  readonly browser = new TabBrowser(this.world)

  close(): void {
    this.browser.close()
    this.world.close()
  }

  /** Time goes by, as it does on a page: what falls due runs, and what it brings too. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 250) {
      this.world.clock.advance(250)
      await turns(5)
    }
  }

  /** The first snapshot that fits, while time goes by. */
  async comes<S>(session: Session<S>, fits: (snapshot: S) => boolean): Promise<S> {
    while (!fits(session.snapshot())) await this.pass(250)
    return session.snapshot()
  }

  /** That all of them show these texts, once each. */
  async show(
    sessions: readonly (DeskSession | ChatSession)[],
    texts: readonly string[],
  ): Promise<void> {
    const wanted = [...texts].sort()
    for (const session of sessions) {
      while (textsOf(session).length < texts.length) await this.pass(250)
      expect([...textsOf(session)].sort()).toEqual(wanted)
    }
  }

  /** A shop in so many tabs, the leading one first, each of which shows what its one shopper says. */
  async talkInTabs(
    count: number,
  ): Promise<{ readonly desks: Tab<DeskSession>[]; readonly chat: ChatSession }> {
    const first = this.browser.desk()
    await until(first.session, ({ type }) => type === 'welcome')
    first.session.createShop('Yasmin')
    const { inviteUrl } = await deskOpen(first.session)
    const chat = await this.world.shopper(new URL(inviteUrl).hash.slice(1))
    chat.send('hello')
    const desks = [first, ...Array.from({ length: count - 1 }, () => this.browser.desk())]
    for (const desk of desks) await this.openTalk(desk)
    return { desks, chat }
  }

  /** The conversation with the one shopper is on the tab's screen. */
  async openTalk({ session }: Tab<DeskSession>): Promise<void> {
    const { conversations } = await deskOpen(session, ({ conversations: all }) => all.length === 1)
    session.openConversation(conversations[0]?.id ?? '')
    await deskOpen(session, ({ thread }) => (thread?.messages.length ?? 0) > 0)
  }
}

export const textsOf = (session: DeskSession | ChatSession): readonly string[] => {
  const snapshot = session.snapshot()
  const thread = snapshot.type === 'open' ? snapshot.thread : null
  return thread?.messages.map(({ text }) => text) ?? []
}

export const sessionsOf = <S>(tabs: readonly Tab<S>[]): readonly S[] =>
  tabs.map(({ session }) => session)
