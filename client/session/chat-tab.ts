import { toBase64Url } from '@hamsa/crypto'
import { Listeners } from '../listeners.ts'
import { StorageError } from '../storage/ports.ts'
import { TabSession } from '../tabs/tab-session.ts'
import { CHAT_DEEDS } from './chat-deeds.ts'
import { ChatSeat } from './chat-seat.ts'
import { Chat } from './chat-session.ts'
import { isChatSnapshot } from './chat-shape.ts'
import { findInvite, type FoundInvite } from './found-invite.ts'
import { obstacleOf } from './obstacle-of.ts'
import { SentMessages } from './sent-messages.ts'
import type { ChatSession, ChatSnapshot, Disclosure } from './snapshots.ts'
import { takeTerm, type TabParts } from './tab-parts.ts'

const CONNECTING = { type: 'connecting' } as const

export type ChatTabParts = TabParts & {
  /** What stood after `#`, or `null`. */
  readonly fragment: string | null
}

/** The shopper's session in one of the tabs of a browser: begins at once, and works until it is closed. */
export function openChatTab(parts: ChatTabParts): ChatSession {
  return new ChatTab(parts)
}

/** The tabs of one shop's chat, and what this one has sent off. */
type Joined = {
  readonly type: 'joined'
  readonly tabs: TabSession<ChatSnapshot, ChatSeat>
  readonly sent: SentMessages
}

class ChatTab implements ChatSession {
  readonly #parts: ChatTabParts
  readonly #listeners = new Listeners()
  /** Which shop's chat it is decides which tabs are its own. */
  #state: Joined | { readonly type: 'alone'; readonly snapshot: ChatSnapshot } | null = null
  #closed = false

  constructor(parts: ChatTabParts) {
    this.#parts = parts
    void this.#begin()
  }

  snapshot(): ChatSnapshot {
    const state = this.#state
    if (state === null) return { type: 'loading' }
    return state.type === 'alone' ? state.snapshot : drawn(state.tabs.snapshot(), state.sent)
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.subscribe(listener)
  }

  send(text: string): void {
    const joined = this.#joined()
    const snapshot = joined?.tabs.snapshot()
    if (snapshot?.type === 'open') joined?.sent.send(snapshot.thread.conversation, text)
  }

  retry(messageKey: string): void {
    const joined = this.#joined()
    if (joined?.sent.retry(messageKey) === false) joined.tabs.ask('retry', messageKey)
  }

  discard(messageKey: string): void {
    const joined = this.#joined()
    if (joined?.sent.discard(messageKey) === false) joined.tabs.ask('discard', messageKey)
  }

  start(): void {
    this.#joined()?.tabs.ask('start')
  }

  shown(messageKey: string): void {
    this.#joined()?.tabs.ask('shown', messageKey)
  }

  wrote(active: boolean): void {
    this.#joined()?.tabs.ask('wrote', active)
  }

  disclose(disclosure: Disclosure): void {
    this.#joined()?.tabs.ask('disclose', disclosure)
  }

  showSafetyNumber(): void {
    this.#joined()?.tabs.ask('showSafetyNumber')
  }

  wake(): void {
    this.#joined()?.tabs.wake()
  }

  close(): void {
    this.#closed = true
    this.#joined()?.tabs.close()
    this.#listeners.clear()
  }

  #joined(): Joined | null {
    return this.#state?.type === 'joined' ? this.#state : null
  }

  async #begin(): Promise<void> {
    const found = await this.#find()
    if (this.#closed) return
    if (found.type === 'invite') this.#state = this.#join(found)
    else this.#state = { type: 'alone', snapshot: found }
    this.#listeners.notify()
  }

  async #find(): Promise<Extract<FoundInvite, { type: 'invite' }> | ChatSnapshot> {
    const { obstacle, openStorage, fragment } = this.#parts
    if (obstacle !== null) return { type: 'obstacle', obstacle }
    const storage = openStorage()
    try {
      const found = await findInvite(fragment, storage.vault)
      return found.type === 'invite' ? found : { type: 'bad-invite', problem: found.problem }
    } catch (error) {
      return failedChat(error)
    } finally {
      storage.close()
    }
  }

  #join({ invite, fragment }: Extract<FoundInvite, { type: 'invite' }>): Joined {
    const name = `hamsa-chat/${toBase64Url(invite.root)}`
    const { tabs: platform, open } = this.#parts
    const tabs = new TabSession<ChatSnapshot, ChatSeat>(platform, {
      name,
      isSnapshot: isChatSnapshot,
      deeds: CHAT_DEEDS,
      loading: { type: 'loading' },
      elsewhere: { type: 'elsewhere' },
      paused: pausedChat,
      failed: failedChat,
      lead: async (onSuperseded) => {
        const session = open()
        const term = await takeTerm(session, name, onSuperseded)
        const chat = new Chat({ ...session, fragment })
        return { term, work: { seat: () => new ChatSeat(chat), close: () => chat.close() } }
      },
    })
    const sent = new SentMessages({
      tab: tabs.tab,
      clock: platform.clock,
      say: (conversation, text) => tabs.act('say', conversation, text),
      onChange: () => this.#listeners.notify(),
    })
    tabs.subscribe(() => this.#listeners.notify())
    return { type: 'joined', tabs, sent }
  }
}

/** With what this tab has sent off and nobody has stored yet. */
function drawn(snapshot: ChatSnapshot, sent: SentMessages): ChatSnapshot {
  if (snapshot.type !== 'open') return snapshot
  const thread = sent.addTo(snapshot.thread)
  return thread === snapshot.thread ? snapshot : { ...snapshot, thread }
}

/** Nobody leads, so nobody is connected; the rest is as it was. */
function pausedChat(last: ChatSnapshot): ChatSnapshot {
  if (last.type !== 'open') return last
  return { ...last, thread: { ...last.thread, connection: CONNECTING } }
}

function failedChat(error: unknown): ChatSnapshot {
  if (!(error instanceof StorageError)) throw error
  return { type: 'obstacle', obstacle: obstacleOf(error) }
}
