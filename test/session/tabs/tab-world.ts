import { randomBytes, toHex } from '@hamsa/crypto'
import { openChatTab } from '../../../client/session/chat-tab.ts'
import { openDeskTab } from '../../../client/session/desk-tab.ts'
import type { ChatSession, DeskSession } from '../../../client/session/snapshots.ts'
import type { TabParts } from '../../../client/session/tab-parts.ts'
import type { Storage } from '../../../client/storage/ports.ts'
import { webLockLeadership } from '../../../client/storage/web-lock-leadership.ts'
import { MemoryLocks } from '../../helpers/memory-locks.ts'
import { MemoryTabs } from '../../helpers/memory-tabs.ts'
import type { SessionWorld } from '../../helpers/session-world.ts'
import { testStorage } from '../../helpers/test-storage.ts'

/** Turns of the page, with what goes on beside it in WebCrypto. */
export async function turns(count = 30): Promise<void> {
  for (let turn = 0; turn < count; turn++) {
    await crypto.subtle.digest('SHA-256', new Uint8Array(64))
    await new Promise((resolve) => setImmediate(resolve))
  }
}

export type TabOptions = {
  readonly build?: string
  readonly isVisible?: () => boolean
  /** Whether this browser has Web Locks. */
  readonly hasLocks?: boolean
  /** How much more time this tab has slept through than the others. */
  readonly sleptMs?: () => number
  /** What nobody foresaw, when it begins to lead. */
  readonly fault?: Error
}

/** One tab, as its person has it: they may close it, and it may crash, or freeze and wake. */
export type Tab<Session> = {
  readonly name: string
  readonly session: Session
  /** Nothing of it runs any more, and nobody was told. */
  crash(): void
  /** It hears nothing, says nothing and is told of no lost lock; what it has begun goes on. */
  freeze(): void
  thaw(): void
}

/** One browser profile: its tabs share storage, locks and channels. */
export class TabBrowser {
  readonly locks = new MemoryLocks()
  readonly channels = new MemoryTabs()
  readonly #world: SessionWorld
  readonly #database = `tabs-${toHex(randomBytes(8))}`
  readonly #closers: (() => void)[] = []
  #count = 0

  constructor(world: SessionWorld) {
    this.#world = world
  }

  desk(options: TabOptions = {}): Tab<DeskSession> {
    return this.#tab(options, openDeskTab)
  }

  chat(fragment: string | null, options: TabOptions = {}): Tab<ChatSession> {
    return this.#tab(options, (parts) => openChatTab({ ...parts, fragment }))
  }

  close(): void {
    for (const close of this.#closers) close()
  }

  #tab<Session extends { close(): void }>(
    options: TabOptions,
    open: (parts: TabParts) => Session,
  ): Tab<Session> {
    const {
      build = 'build',
      isVisible = () => true,
      hasLocks = true,
      sleptMs = () => 0,
      fault,
    } = options
    const name = `tab ${++this.#count}`
    let isAwake = true
    const ends: (() => void)[] = []
    const openStorage = (): Storage => {
      const storage = testStorage(this.#database)
      ends.push(() => storage.close())
      return storage
    }
    const session = open({
      obstacle: null,
      openStorage,
      open: () => {
        if (fault !== undefined) throw fault
        const parts = this.#world.parts(openStorage())
        ends.push(() => parts.signaling.close())
        return {
          ...parts,
          openLink: (options) => {
            const link = parts.openLink(options)
            ends.push(() => link.close())
            return link
          },
        }
      },
      tabs: {
        leadership: webLockLeadership(hasLocks ? this.locks.of(name) : undefined),
        openChannel: this.channels.forTab(() => isAwake),
        build,
        isVisible,
        pause: () => new Promise((resolve) => setImmediate(resolve)),
        clock: {
          now: () => this.#world.clock.now() + sleptMs(),
          after: (delayMs, run) => this.#world.clock.after(delayMs, run),
        },
        random: () => 0,
      },
    })
    this.#closers.push(() => session.close())
    return {
      name,
      session,
      crash: () => {
        isAwake = false
        for (const end of ends) end()
        this.locks.end(name)
      },
      freeze: () => {
        isAwake = false
        this.locks.sleep(name)
      },
      thaw: () => {
        isAwake = true
        this.locks.wake(name)
      },
    }
  }
}
