import { toBase64Url } from '@hamsa/crypto'
import type { Clock } from '../clock.ts'
import type { AppendFailure, Log } from '../conversation/log.ts'
import type { Message, MessageState } from './snapshots.ts'

/** A message that is not in the log: being stored, or refused and kept for another try. */
type Pending = {
  readonly key: string
  readonly text: string
  readonly timeMs: number
  state: MessageState
}

export type PendingMessagesParts = {
  readonly log: Pick<Log, 'append'>
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

  /** Shows the text at once and stores it; resolves when it is stored or refused. */
  async send(text: string): Promise<void> {
    const pending: Pending = {
      key: `pending-${this.#nextKey++}`,
      text,
      timeMs: this.#parts.clock.now(),
      state: 'storing',
    }
    this.#pending.push(pending)
    await this.#store(pending)
  }

  async retry(key: string): Promise<void> {
    const pending = this.#pending.find((one) => one.key === key)
    if (pending === undefined || pending.state === 'storing') return
    pending.state = 'storing'
    await this.#store(pending)
  }

  /** Takes a text that was refused off the screen. */
  discard(key: string): void {
    this.#pending = this.#pending.filter((one) => one.key !== key || one.state === 'storing')
    this.#parts.onChange()
  }

  async #store(pending: Pending): Promise<void> {
    const { log, onChange } = this.#parts
    onChange()
    const result = await log.append({ kind: 'text', text: pending.text })
    if (result.type === 'appended') {
      this.keys.set(toBase64Url(result.entry.id), pending.key)
      this.#remove(pending)
      this.#storageFailed = false
    } else if (result.reason === 'empty' || result.reason === 'closed') {
      this.#remove(pending)
    } else {
      pending.state = failureState(result.reason)
      this.#storageFailed = result.reason === 'storage-full' || result.reason === 'storage-failed'
    }
    onChange()
  }

  #remove(pending: Pending): void {
    this.#pending = this.#pending.filter((one) => one !== pending)
  }
}

function messageOf({ key, text, timeMs, state }: Pending): Message {
  return { key, mine: true, text, wallTimeMs: timeMs, timeDoubtful: false, state }
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
