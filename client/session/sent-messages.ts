import type { Clock } from '../clock.ts'
import { checkText } from '../conversation/text-draft.ts'
import { isNumber, isRecordOf, isText } from '../tabs/shape.ts'
import type { Said } from './pending-messages.ts'
import type { Message, MessageState, Thread } from './snapshots.ts'

/** What is said of a text to the tab that leads. */
export type SentText = Omit<Said, 'again'>

export const isSentText = isRecordOf<SentText>({ text: isText, key: isText, wallTimeMs: isNumber })

export type SentMessagesParts = {
  readonly tab: string
  readonly clock: Clock
  /** Resolves once it is in the log, or given up; rejects when whoever leads could not do it. */
  readonly say: (conversation: string, sent: SentText) => Promise<unknown>
  readonly onChange: () => void
}

type Sent = { readonly conversation: string; readonly text: SentText; state: MessageState }

/** What was sent off in this tab and is not in a log yet: on screen at once, whoever leads or will. */
export class SentMessages {
  readonly #parts: SentMessagesParts
  #sent: readonly Sent[] = []
  #count = 0
  #lastMs = 0

  constructor(parts: SentMessagesParts) {
    this.#parts = parts
  }

  send(conversation: string, text: string): void {
    if (checkText(text).type === 'empty') return
    const { tab, clock } = this.#parts
    // By its time the next leader knows whether it has a text already: no two have the same.
    this.#lastMs = Math.max(clock.now(), this.#lastMs + 1)
    const said = { text, key: `sent-${tab}-${++this.#count}`, wallTimeMs: this.#lastMs }
    const one: Sent = { conversation, text: said, state: 'storing' }
    this.#sent = [...this.#sent, one]
    void this.#say(one)
  }

  /** Another try for one that nobody could store. `false` when it is none of these: its leader has it. */
  retry(key: string): boolean {
    const one = this.#failed(key)
    if (one !== undefined) void this.#say(one)
    return one !== undefined
  }

  /** Takes one that nobody could store off the screen. `false` when it is none of these. */
  discard(key: string): boolean {
    const one = this.#failed(key)
    if (one !== undefined) this.#forget(one)
    return one !== undefined
  }

  /** The thread with what its leader does not show yet. */
  addTo(thread: Thread): Thread {
    const missing = this.#sent
      .filter(({ conversation }) => conversation === thread.conversation)
      .filter(({ text }) => !thread.messages.some((shown) => isSame(shown, text)))
    if (missing.length === 0) return thread
    return { ...thread, messages: [...thread.messages, ...missing.map(messageOf)] }
  }

  async #say(one: Sent): Promise<void> {
    const { say, onChange } = this.#parts
    one.state = 'storing'
    onChange()
    try {
      await say(one.conversation, one.text)
    } catch {
      one.state = 'failed-storage' // it stays, with its reason: a text never leaves without a word
      return onChange()
    }
    this.#forget(one)
  }

  #failed(key: string): Sent | undefined {
    return this.#sent.find(({ text, state }) => text.key === key && state !== 'storing')
  }

  #forget(one: Sent): void {
    this.#sent = this.#sent.filter((other) => other !== one)
    this.#parts.onChange()
  }
}

function messageOf({ text, state }: Sent): Message {
  return { ...text, mine: true, timeDoubtful: false, state }
}

/** Another leader shows it under a key of its own until it was told of ours. */
function isSame(shown: Message, sent: SentText): boolean {
  if (shown.key === sent.key) return true
  return shown.mine && shown.wallTimeMs === sent.wallTimeMs && shown.text === sent.text
}
