import { countBytes, hasControls, isVisible, tidyLine } from './visible-text.ts'

/* The name of a shop, as its owner types it and as a stranger's invite claims it. */

/** Longest name, in what a reader takes for characters. */
export const MAX_SHOP_NAME_CHARS = 60
/** Longest name in UTF-8, so that the card fits its invite: 60 Arabic letters take 120, with some vowel marks 160. */
export const MAX_SHOP_NAME_BYTES = 160
/** Far above any name: longer texts are not even normalised. */
const MAX_RAW_CHARS = 1000

export type ShopNameProblem = 'empty' | 'too-long' | 'control-characters'

export type ShopNameVerdict =
  /** NFC, trimmed, single spaces, nothing invisible but joiners at work. */
  | { readonly type: 'ok'; readonly name: string }
  | { readonly type: 'problem'; readonly problem: ShopNameProblem }

/** The name as it is kept and shown, or what is wrong with the text. Takes any text of any length. */
export function checkShopName(text: string): ShopNameVerdict {
  if (text.length > MAX_RAW_CHARS) return problem('too-long')
  const trimmed = text.trim()
  if (hasControls(trimmed)) return problem('control-characters')
  const name = tidyLine(trimmed)
  if (!isVisible(name)) return problem('empty')
  if (countCharacters(name) > MAX_SHOP_NAME_CHARS || countBytes(name) > MAX_SHOP_NAME_BYTES) {
    return problem('too-long')
  }
  return { type: 'ok', name }
}

/**
 * The name in a stranger's card, rid of what cannot be seen, or `null` when it has controls, nothing
 * to see, or more bytes than a card holds. Characters are not counted: what counts as one depends on
 * the browser's Unicode, and an invite must not open here and fail there.
 */
export function readShopName(text: string): string | null {
  if (text.length > MAX_RAW_CHARS || hasControls(text)) return null
  const name = tidyLine(text)
  return isVisible(name) && countBytes(name) <= MAX_SHOP_NAME_BYTES ? name : null
}

/**
 * What a reader counts: marks, variation selectors, skin tones and joiners belong to what stands
 * before them, and so does an emoji after a joiner. Not `Intl.Segmenter`, which Firefox lacked until 2024.
 */
function countCharacters(name: string): number {
  let count = 0
  let joined = false
  for (const character of name) {
    const isPart =
      /[\u200c\u200d\p{M}\p{Emoji_Modifier}]/u.test(character) ||
      (joined && /\p{Extended_Pictographic}/u.test(character))
    if (!isPart) count++
    joined = character === '\u200d'
  }
  return count
}

function problem(code: ShopNameProblem): ShopNameVerdict {
  return { type: 'problem', problem: code }
}
