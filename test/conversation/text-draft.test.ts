import { describe, expect, it } from 'vitest'
import { checkText, MAX_TEXT_BYTES } from '../../client/conversation/text-draft.ts'

describe('a typed text', () => {
  it.each([
    ['nothing', ''],
    ['spaces and newlines', ' \n\t\u00a0\u3000'],
    ['only NUL', '\0\0'],
    ['only direction marks', '\u200f\u200e\u202b'],
    ['only a zero-width joiner', '\u200d'],
  ])('[LG6] is empty: %s', (_, text) => {
    expect(checkText(text)).toEqual({ type: 'empty' })
  })

  it.each([
    ['two lines', 'one\ntwo\r\n'],
    ['Arabic', 'السلام عليكم'],
    ['a family', '👨‍👩‍👧'],
    ['a leading byte-order mark', '\ufeffx'],
    ['spaces around', '  x  '],
  ])('[LG6] stays as it is: %s', (_, text) => {
    expect(checkText(text)).toEqual({ type: 'fine', text })
  })

  it('[LG6] loses NUL, and a lone surrogate becomes U+FFFD', () => {
    expect(checkText('a\0b\ud800')).toEqual({ type: 'fine', text: 'ab\ufffd' })
  })

  it('[LG6] is measured in bytes of UTF-8', () => {
    expect(checkText('x'.repeat(MAX_TEXT_BYTES)).type).toBe('fine')
    expect(checkText('x'.repeat(MAX_TEXT_BYTES + 1))).toEqual({ type: 'too-large' })
    expect(checkText('م'.repeat(MAX_TEXT_BYTES / 2)).type).toBe('fine')
    expect(checkText('م'.repeat(MAX_TEXT_BYTES / 2 + 1))).toEqual({ type: 'too-large' })
    expect(checkText('x'.repeat(300_000))).toEqual({ type: 'too-large' })
    expect(checkText('x'.repeat(50_000_000))).toEqual({ type: 'too-large' })
  })
})
