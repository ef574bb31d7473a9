/*
 * The name of a shop, as its owner types it and as a stranger's invite claims it. What cannot be
 * seen must not be in it: two names that look alike should be alike.
 */

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

/** C0, DEL, C1, line and paragraph separator, interlinear annotation, lone surrogates: nobody types these into a name. */
const CONTROLS = /[\p{Cc}\u2028\u2029\ufff9-\ufffb\p{Cs}]/u

/**
 * Invisible, and no name needs them; a keyboard or a copy brings them along, so they are taken out
 * in silence: soft hyphen, grapheme joiner, Arabic letter mark, Hangul fillers, Mongolian separators,
 * zero-width space, direction marks, embeddings and isolates, invisible operators, braille blank,
 * byte-order mark, tags.
 */
const INVISIBLE =
  /\u00ad|\u034f|\u061c|[\u115f\u1160]|[\u17b4\u17b5]|[\u180b-\u180f]|\u200b|[\u200e\u200f]|[\u202a-\u202e]|[\u2060-\u206f]|\u2800|\u3164|\ufeff|\uffa0|[\u{e0000}-\u{e0fff}]/gu

/**
 * A joiner (ZWNJ, ZWJ) that changes what one sees stands after a letter of a script that joins, or
 * an emoji, marks in between allowed, and before something that is no joiner. Persian, Indic scripts
 * and many emoji need it; between Latin letters it only makes a second name that looks like the first.
 */
const IDLE_JOINER =
  /(?<![\p{Script=Arabic}\p{Script=Syriac}\p{Script=Nko}\p{Script=Mongolian}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}\p{Extended_Pictographic}\p{Emoji_Modifier}]\p{M}*)[\u200c\u200d]+|[\u200c\u200d]+(?=[\s\u200c\u200d]|$)/gu

/** Something to see and to say. */
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u

/** The name as it is kept and shown, or what is wrong with the text. Takes any text of any length. */
export function checkShopName(text: string): ShopNameVerdict {
  if (text.length > MAX_RAW_CHARS) return problem('too-long')
  const trimmed = text.trim()
  if (CONTROLS.test(trimmed)) return problem('control-characters')
  const name = tidy(trimmed)
  if (!VISIBLE.test(name)) return problem('empty')
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
  if (text.length > MAX_RAW_CHARS || CONTROLS.test(text)) return null
  const name = tidy(text)
  return VISIBLE.test(name) && countBytes(name) <= MAX_SHOP_NAME_BYTES ? name : null
}

function tidy(text: string): string {
  return text
    .normalize('NFC')
    .replace(INVISIBLE, '')
    .replace(IDLE_JOINER, '')
    .replace(/\p{Zs}+/gu, ' ')
    .trim()
    .normalize('NFC')
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

function countBytes(name: string): number {
  return new TextEncoder().encode(name).length
}

function problem(code: ShopNameProblem): ShopNameVerdict {
  return { type: 'problem', problem: code }
}
