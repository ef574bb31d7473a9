import { ByteWriter, fromUtf8, toUtf8 } from '@hamsa/crypto'
import { KIND } from './kind.ts'
import type { EntryBody } from './log.ts'
import { checkText } from './text-draft.ts'

const TEXT_VERSION = 1

/** Kind and bytes of a text's body: version 1 ‖ UTF-8. The text has passed `checkText`. */
export function encodeText(text: string): { readonly kind: number; readonly body: Uint8Array } {
  const body = new ByteWriter().uint(TEXT_VERSION, 1).raw(toUtf8(text)).finish()
  return { kind: KIND.text, body }
}

/**
 * What a body says to this version. Whatever it does not understand (a later kind or version, a
 * text that no composer lets through) is `unknown`, never an error: all devices must agree on which
 * entries exist, whatever their version.
 */
export function decodeBody(kind: number, body: Uint8Array): EntryBody {
  const unknown: EntryBody = { kind: 'unknown', code: kind }
  if (kind !== KIND.text || body[0] !== TEXT_VERSION) return unknown
  const text = fromUtf8(body.subarray(1))
  if (text === null) return unknown
  const check = checkText(text)
  return check.type === 'fine' && check.text === text ? { kind: 'text', text } : unknown
}
