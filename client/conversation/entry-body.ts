import { ByteWriter, fromUtf8, toUtf8 } from '@hamsa/crypto'
import { KIND } from './kind.ts'
import type { Draft, EntryBody, LogKind } from './log.ts'
import { parseEntryId } from './ids.ts'
import { checkText } from './text-draft.ts'

const TEXT_VERSION = 1

export function encodeBody(
  draft: Draft,
): { readonly kind: number; readonly body: Uint8Array } | 'empty' | 'too-large' | 'malformed' {
  if (draft.kind === 'delete')
    return { kind: KIND.delete, body: new ByteWriter().uint(1, 1).raw(draft.target).finish() }
  if (draft.kind !== 'text') return 'malformed'
  const check = checkText(draft.text)
  if (check.type !== 'fine') return check.type
  return {
    kind: KIND.text,
    body: new ByteWriter().uint(TEXT_VERSION, 1).raw(toUtf8(check.text)).finish(),
  }
}

export function decodeBody(_log: LogKind, kind: number, body: Uint8Array): EntryBody {
  const unknown: EntryBody = { kind: 'unknown', code: kind }
  if (kind === KIND.delete) {
    const target = parseEntryId(body.slice(1))
    return target === null ? unknown : { kind: 'delete', target }
  }
  if (kind !== KIND.text || body[0] !== TEXT_VERSION) return unknown
  const text = fromUtf8(body.subarray(1))
  if (text === null) return unknown
  const check = checkText(text)
  return check.type === 'fine' && check.text === text ? { kind: 'text', text } : unknown
}
