/** Enough of a text to judge it by; the rest of a long one does not change the answer. */
const JUDGED_CHARS = 2_000
/** From this share of right-to-left words on, a text reads from the right: Arabic with product names in it still does. */
const RTL_SHARE = 0.4

/** Letters only: some of these scripts' digits are counted to them too. */
const RTL_LETTER =
  /(?=\p{L})[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u
const LETTER = /\p{L}/u
const NEUTRAL_WORD = /^(?:https?:\/\/|www\.)|@|\p{Nd}/iu

export type Direction = 'ltr' | 'rtl'

/**
 * Direction in which a text is read, by its words and not by its first letter (the way of Closure's
 * bidi estimate). Addresses and words with digits (numbers, codes, prices) say nothing. `null` when
 * nothing in it has a direction: the surroundings decide then.
 */
export function directionOf(text: string): Direction | null {
  let rtl = 0
  let words = 0
  for (const word of text.slice(0, JUDGED_CHARS).split(/\s+/)) {
    if (NEUTRAL_WORD.test(word)) continue
    if (RTL_LETTER.test(word)) rtl++
    else if (!LETTER.test(word)) continue
    words++
  }
  if (words === 0) return RTL_LETTER.test(text) ? 'rtl' : null
  return rtl / words >= RTL_SHARE ? 'rtl' : 'ltr'
}

/** Whether a text has letters that run from right to left. */
export function hasRtlLetters(text: string): boolean {
  return RTL_LETTER.test(text)
}
