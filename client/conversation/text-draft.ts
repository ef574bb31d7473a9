import { fromUtf8, toUtf8 } from '@hamsa/crypto'
import { isBlank } from '../guard/blank-text.ts'
import { MAX_ENTRY_BYTES } from './log.ts'

/** What header (8 parents at most), signature, salt and the body's version byte may take of an entry, rounded up. */
const TEXT_OVERHEAD_BYTES = 1024
/** Longest text of one message, in bytes of UTF-8. */
export const MAX_TEXT_BYTES = MAX_ENTRY_BYTES - TEXT_OVERHEAD_BYTES

export type TextCheck =
  { readonly type: 'fine'; readonly text: string } | { readonly type: 'empty' | 'too-large' }

/**
 * What of a typed text may become a message. Newlines and spaces stay as they are; NUL, which
 * nobody types and some storage cuts at, goes; a lone surrogate becomes U+FFFD, as UTF-8 will have it.
 */
export function checkText(text: string): TextCheck {
  // UTF-8 never has fewer bytes than UTF-16 has code units: a huge paste is not even copied.
  if (text.length > 2 * MAX_TEXT_BYTES) return { type: 'too-large' }
  // Most texts are fine as they are, and each is looked at when its conversation opens.
  if (text.length <= MAX_TEXT_BYTES / 3 && !text.includes('\0') && text.isWellFormed()) {
    return isBlank(text) ? { type: 'empty' } : { type: 'fine', text }
  }
  const bytes = toUtf8(text.replaceAll('\0', ''))
  const kept = fromUtf8(bytes) ?? ''
  if (isBlank(kept)) return { type: 'empty' }
  return bytes.length > MAX_TEXT_BYTES ? { type: 'too-large' } : { type: 'fine', text: kept }
}
