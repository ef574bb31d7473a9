import { toBase64Url, type SigningPublicKey } from '@hamsa/crypto'
import type { Entry, LogSnapshot } from '../conversation/log.ts'
import type { Receipts } from './receipts.ts'
import type { Message, MessageState } from './snapshots.ts'

/** A clock further off than this is shown as doubtful. */
const DOUBTFUL_MS = 10 * 60 * 1000

export type MessageListInput = {
  readonly log: LogSnapshot
  readonly self: (author: SigningPublicKey) => boolean
  readonly receipts: Receipts
  readonly linkOpen: boolean
  readonly nowMs: number
  /** The key under which an entry was already on screen while it was being stored. */
  readonly keyOf: (entry: Entry) => string | null
}

/** The entries of a log as messages, in the log's order. Pure. */
export function messagesOf(input: MessageListInput): Message[] {
  const messages: Message[] = []
  let latestMs = 0
  for (const entry of input.log.entries) {
    const { body, wallTimeMs } = entry
    const ahead = wallTimeMs > input.nowMs + DOUBTFUL_MS
    const timeDoubtful = ahead || wallTimeMs < latestMs - DOUBTFUL_MS
    if (!timeDoubtful) latestMs = Math.max(latestMs, wallTimeMs)
    if (body.kind !== 'text') continue
    const mine = input.self(entry.author)
    messages.push({
      key: input.keyOf(entry) ?? toBase64Url(entry.id),
      mine,
      text: body.text,
      wallTimeMs,
      timeDoubtful,
      state: mine ? stateOf(entry, input) : null,
    })
  }
  return messages
}

function stateOf(entry: Entry, { receipts, linkOpen }: MessageListInput): MessageState {
  if (receipts.covers(entry)) return 'delivered'
  return linkOpen ? 'sending' : 'waiting'
}
