import { hasRtlLetters } from './text-direction.ts'

/** A piece of a message; `isolated` ones are read from left to right whatever surrounds them. */
export type TextRun = { readonly text: string; readonly isolated: boolean }

/** A longer text is shown as one run: thousands of isolated pieces would cost more than they give. */
const MAX_SPLIT_CHARS = 20_000
const MAX_WORD_CHARS = 300

const URL_START = /^(?:https?:\/\/|www\.)/i
const MAIL = /^[\w.+-]+@[\w-]+\.[\w.-]+$/
const NUMBER = /^[+\-−#]?[$€£¥]?\p{Nd}[\p{Nd}.,:/\-−٫٬×*]*[%٪$€£¥]?$/u
const CODE = /^[#@]?[A-Za-z0-9][\w.\-/#+]*$/
const CURRENCY = /^(?:[A-Z]{3}|[$€£¥])$/
const LEADING = /^[([{"'«“‘]+/u
const TRAILING = /[)\]}"'»”’.,;:!?،؛؟…]+$/u

/**
 * Splits a text so that numbers, codes, prices and addresses keep their own order inside
 * right-to-left words. Numbers apart by one space ("+966 50 123 4567", "SAR 120") stay together.
 * Joined again, the runs are the text.
 */
export function textRuns(text: string): TextRun[] {
  if (text.length > MAX_SPLIT_CHARS || !hasRtlLetters(text)) return [{ text, isolated: false }]
  const runs: TextRun[] = []
  for (const word of text.split(/(\s+)/)) pushWord(runs, word)
  return joinNeighbours(runs)
}

/** Embeddings and overrides can draw a text in an order that it has not; marks and isolates, which people do use, stay. */
export function withoutOverrides(text: string): string {
  return text.replace(/[\u202A-\u202E]/g, '')
}

function pushWord(runs: TextRun[], word: string): void {
  const lead = LEADING.exec(word)?.[0] ?? ''
  const rest = word.slice(lead.length)
  const trail = word.length > MAX_WORD_CHARS ? '' : (TRAILING.exec(rest)?.[0] ?? '')
  const core = rest.slice(0, rest.length - trail.length)
  if (!isLeftToRight(core)) {
    push(runs, word, false)
    return
  }
  push(runs, lead, false)
  push(runs, core, true)
  push(runs, trail, false)
}

function push(runs: TextRun[], text: string, isolated: boolean): void {
  if (text !== '') runs.push({ text, isolated })
}

function isLeftToRight(word: string): boolean {
  if (word === '' || word.length > MAX_WORD_CHARS) return URL_START.test(word)
  if (URL_START.test(word) || MAIL.test(word) || NUMBER.test(word) || CURRENCY.test(word))
    return true
  return CODE.test(word) && /\d/.test(word)
}

function joinNeighbours(runs: readonly TextRun[]): TextRun[] {
  const joined: TextRun[] = []
  runs.forEach((run, index) => {
    const last = joined.at(-1)
    const next = runs[index + 1]
    const bridges = run.text === ' ' && last?.isolated === true && next?.isolated === true
    if (last !== undefined && (bridges || run.isolated === last.isolated)) {
      joined[joined.length - 1] = { text: last.text + run.text, isolated: last.isolated }
    } else {
      joined.push(run)
    }
  })
  return joined
}
