import { unsealHere } from '../../client/conversation/unseal.ts'
import { followEpochs } from '../../client/link/epoch-links.ts'
import { makeMemoryNetwork } from '../../client/link/memory-link.ts'
import { openChat } from '../../client/session/chat-session.ts'
import { openDesk } from '../../client/session/desk-session.ts'
import type { SessionParts } from '../../client/session/session-parts.ts'
import type {
  ChatSession,
  ChatSnapshot,
  DeskSession,
  DeskSnapshot,
  Session,
} from '../../client/session/snapshots.ts'
import type { Storage } from '../../client/storage/ports.ts'
import { ManualClock } from './manual-clock.ts'
import { MemoryHub } from './memory-signaling.ts'
import { cheapStretch, testStorage } from './test-storage.ts'

type Open<S extends { type: string }> = Extract<S, { type: 'open' }>

/** Desks and chats over a signalling service, network and clock that the test holds in hand; storage is the real adapter. */
export class SessionWorld {
  readonly hub = new MemoryHub()
  readonly network = makeMemoryNetwork()
  readonly clock = new ManualClock()
  readonly #sessions: { close(): void }[] = []

  parts(storage: Storage, changes: Partial<SessionParts> = {}): SessionParts {
    return {
      storage,
      signaling: this.hub.connect(),
      openLink: followEpochs(this.network.openLink, this.clock),
      unseal: unsealHere,
      stretch: cheapStretch,
      clock: this.clock,
      random: () => 0,
      place: { origin: 'https://shop.example', isLocal: false },
      obstacle: null,
      ...changes,
    }
  }

  desk(storage: Storage = testStorage(), changes: Partial<SessionParts> = {}): DeskSession {
    return this.#keep(openDesk(this.parts(storage, changes)))
  }

  chat(
    fragment: string | null,
    storage: Storage = testStorage(),
    changes: Partial<SessionParts> = {},
  ): ChatSession {
    return this.#keep(openChat({ ...this.parts(storage, changes), fragment }))
  }

  /** A desk with a shop on it, and the fragment of its invite. */
  async shop(
    storage?: Storage,
  ): Promise<{ readonly desk: DeskSession; readonly fragment: string }> {
    const desk = this.desk(storage)
    await until(desk, (snapshot) => snapshot.type === 'welcome')
    desk.createShop('Yasmin')
    const { inviteUrl } = await deskOpen(desk)
    return { desk, fragment: new URL(inviteUrl).hash.slice(1) }
  }

  /** A chat that has been started. */
  async shopper(fragment: string, storage?: Storage): Promise<ChatSession> {
    const chat = this.chat(fragment, storage)
    await until(chat, (snapshot) => snapshot.type === 'preview')
    chat.start()
    await chatOpen(chat)
    return chat
  }

  close(): void {
    for (const session of this.#sessions) session.close()
  }

  #keep<S extends { close(): void }>(session: S): S {
    this.#sessions.push(session)
    return session
  }
}

/** The first snapshot that fits, now or after a change. */
export function until<S>(session: Session<S>, fits: (snapshot: S) => boolean): Promise<S> {
  const now = session.snapshot()
  if (fits(now)) return Promise.resolve(now)
  return new Promise((resolve) => {
    const end = session.subscribe(() => {
      const snapshot = session.snapshot()
      if (!fits(snapshot)) return
      end()
      resolve(snapshot)
    })
  })
}

/** The open desk, once `fits` holds of it. */
export async function deskOpen(
  desk: DeskSession,
  fits: (snapshot: Open<DeskSnapshot>) => boolean = () => true,
): Promise<Open<DeskSnapshot>> {
  const snapshot = await until(desk, (one) => one.type === 'open' && fits(one))
  if (snapshot.type !== 'open') throw new Error('the desk is not open')
  return snapshot
}

/** The open chat, once `fits` holds of it. */
export async function chatOpen(
  chat: ChatSession,
  fits: (snapshot: Open<ChatSnapshot>) => boolean = () => true,
): Promise<Open<ChatSnapshot>> {
  const snapshot = await until(chat, (one) => one.type === 'open' && fits(one))
  if (snapshot.type !== 'open') throw new Error('the chat is not open')
  return snapshot
}
