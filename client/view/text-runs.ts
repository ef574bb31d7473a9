import { hasRtlLetters, type Direction } from './text-direction.ts'

/** A piece of a message; `isolated` ones are read from left to right whatever surrounds them. */
export type TextRun = { readonly text: string; readonly isolated: boolean }

/** A longer text is shown as one run: thousands of isolated pieces would cost more than they give. */
const MAX_SPLIT_CHARS = 20_000
const MAX_WORD_CHARS = 300

const WEB_ADDRESS = /^(?:https?:\/\/|www\.)/i
const MAIL = /^[\w.+-]+@[\w-]+\.[\w.-]+$/
const NUMBER = /^[+\-−#]?[$€£¥]?\p{Nd}[\p{Nd}.,:/\-−٫٬×*]*[%٪$€£¥]?$/u
const CURRENCY = /^(?:[A-Z]{3}|[$€£¥])$/
const LATIN = /^[#@]?[A-Za-z0-9\u00C0-\u024F][\w\u00C0-\u024F.\-/#+'’&]*$/
const LEADING = /^[([{"'«“‘]+/u
/** Marks that Latin words share with what follows them; the Arabic ، ؛ ؟ end a phrase. */
const JOINING = /^[:,;.!?/&'")]+$/
/** These stand between words on their own. */
const BETWEEN = /^[/&-]$/
const TRAILING = /[)\]}"'»”’.,;:!?،؛؟…]+$/u

type Kind = 'plain' | 'number' | 'currency' | 'latin'
type Piece = { readonly text: string; readonly kind: Kind }

/**
 * Splits a text so that numbers, prices, codes, Latin names and addresses keep their own order.
 * Joined again, the runs are the text.
 *
 * - Among right-to-left words, "Samsung Galaxy S24", "Size: XL", "+966 50 123 4567" and "120 SAR" are
 *   one piece each; a number before a Latin word stays with the words before it, as it is read.
 * - Among left-to-right words only numbers are set apart: the rest has its order already.
 */
export function textRuns(text: string, direction: Direction): TextRun[] {
  if (text.length > MAX_SPLIT_CHARS || !hasRtlLetters(text)) return [{ text, isolated: false }]
  const pieces = text.split(/(\s+)/).flatMap(piecesOf)
  const runs: TextRun[] = []
  let at = 0
  while (at < pieces.length) {
    const end = direction === 'rtl' ? phraseEnd(pieces, at) : numberEnd(pieces, at)
    const isolated = end > at
    const next = isolated ? end : at + 1
    const joined = pieces.slice(at, next).map((piece) => piece.text)
    const last = runs.at(-1)
    if (!isolated && last !== undefined && !last.isolated) {
      runs[runs.length - 1] = { text: last.text + joined.join(''), isolated }
    } else {
      runs.push({ text: joined.join(''), isolated })
    }
    at = next
  }
  return runs
}

/** Embeddings and overrides can draw a text in an order that it has not; marks and isolates, which people do use, stay. */
export function withoutOverrides(text: string): string {
  return text.replace(/[\u202A-\u202E]/g, '')
}

/** Where a phrase that begins at `at` ends; `at` when none begins there. */
function phraseEnd(pieces: readonly Piece[], at: number): number {
  const first = pieces[at]?.kind ?? 'plain'
  if (first !== 'latin' && first !== 'currency') return numberEnd(pieces, at)
  const opened = LEADING.test(pieces[at - 1]?.text ?? '')
  let end = at + 1
  for (let next = nextWord(pieces, end, opened); next !== null;) {
    end = next + 1
    next = nextWord(pieces, end, opened)
  }
  return end
}

/**
 * Place of the word that goes on with a Latin phrase, over a space and the marks around it; `null`
 * when the phrase ends. Where it began after a bracket or a quote, the closing one is not part of it.
 */
function nextWord(pieces: readonly Piece[], end: number, opened: boolean): number | null {
  const wordAt = (index: number): boolean => (pieces[index]?.kind ?? 'plain') !== 'plain'
  const text = (index: number): string => pieces[index]?.text ?? ''
  if (text(end) === ' ') {
    if (wordAt(end + 1)) return end + 1
    return BETWEEN.test(text(end + 1)) && text(end + 2) === ' ' && wordAt(end + 3) ? end + 3 : null
  }
  const mark = text(end)
  if (!JOINING.test(mark) || (opened && /["')]/.test(mark)) || text(end + 1) !== ' ') return null
  if (!wordAt(end + 2)) return null
  // After a comma a number may count the Arabic word behind it, as in "iPhone 15, 3 قطع".
  const counts = pieces[end + 2]?.kind === 'number' && !/[:/&]$/.test(mark)
  return counts && !(text(end + 3) === ' ' && wordAt(end + 4)) ? null : end + 2
}

/** Numbers apart by one space, and a currency after them. */
function numberEnd(pieces: readonly Piece[], at: number): number {
  if (pieces[at]?.kind !== 'number') return at
  let end = at + 1
  while (pieces[end]?.text === ' ' && pieces[end + 1]?.kind === 'number') end += 2
  if (pieces[end]?.text === ' ' && pieces[end + 1]?.kind === 'currency') end += 2
  return end
}

/** A word and the marks around it, which belong to the sentence. */
function piecesOf(word: string): Piece[] {
  if (word.length > MAX_WORD_CHARS) {
    return [{ text: word, kind: WEB_ADDRESS.test(word) ? 'latin' : 'plain' }]
  }
  const lead = LEADING.exec(word)?.[0] ?? ''
  const rest = word.slice(lead.length)
  const trail = TRAILING.exec(rest)?.[0] ?? ''
  const core = rest.slice(0, rest.length - trail.length)
  const pieces: Piece[] = [
    { text: lead, kind: 'plain' },
    { text: core, kind: kindOf(core) },
    { text: trail, kind: 'plain' },
  ]
  return pieces.filter(({ text }) => text !== '')
}

function kindOf(word: string): Kind {
  if (NUMBER.test(word)) return 'number'
  if (CURRENCY.test(word)) return 'currency'
  return WEB_ADDRESS.test(word) || MAIL.test(word) || LATIN.test(word) ? 'latin' : 'plain'
}
