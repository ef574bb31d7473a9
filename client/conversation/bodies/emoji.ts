import { toUtf8 } from '@hamsa/crypto'
import { isBlank } from '../../guard/blank-text.ts'
import type { RuledText, TextRule } from './text-rule.ts'

export const MAX_EMOJI_BYTES = 32

/**
 * One emoji by its build (UTS #51, ED-17): pictures joined by ZWJ, each with a skin tone or VS16 at
 * most; a skin tone alone; two regional indicators; a keycap; a flag of tags. So it is one grapheme
 * cluster too. Not by `\p{RGI_Emoji}` and `Intl.Segmenter`: Firefox lacked the latter until 2024, and
 * both change with each Unicode, so that a new emoji would be one here and none there.
 * `Extended_Pictographic` has the emoji of years to come in it already.
 */
const PICTURE = String.raw`\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\ufe0f)?`
const FLAG_TAGS = String.raw`\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{3,6}\u{e007f}`
const ONE_EMOJI = new RegExp(
  String.raw`^(?:${PICTURE}(?:\u200d${PICTURE})*|\p{Emoji_Modifier}|\p{Regional_Indicator}{2}|[0-9#*]\ufe0f\u20e3|${FLAG_TAGS})$`,
  'u',
)

/** One emoji, at most 32 bytes of UTF-8. */
export const EMOJI: TextRule = { check: checkEmoji, maxBytes: MAX_EMOJI_BYTES }

function checkEmoji(text: string): RuledText {
  if (text.length > MAX_EMOJI_BYTES || toUtf8(text).length > MAX_EMOJI_BYTES) {
    return { type: 'too-large' }
  }
  if (isBlank(text)) return { type: 'empty' }
  return ONE_EMOJI.test(text) ? { type: 'fine', text } : { type: 'malformed' }
}
