/* What both forms of the readable export are made of; readable-json.ts and readable-html.ts. RECOVERY.md has the rules. */

export type ExportedMessage = {
  readonly author: 'shop' | 'shopper'
  /** As it was written, or as it was edited last. Never shown of a deleted message. */
  readonly text: string
  /** The author's clock, Unix milliseconds. */
  readonly wallTimeMs: number
  readonly deleted: boolean
  readonly edited: boolean
}

export type ExportedConversation = {
  readonly name: string
  /** In the order of the screen. */
  readonly messages: Iterable<ExportedMessage>
}

/** Conversations one after another; an asynchronous source is asked for the next when the one before is written. */
export type ExportedConversations =
  Iterable<ExportedConversation> | AsyncIterable<ExportedConversation>

/** The time in ISO 8601, UTC; `null` for a number that is no time. */
export function isoTime(wallTimeMs: number): string | null {
  const time = new Date(wallTimeMs)
  return Number.isNaN(time.getTime()) ? null : time.toISOString()
}
