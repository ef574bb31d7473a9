import type { Seat } from '../tabs/seat.ts'
import type { Chat } from './chat-session.ts'
import type { ChatSnapshot } from './snapshots.ts'

/** One tab's place in a chat, which stays open when the tab leaves it. */
export class ChatSeat implements Seat<ChatSnapshot> {
  readonly chat: Chat
  readonly #ends: (() => void)[] = []

  constructor(chat: Chat) {
    this.chat = chat
  }

  snapshot(): ChatSnapshot {
    return this.chat.snapshot()
  }

  subscribe(listener: () => void): () => void {
    const end = this.chat.subscribe(listener)
    this.#ends.push(end)
    return end
  }

  close(): void {
    for (const end of this.#ends.splice(0)) end()
  }
}
