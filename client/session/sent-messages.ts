import type { Clock } from '../clock.ts'
import { checkText } from '../conversation/text-draft.ts'
import { isNumber, isRecordOf, isText } from '../tabs/shape.ts'
import type { Said } from './pending-messages.ts'
import type { Message, Thread } from './snapshots.ts'

/** What is said of a text to the tab that leads. */
export type SentText = Omit<Said, 'again'>

export const isSentText = isRecordOf<SentText>({ text: isText, key: isText, wallTimeMs: isNumber })

export type SentMessagesParts = {
  readonly tab: string
  readonly clock: Clock
  /** Settles once it is in the log, or given up. */
  readonly say: (conversation: string, sent: SentText) => Promise<unknown>
  readonly onChange: () => void
}

/** What was sent off in this tab and is not in a log yet: on screen at once, whoever leads or will. */
export class SentMessages {
  readonly #parts: SentMessagesParts
  readonly #sent: { readonly conversation: string; readonly message: Message }[] = []
  #count = 0
  #lastMs = 0

  constructor(parts: SentMessagesParts) {
    this.#parts = parts
  }

  send(conversation: string, text: string): void {
    if (checkText(text).type === 'empty') return
    const { tab, clock, say, onChange } = this.#parts
    // By its time the next leader knows whether it has a text already: no two have the same.
    this.#lastMs = Math.max(clock.now(), this.#lastMs + 1)
    const sent = { text, key: `sent-${tab}-${++this.#count}`, wallTimeMs: this.#lastMs }
    const message = { ...sent, mine: true, timeDoubtful: false, state: 'storing' } as const
    const one = { conversation, message }
    this.#sent.push(one)
    const forget = (): void => {
      this.#sent.splice(this.#sent.indexOf(one), 1)
      onChange()
    }
    say(conversation, sent).then(forget, forget)
    onChange()
  }

  /** The thread with what its leader does not show yet. */
  addTo(thread: Thread): Thread {
    const missing = this.#sent.filter(
      ({ conversation, message }) =>
        conversation === thread.conversation &&
        !thread.messages.some((one) => isSame(one, message)),
    )
    if (missing.length === 0) return thread
    return { ...thread, messages: [...thread.messages, ...missing.map(({ message }) => message)] }
  }
}

/** Another leader shows it under a key of its own until it was told of ours. */
function isSame(shown: Message, sent: Message): boolean {
  if (shown.key === sent.key) return true
  return shown.mine && shown.wallTimeMs === sent.wallTimeMs && shown.text === sent.text
}
