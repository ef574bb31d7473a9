import { isBlank } from '../../guard/blank-text.ts'
import type { RuledText, TextRule } from './text-rule.ts'

/** Longest address, in characters of its canonical form, which is ASCII. */
export const MAX_ADDRESS_CHARS = 2048

/** An `https:` address as `URL` writes it, without user name or password: those only ever hide the host. */
export const WEB_ADDRESS: TextRule = { check: checkAddress, maxBytes: MAX_ADDRESS_CHARS }

function checkAddress(text: string): RuledText {
  if (text.length > MAX_ADDRESS_CHARS) return { type: 'too-large' }
  if (isBlank(text)) return { type: 'empty' }
  const url = parseUrl(text)
  if (url?.protocol !== 'https:') return { type: 'malformed' }
  if (url.username !== '' || url.password !== '') return { type: 'malformed' }
  return url.href.length > MAX_ADDRESS_CHARS
    ? { type: 'too-large' }
    : { type: 'fine', text: url.href }
}

function parseUrl(text: string): URL | null {
  try {
    return new URL(text)
  } catch {
    return null // the constructor's only way to say that it is no address
  }
}
