import { isBlank } from '../../guard/blank-text.ts'
import { checkText, MAX_TEXT_BYTES } from '../text-draft.ts'
import type { BodyFault } from './body-fault.ts'

export type RuledText =
  { readonly type: 'fine'; readonly text: string } | { readonly type: BodyFault }

/**
 * What one text of a body may be. The writer writes what `check` makes of a draft; the reader takes
 * only what `check` leaves as it is, so each text has one spelling. `check` of its own result is
 * that result.
 */
export type TextRule = {
  readonly check: (text: string) => RuledText
  /** Of UTF-8; no fine text has more. */
  readonly maxBytes: number
}

/** Words of a message: as typed, in several lines. */
export const MESSAGE_TEXT: TextRule = { check: checkText, maxBytes: MAX_TEXT_BYTES }

/** C0, DEL, C1, line and paragraph separator. */
const CONTROL = /[\p{Cc}\u2028\u2029]/u

/** Words in several lines, at most so many code points. */
export function proseOf(maxChars: number): TextRule {
  return {
    maxBytes: 4 * maxChars,
    check: (text) => {
      const checked = checkText(text)
      return checked.type === 'fine' ? limited(checked.text, maxChars) : checked
    },
  }
}

/** One line without control characters, trimmed, at most so many code points. */
export function lineOf(maxChars: number): TextRule {
  return {
    maxBytes: 4 * maxChars,
    check: (text) => {
      const checked = checkText(text)
      if (checked.type !== 'fine') return checked
      const line = checked.text.trim()
      return CONTROL.test(line) ? { type: 'malformed' } : limited(line, maxChars)
    },
  }
}

/** ASCII of a fixed shape. `pattern` is anchored at both ends and takes nothing else. */
export function asciiOf(pattern: RegExp, maxBytes: number): TextRule {
  return {
    maxBytes,
    check: (text) => {
      if (text.length > maxBytes) return { type: 'too-large' }
      if (isBlank(text)) return { type: 'empty' }
      return pattern.test(text) ? { type: 'fine', text } : { type: 'malformed' }
    },
  }
}

/** The same text, or nothing at all. */
export function orEmpty(rule: TextRule): TextRule {
  return {
    maxBytes: rule.maxBytes,
    check: (text) => {
      const checked = rule.check(text)
      return checked.type === 'empty' ? { type: 'fine', text: '' } : checked
    },
  }
}

function limited(text: string, maxChars: number): RuledText {
  return [...text].length > maxChars ? { type: 'too-large' } : { type: 'fine', text }
}
