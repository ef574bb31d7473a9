import { Listeners } from '../listeners.ts'
import { StorageError } from '../storage/ports.ts'
import { isBlob, isListOf, isText } from '../tabs/shape.ts'
import { TabSession } from '../tabs/tab-session.ts'
import { DESK_DEEDS } from './desk-deeds.ts'
import type { DeskSeat } from './desk-seat.ts'
import { Desk } from './desk-session.ts'
import { isDeskSnapshot } from './desk-shape.ts'
import { blobOf, chunksOf } from '../file-chunks.ts'
import { fileName } from './file-name.ts'
import { obstacleOf } from './obstacle-of.ts'
import { EXPORT_MEDIA_TYPES } from './readable-export-file.ts'
import { RECOVERY_MEDIA_TYPE } from './recovery-file.ts'
import { SentMessages } from './sent-messages.ts'
import type { DeskSession, DeskSnapshot, Disclosure, ExportWords, FileToSave } from './snapshots.ts'
import { takeTerm, type TabParts } from './tab-parts.ts'

const NAME = 'hamsa-desk'
const CONNECTING = { type: 'connecting' } as const

/**
 * The merchant's session in one of the tabs of a browser: begins at once, and works until it is closed.
 * `claim` is the one-time token of the desk's address, if it had one.
 */
export function openDeskTab(parts: TabParts & { readonly claim?: string | null }): DeskSession {
  const desk = new DeskTab(parts)
  if (typeof parts.claim === 'string') desk.claim(parts.claim)
  return desk
}

class DeskTab implements DeskSession {
  readonly #parts: TabParts
  readonly #tabs: TabSession<DeskSnapshot, DeskSeat>
  readonly #sent: SentMessages
  readonly #listeners = new Listeners()

  constructor(parts: TabParts) {
    this.#parts = parts
    this.#tabs = new TabSession(parts.tabs, {
      name: NAME,
      isSnapshot: isDeskSnapshot,
      deeds: DESK_DEEDS,
      loading: { type: 'loading' },
      elsewhere: { type: 'elsewhere' },
      paused: pausedDesk,
      failed: failedDesk,
      lead: async (onSuperseded) => {
        const session = parts.open()
        const term = await takeTerm(session, null, onSuperseded)
        return { term, work: new Desk(session) }
      },
    })
    this.#sent = new SentMessages({
      tab: this.#tabs.tab,
      clock: parts.tabs.clock,
      say: (conversation, sent) => this.#tabs.act('say', conversation, sent),
      onChange: () => this.#listeners.notify(),
    })
    this.#tabs.subscribe(() => this.#listeners.notify())
  }

  snapshot(): DeskSnapshot {
    return drawn(this.#tabs.snapshot(), this.#sent)
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.subscribe(listener)
  }

  openConversation(id: string): void {
    this.#tabs.show('conversation', 'openConversation', id)
  }

  closeConversation(): void {
    this.#tabs.show('conversation', 'closeConversation')
  }

  send(text: string): void {
    const snapshot = this.#tabs.snapshot()
    const thread = snapshot.type === 'open' ? snapshot.thread : null
    if (thread !== null) this.#sent.send(thread.conversation, text)
  }

  retry(messageKey: string): void {
    if (!this.#sent.retry(messageKey)) this.#tabs.ask('retry', messageKey)
  }

  discard(messageKey: string): void {
    if (!this.#sent.discard(messageKey)) this.#tabs.ask('discard', messageKey)
  }

  shown(messageKey: string): void {
    this.#tabs.ask('shown', messageKey)
  }

  wrote(active: boolean): void {
    this.#tabs.ask('wrote', active)
  }

  disclose(disclosure: Disclosure): void {
    this.#tabs.ask('disclose', disclosure)
  }

  showSafetyNumber(): void {
    this.#tabs.ask('showSafetyNumber')
  }

  claim(token: string): void {
    this.#tabs.ask('claim', token)
  }

  createShop(name: string): void {
    this.#tabs.ask('createShop', name)
  }

  restore(file: AsyncIterable<Uint8Array>, passphrase: string): void {
    void gather(file).then((whole) => this.#tabs.ask('restore', whole, passphrase))
  }

  unlock(passcode: string): void {
    this.#tabs.ask('unlock', passcode)
  }

  lock(): void {
    this.#tabs.ask('lock')
  }

  /** Answers when it is known: one that was called failed and is set later would lock the shop away. */
  async setPasscode(passcode: string | null): Promise<boolean> {
    return (await this.#tabs.act('setPasscode', passcode).catch(() => false)) === true
  }

  recoveryFile(passphrase: string): FileToSave {
    return {
      name: this.#fileName('hamsa'),
      mediaType: RECOVERY_MEDIA_TYPE,
      chunks: fileOf(this.#tabs.act('recoveryFile', passphrase)),
    }
  }

  readableExport(format: 'html' | 'json', { names, ...words }: ExportWords): FileToSave {
    const made = async (): Promise<unknown> => {
      const keys = await this.#tabs.act('shopperKeys')
      const given = isListOf(isText)(keys) ? [...names(keys)] : []
      return this.#tabs.act('readableExport', format, words, given)
    }
    return {
      name: this.#fileName(format),
      mediaType: EXPORT_MEDIA_TYPES[format],
      chunks: fileOf(made()),
    }
  }

  askToPersist(): void {
    this.#tabs.ask('askToPersist')
  }

  makeInvite(name: string, lifetimeMs: number | null): void {
    this.#tabs.ask('makeInvite', name, lifetimeMs)
  }

  revokeInvite(id: string): void {
    this.#tabs.ask('revokeInvite', id)
  }

  wake(): void {
    this.#tabs.wake()
  }

  close(): void {
    this.#tabs.close()
    this.#listeners.clear()
  }

  #fileName(extension: string): string {
    const snapshot = this.#tabs.snapshot()
    const shopName = snapshot.type === 'open' ? snapshot.shopName : ''
    return fileName(shopName, this.#parts.tabs.clock.now(), extension)
  }
}

/** With what this tab has sent off and nobody has stored yet. */
function drawn(snapshot: DeskSnapshot, sent: SentMessages): DeskSnapshot {
  if (snapshot.type !== 'open' || snapshot.thread === null) return snapshot
  const thread = sent.addTo(snapshot.thread)
  return thread === snapshot.thread ? snapshot : { ...snapshot, thread }
}

/** Nobody leads, so nobody is connected; the rest is as it was. */
function pausedDesk(last: DeskSnapshot): DeskSnapshot {
  if (last.type !== 'open') return last
  const { thread } = last
  return {
    ...last,
    connection: CONNECTING,
    thread: thread === null ? null : { ...thread, connection: CONNECTING },
  }
}

function failedDesk(error: unknown): DeskSnapshot {
  if (!(error instanceof StorageError)) throw error
  return { type: 'obstacle', obstacle: obstacleOf(error) }
}

async function* fileOf(answer: Promise<unknown>): AsyncGenerator<Uint8Array> {
  const file = await answer
  if (!isBlob(file)) throw new Error('no file')
  yield* chunksOf(file)
}

/** What of a file can be read: a part of one is told as cut short. */
async function gather(file: AsyncIterable<Uint8Array>): Promise<Blob> {
  async function* readable(): AsyncGenerator<Uint8Array> {
    try {
      yield* file
    } catch {
      return // it has gone, or is on a disk that was taken out
    }
  }
  return blobOf({ chunks: readable(), mediaType: '' })
}
