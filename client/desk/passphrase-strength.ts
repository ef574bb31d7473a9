/** A passphrase is all that keeps a lost file closed, so it may not be shorter. */
export const MIN_PASSPHRASE_CHARS = 10

export type Strength = 'short' | 'weak' | 'fair' | 'strong'

/** Bits that guesses have to find: below the first a file is open in days, from the second on it stays shut. */
const FAIR_BITS = 50
const STRONG_BITS = 75

/** Kinds of characters, and how many a guesser has to try for each. */
const KINDS: readonly (readonly [RegExp, number])[] = [
  [/\p{Nd}/u, 10],
  [/\p{Ll}/u, 26],
  [/\p{Lu}/u, 26],
  [/\p{Lo}/u, 28],
  [/[^\p{L}\p{Nd}]/u, 12],
]

/** Rows of keyboards: a walk along one is no choice. */
const ROWS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'ضصثقفغعهخحجد', 'شسيبلاتنمكط', 'ئءؤرىةوزظ']

/**
 * A guess from the text alone, without any list of words: characters that repeat, count on or walk
 * along the keyboard say nothing new. It errs to the weak side.
 */
export function strengthOf(passphrase: string): Strength {
  const characters = [...passphrase]
  if (characters.length < MIN_PASSPHRASE_CHARS) return 'short'
  const choices = KINDS.reduce((sum, [kind, size]) => sum + (kind.test(passphrase) ? size : 0), 0)
  const told = new Set<string>()
  const fresh = characters.filter((character, index) => {
    const pair = (characters[index - 1] ?? '') + character
    const isNew = !follows(characters[index - 1], character) && !told.has(pair)
    told.add(pair)
    return isNew
  })
  const bits = fresh.length * Math.log2(choices)
  if (bits < FAIR_BITS) return 'weak'
  return bits < STRONG_BITS ? 'fair' : 'strong'
}

/** Whether a character is what anybody would type after the one before it. */
function follows(before: string | undefined, character: string): boolean {
  if (before === undefined) return false
  const [a, b] = [before.toLowerCase(), character.toLowerCase()]
  const step = Math.abs((a.codePointAt(0) ?? 0) - (b.codePointAt(0) ?? 0))
  return step <= 1 || ROWS.some((row) => row.includes(a + b) || row.includes(b + a))
}
