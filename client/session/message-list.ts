import { equalBytes, type SigningPublicKey } from '@hamsa/crypto'
import type { Entry, LogSnapshot } from '../conversation/log.ts'
import { compareEntries } from '../conversation/order.ts'
import type { Receipts } from './receipts.ts'
import type { Message, MessageState } from './snapshots.ts'

/** A clock further off than this is shown as doubtful. */
const DOUBTFUL_MS = 10 * 60 * 1000

export type MessageListInput = {
  readonly log: LogSnapshot
  /** The same answer for the same author each time. */
  readonly self: (author: SigningPublicKey) => boolean
  readonly receipts: Receipts
  /** Own side's entry up to which the other side has looked. */
  readonly seen: Entry | null
  readonly linkOpen: boolean
  readonly nowMs: number
  /** Entry key → the key under which it was already on screen while it was being stored. Only grows. */
  readonly keys: ReadonlyMap<string, string>
}

/** What was drawn last. */
type Drawn = Pick<MessageListInput, 'receipts' | 'seen' | 'linkOpen'> & {
  readonly entries: readonly Entry[]
  /** Of each entry; `null` for what is no message of its own. */
  readonly lines: readonly (Message | null)[]
  readonly messages: readonly Message[]
  /** How many keys were given then. */
  readonly keys: number
  readonly latestMs: number
  /** A clock ahead of ours: whether it is still doubtful, time tells. */
  readonly hasAhead: boolean
}

const NOTHING_DRAWN = { entries: [], lines: [], messages: [], latestMs: 0, hasAhead: false }

/**
 * The entries of a log as messages, in the log's order. What is the same as last time is the same
 * object, and when entries have only been added at the end nothing before them is looked at: twenty
 * thousand entries come in a hundred frames, and the screen is drawn after each.
 */
export class DrawnMessages {
  #drawn: Drawn | null = null

  draw(input: MessageListInput): readonly Message[] {
    const { receipts, seen, linkOpen, keys, nowMs } = input
    const { entries } = input.log
    const last = this.#drawn
    const before = last !== null && goesOn(last, input) ? last : NOTHING_DRAWN
    const lines: (Message | null)[] = [...before.lines]
    const messages = [...before.messages]
    let { latestMs, hasAhead } = before
    let lastIndex = before.entries.length
    for (let index = before.entries.length; index < entries.length; index++) {
      const entry = entries[index]
      if (entry === undefined) break
      const isAhead = entry.wallTimeMs > nowMs + DOUBTFUL_MS
      const timeDoubtful = isAhead || entry.wallTimeMs < latestMs - DOUBTFUL_MS
      if (isAhead) hasAhead = true
      if (!timeDoubtful) latestMs = Math.max(latestMs, entry.wallTimeMs)
      // Both are in the log's order, so the last line of an entry is the next one, or there is none.
      const isKnown = last?.entries[lastIndex] === entry
      const known = isKnown ? last.lines[lastIndex] : undefined
      const line = known === null ? null : lineOf(entry, timeDoubtful, known ?? null, input)
      if (isKnown || isReplaced(last?.entries[lastIndex], entry)) lastIndex++
      lines.push(line)
      if (line !== null) messages.push(line)
    }
    const drawn = { entries, lines, messages, receipts, seen, linkOpen }
    this.#drawn = { ...drawn, keys: keys.size, latestMs, hasAhead }
    return messages
  }
}

/** The message of an entry: the `known` one if it still says the same; `null` for what is no message of its own. */
function lineOf(
  entry: Entry,
  timeDoubtful: boolean,
  known: Message | null,
  input: MessageListInput,
): Message | null {
  const { body, wallTimeMs } = entry
  if (body.kind !== 'text') return null
  const key = (input.keys.size > 0 ? input.keys.get(entry.key) : undefined) ?? entry.key
  const mine = known?.mine ?? input.self(entry.author)
  const state = mine ? stateOf(entry, input) : null
  const isSame = known?.key === key && known.state === state
  if (isSame && known.timeDoubtful === timeDoubtful) return known
  return { key, mine, text: body.text, wallTimeMs, timeDoubtful, state }
}

/** Whether it is the same entry in another form: its body is gone. */
function isReplaced(last: Entry | undefined, entry: Entry): boolean {
  return last !== undefined && equalBytes(last.id, entry.id)
}

/** Whether all that was drawn stands as it was, and has at most something behind it. */
function goesOn(drawn: Drawn, { log, receipts, seen, linkOpen, keys }: MessageListInput): boolean {
  if (drawn.receipts !== receipts || drawn.seen !== seen) return false
  if (drawn.linkOpen !== linkOpen) return false
  if (drawn.keys !== keys.size || drawn.hasAhead) return false
  return drawn.entries.every((entry, index) => entry === log.entries[index])
}

/** What was not delivered was not seen either, though it may stand above a message that was. */
function stateOf(entry: Entry, { receipts, seen, linkOpen }: MessageListInput): MessageState {
  if (receipts.covers(entry)) {
    return seen !== null && compareEntries(entry, seen) <= 0 ? 'seen' : 'delivered'
  }
  return linkOpen ? 'sending' : 'waiting'
}
