import type { SigningPublicKey } from '@hamsa/crypto'
import type { Entry, LogSnapshot } from '../conversation/log.ts'
import type { Receipts } from './receipts.ts'
import type { Message, MessageState } from './snapshots.ts'

/** A clock further off than this is shown as doubtful. */
const DOUBTFUL_MS = 10 * 60 * 1000

export type MessageListInput = {
  readonly log: LogSnapshot
  /** The same answer for the same author each time. */
  readonly self: (author: SigningPublicKey) => boolean
  readonly receipts: Receipts
  readonly linkOpen: boolean
  readonly nowMs: number
  /** Entry key → the key under which it was already on screen while it was being stored. Only grows. */
  readonly keys: ReadonlyMap<string, string>
}

/** What was drawn last. */
type Drawn = Pick<MessageListInput, 'receipts' | 'linkOpen'> & {
  readonly entries: readonly Entry[]
  readonly messages: readonly Message[]
  /** Keys that were given then. */
  readonly keys: number
  readonly latestMs: number
  /** A clock ahead of ours: whether it is still doubtful, time tells. */
  readonly hasAhead: boolean
}

const NOTHING_DRAWN = { entries: [], messages: [], latestMs: 0, hasAhead: false }

/**
 * The entries of a log as messages, in the log's order. What is the same as last time is the same
 * object, and when entries have only been added at the end nothing before them is looked at: twenty
 * thousand entries come in a hundred frames, and the screen is drawn after each.
 */
export class DrawnMessages {
  #drawn: Drawn | null = null
  readonly #made = new WeakMap<Entry, Message>()

  draw(input: MessageListInput): readonly Message[] {
    const { entries } = input.log
    const { receipts, linkOpen, keys, nowMs } = input
    const before = this.#drawn !== null && goesOn(this.#drawn, input) ? this.#drawn : NOTHING_DRAWN
    const messages = [...before.messages]
    let { latestMs, hasAhead } = before
    for (let index = before.entries.length; index < entries.length; index++) {
      const entry = entries[index]
      if (entry === undefined) break
      const isAhead = entry.wallTimeMs > nowMs + DOUBTFUL_MS
      const timeDoubtful = isAhead || entry.wallTimeMs < latestMs - DOUBTFUL_MS
      if (isAhead) hasAhead = true
      if (!timeDoubtful) latestMs = Math.max(latestMs, entry.wallTimeMs)
      const message = this.#messageOf(entry, timeDoubtful, input)
      if (message !== null) messages.push(message)
    }
    this.#drawn = { entries, messages, receipts, linkOpen, keys: keys.size, latestMs, hasAhead }
    return messages
  }

  /** `null` for what is no message of its own. */
  #messageOf(entry: Entry, timeDoubtful: boolean, input: MessageListInput): Message | null {
    const { body, wallTimeMs } = entry
    if (body.kind !== 'text') return null
    const known = this.#made.get(entry)
    const mine = known?.mine ?? input.self(entry.author)
    const key = (input.keys.size > 0 ? input.keys.get(entry.key) : undefined) ?? entry.key
    const state = mine ? stateOf(entry, input) : null
    const isSame = known?.key === key && known.state === state
    if (isSame && known.timeDoubtful === timeDoubtful) return known
    const message = { key, mine, text: body.text, wallTimeMs, timeDoubtful, state }
    this.#made.set(entry, message)
    return message
  }
}

/** Whether all that was drawn stands as it was, and has at most something behind it. */
function goesOn(drawn: Drawn, { log, receipts, linkOpen, keys }: MessageListInput): boolean {
  if (drawn.receipts !== receipts || drawn.linkOpen !== linkOpen) return false
  if (drawn.keys !== keys.size || drawn.hasAhead) return false
  return drawn.entries.every((entry, index) => entry === log.entries[index])
}

function stateOf(entry: Entry, { receipts, linkOpen }: MessageListInput): MessageState {
  if (receipts.covers(entry)) return 'delivered'
  return linkOpen ? 'sending' : 'waiting'
}
