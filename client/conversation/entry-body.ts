import { decodeBody as decodeAnyBody, encodeBody, type EncodedBody } from './bodies/body-codecs.ts'
import type { EntryBody } from './log.ts'

/** Kind and bytes of a text's body. The text has passed `checkText`. */
export function encodeText(text: string): EncodedBody {
  const encoded = encodeBody({ kind: 'text', text })
  if (typeof encoded === 'string') throw new Error(`a checked text is ${encoded}`)
  return encoded
}

/** What a body says to a log that shows texts alone. */
export function decodeBody(kind: number, body: Uint8Array): EntryBody {
  const decoded = decodeAnyBody(kind, body, 'conversation')
  return decoded.kind === 'text' ? decoded : { kind: 'unknown', code: kind }
}
