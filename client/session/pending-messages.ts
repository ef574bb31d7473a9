import { toBase64Url, type SigningPublicKey } from '@hamsa/crypto'
import type { Clock } from '../clock.ts'
import type { AppendFailure, Entry, Log } from '../conversation/log.ts'
import { checkText } from '../conversation/text-draft.ts'
import type { Message, MessageState } from './snapshots.ts'

/** A text as a person sent it off. */
export type Said = {
  readonly text: string
  /** Under which it is on screen, from now on and for good; each its own. */
  readonly key: string
  /** When it was sent off; its entry says the same. No two of one tab have the same. */
  readonly wallTimeMs: number
  /** Somebody else was told of it before, and may have stored it. */
  readonly again: boolean
}

/** A message that is not in the log: being stored, or refused and kept for another try. */
type Pending = Omit<Said, 'again'> & {
  state: MessageState
  /** Called with `true` once it is stored, or given up; with `false` when the log is closed before. */
  readonly settle: (isDone: boolean) => void
  readonly settled: Promise<boolean>
}

export type PendingMessagesParts = {
  readonly log: Pick<Log, 'append' | 'snapshot'>
  readonly isOwnSide: (author: SigningPublicKey) => boolean
  readonly clock: Clock
  readonly onChange: () => void
}

/**
 * What was written and is not in the log yet. A text that could not be stored stays on screen with
 * its reason until it is sent again or discarded.
 */
export class PendingMessages {
  /** Entry id in base64url → the key under which the message was on screen before. */
  readonly keys = new Map<string, string>()
  readonly #parts: PendingMessagesParts
  #pending: Pending[] = []
  #nextKey = 0
  #storageFailed = false

  constructor(parts: PendingMessagesParts) {
    this.#parts = parts
  }

  /** In the order in which they were written. */
  messages(): readonly Message[] {
    return this.#pending.map(messageOf)
  }

  /** Whether storage refused the last one. */
  get storageFailed(): boolean {
    return this.#storageFailed
  }

  /** Sends a text off here and now. */
  async send(text: string): Promise<void> {
    const wallTimeMs = this.#parts.clock.now()
    await this.say({ text, key: `pending-${this.#nextKey++}`, wallTimeMs, again: false })
  }

  /** What is not stored yet is left to whoever opens the log next. */
  close(): void {
    for (const { settle } of this.#pending) settle(false)
  }

  /**
   * Shows the text at once and stores it, but never twice. Resolves with `true` when it is stored, or
   * nobody wants it any more; with `false` when the log was closed first: then it is to be said
   * again to whoever opens the log next. Not while it stands refused. Rejects with what nobody
   * foresaw, and knows nothing of the text then.
   */
  async say({ again, ...said }: Said): Promise<boolean> {
    if (again && this.#isKnown(said)) return true
    const waiting = this.#pending.find(({ key }) => key === said.key)
    if (waiting !== undefined) return waiting.settled
    let settle: Pending['settle'] = () => undefined
    const settled = new Promise<boolean>((resolve) => (settle = resolve))
    const pending: Pending = { ...said, state: 'storing', settle, settled }
    this.#pending.push(pending)
    try {
      await this.#store(pending)
    } catch (error) {
      this.#remove(pending) // whose tab hears of it and keeps the text, to say it anew or drop it
      this.#parts.onChange()
      throw error
    }
    return settled
  }

  async retry(key: string): Promise<void> {
    const pending = this.#pending.find((one) => one.key === key)
    if (pending === undefined || pending.state === 'storing') return
    pending.state = 'storing'
    await this.#store(pending)
  }

  /** Takes a text that was refused off the screen. */
  discard(key: string): void {
    const refused = this.#pending.find((one) => one.key === key && one.state !== 'storing')
    if (refused !== undefined) this.#remove(refused)
    this.#parts.onChange()
  }

  async #store(pending: Pending): Promise<void> {
    const { log, onChange } = this.#parts
    onChange()
    const draft = { kind: 'text', text: pending.text } as const
    const result = await log.append(draft, pending.wallTimeMs).catch((error: unknown) => {
      pending.state = failureState('storage-failed')
      onChange()
      throw error
    })
    if (result.type === 'appended') {
      this.keys.set(toBase64Url(result.entry.id), pending.key)
      this.#remove(pending)
      this.#storageFailed = false
    } else if (result.reason === 'empty') {
      this.#remove(pending)
    } else if (result.reason === 'closed') {
      return pending.settle(false)
    } else {
      pending.state = failureState(result.reason)
      this.#storageFailed = result.reason === 'storage-full' || result.reason === 'storage-failed'
    }
    onChange()
  }

  /** Whether the log holds it already; it is then on screen under the key that it has had. */
  #isKnown({ text, key, wallTimeMs }: Omit<Said, 'again'>): boolean {
    const checked = checkText(text)
    const isSame = ({ wallTimeMs: storedMs, author, body }: Entry): boolean =>
      storedMs === wallTimeMs &&
      body.kind === 'text' &&
      checked.type === 'fine' &&
      body.text === checked.text &&
      this.#parts.isOwnSide(author)
    const entry = this.#parts.log.snapshot().entries.findLast(isSame)
    if (entry === undefined) return false
    this.keys.set(entry.key, key)
    this.#parts.onChange()
    return true
  }

  #remove(pending: Pending): void {
    this.#pending = this.#pending.filter((one) => one !== pending)
    pending.settle(true)
  }
}

function messageOf({ key, text, wallTimeMs, state }: Pending): Message {
  return { key, mine: true, text, wallTimeMs, timeDoubtful: false, state }
}

function failureState(reason: Exclude<AppendFailure, 'empty' | 'closed'>): MessageState {
  switch (reason) {
    case 'too-large':
    case 'malformed':
      return 'failed-too-large'
    case 'removed':
      return 'failed-removed'
    case 'storage-full':
      return 'failed-storage-full'
    case 'storage-failed':
      return 'failed-storage'
  }
}
