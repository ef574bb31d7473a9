import { isoTime, type ExportedConversations, type ExportedMessage } from './readable-export.ts'

/** What the document calls itself, in its field `format`. */
export const JSON_EXPORT_FORMAT = 'hamsa/readable-export/1'

/**
 * One JSON document, in pieces: `{ format, conversations: [{ name, messages: [{ author, text, time,
 * edited, deleted }] }] }`. `time` is ISO 8601, UTC, or `null`; `text` of a deleted message is `null`.
 */
export async function* readableJson(
  conversations: ExportedConversations,
): AsyncGenerator<string, void> {
  yield `{"format":${jsonOf(JSON_EXPORT_FORMAT)},"conversations":[`
  let between = '\n'
  for await (const { name, messages } of conversations) {
    yield `${between}{"name":${jsonOf(name)},"messages":[`
    between = ',\n'
    let gap = '\n  '
    for (const message of messages) {
      yield gap + jsonOf(plainMessage(message))
      gap = ',\n  '
    }
    yield ']}'
  }
  yield '\n]}\n'
}

function plainMessage({ author, text, wallTimeMs, deleted, edited }: ExportedMessage): object {
  return { author, text: deleted ? null : text, time: isoTime(wallTimeMs), edited, deleted }
}

/**
 * What `JSON.stringify` leaves as it is though a viewer may act on it: controls of C1, marks,
 * embeddings, overrides and isolates of direction, line separators, other invisible characters.
 */
const ACTING = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g

function jsonOf(value: object | string): string {
  return JSON.stringify(value).replace(
    ACTING,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
