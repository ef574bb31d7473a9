/*
 * What a stranger's text may hold when it stands for someone: names, and what a profile says. What
 * cannot be seen must not be in it: two texts that look alike should be alike.
 */

/** C0, DEL, C1, line and paragraph separator, interlinear annotation, lone surrogates: nobody types these into one line. */
const CONTROLS = /[\p{Cc}\u2028\u2029\ufff9-\ufffb\p{Cs}]/u

/**
 * Invisible, and no such text needs them; a keyboard or a copy brings them along, so they are taken
 * out in silence: soft hyphen, grapheme joiner, Arabic letter mark, Hangul fillers, Mongolian
 * separators, zero-width space, direction marks, embeddings and isolates, invisible operators,
 * braille blank, byte-order mark, tags.
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

export function hasControls(text: string): boolean {
  return CONTROLS.test(text)
}

export function isVisible(text: string): boolean {
  return VISIBLE.test(text)
}

/** NFC, trimmed, single spaces, nothing invisible but joiners at work. Takes time by the length of the text: bound it first. */
export function tidyLine(text: string): string {
  return text
    .normalize('NFC')
    .replace(INVISIBLE, '')
    .replace(IDLE_JOINER, '')
    .replace(/\p{Zs}+/gu, ' ')
    .trim()
    .normalize('NFC')
}

/**
 * A text of one or more lines, each rid of what cannot be seen, without empty lines around it; `null`
 * when it has controls other than the newline, nothing to see, or more than `maxBytes` of UTF-8.
 */
export function readPlainText(text: string, maxBytes: number): string | null {
  if (text.length > maxBytes) return null // UTF-8 never has fewer bytes than UTF-16 has code units
  const lines = text.split('\n')
  if (lines.some(hasControls)) return null
  const plain = lines
    .map(tidyLine)
    .join('\n')
    .replace(/^\n+|\n+$/g, '')
  return isVisible(plain) && countBytes(plain) <= maxBytes ? plain : null
}

/** Bytes of UTF-8. */
export function countBytes(text: string): number {
  return new TextEncoder().encode(text).length
}
