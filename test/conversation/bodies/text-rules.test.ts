import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EMOJI, MAX_EMOJI_BYTES } from '../../../client/conversation/bodies/emoji.ts'
import {
  asciiOf,
  lineOf,
  MESSAGE_TEXT,
  orEmpty,
  proseOf,
  type TextRule,
} from '../../../client/conversation/bodies/text-rule.ts'
import { WEB_ADDRESS } from '../../../client/conversation/bodies/web-address.ts'

const LINE = lineOf(10)
const PROSE = proseOf(10)

/** UTF-16 of all sorts: lone surrogates, controls, marks, spaces around. */
const anyString = fc.oneof(
  fc.array(fc.nat(0xffff), { maxLength: 30 }).map((units) => String.fromCharCode(...units)),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ unit: fc.constantFrom(' ', '\n', '\0', '\ufeff', '\u200d', '\u2028', 'a', 'م') }),
)
const addressLike = fc
  .tuple(
    fc.constantFrom('https://', 'https:', ' HTTPS:\\\\', 'http://', 'javascript:', '//', ''),
    fc.string({ unit: fc.constantFrom(...'aA1.:/\\@?#%2e[]{}|^ \t~é例\u202e\ud800') }),
  )
  .map(([scheme, rest]) => scheme + rest)

describe('a rule of texts', () => {
  it.each<[string, TextRule, fc.Arbitrary<string>]>([
    ['message', MESSAGE_TEXT, anyString],
    ['prose', PROSE, anyString],
    ['line', LINE, anyString],
    ['line or nothing', orEmpty(LINE), anyString],
    ['ASCII', asciiOf(/^[a-z]+$/, 4), fc.string({ maxLength: 5 })],
    ['address', WEB_ADDRESS, fc.oneof(addressLike, anyString, fc.webUrl())],
    ['emoji', EMOJI, anyString],
  ])('[BD1] leaves what it made as it is, within its bytes: %s', (_, rule, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        const checked = rule.check(text)
        if (checked.type !== 'fine') return
        expect(rule.check(checked.text)).toEqual(checked)
        expect(Buffer.byteLength(checked.text)).toBeLessThanOrEqual(rule.maxBytes)
        expect(checked.text).not.toMatch(/\0|\p{Surrogate}/u)
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([MESSAGE_TEXT, PROSE, LINE, EMOJI, WEB_ADDRESS, asciiOf(/^[a-z]+$/, 4)])(
    '[BD4] calls a text of any length too large, and one with nothing to see empty',
    (rule) => {
      expect(rule.check('a'.repeat(50_000_000))).toEqual({ type: 'too-large' })
      expect(rule.check(' \u200f')).toEqual({ type: 'empty' })
    },
  )
})

describe('a line', () => {
  it('[BD6] is trimmed, without NUL, its lone surrogates replaced', () => {
    expect(LINE.check('\0  a b\ud800\u3000')).toEqual({ type: 'fine', text: 'a b\ufffd' })
  })

  it.each(['a\nb', 'a\tb', 'a\u0085b', 'a\u2028b', 'a\u007fb'])(
    '[BD6] has no control character: %j',
    (text) => {
      expect(LINE.check(text)).toEqual({ type: 'malformed' })
    },
  )

  it('[BD6] is as long as its code points', () => {
    expect(LINE.check('😀'.repeat(10)).type).toBe('fine')
    expect(LINE.check('😀'.repeat(11))).toEqual({ type: 'too-large' })
  })

  it('[BD6] may be nothing where that is allowed', () => {
    expect(orEmpty(LINE).check(' \0 ')).toEqual({ type: 'fine', text: '' })
    expect(orEmpty(LINE).check('a\nb')).toEqual({ type: 'malformed' })
  })
})

describe('prose', () => {
  it('[BD6] keeps newlines and the spaces around', () => {
    expect(PROSE.check(' a\n\tb\n')).toEqual({ type: 'fine', text: ' a\n\tb\n' })
  })
})

describe('an address', () => {
  it.each([
    ['https://shop.example', 'https://shop.example/'],
    [' HTTPS://Shop.Example:443/a/../b c ', 'https://shop.example/b%20c'],
    ['https://متجر.example/سلة', 'https://xn--pgbep1f.example/%D8%B3%D9%84%D8%A9'],
    ['https://shop.example/?q=1#part', 'https://shop.example/?q=1#part'],
  ])('[BD7] is written as URL writes it: %s', (typed, canonical) => {
    expect(WEB_ADDRESS.check(typed)).toEqual({ type: 'fine', text: canonical })
  })

  it.each([
    'http://shop.example/',
    'javascript:alert(1)',
    'data:text/html,x',
    'shop.example',
    '/path',
    'https://',
    'https://bank.example@evil.example/',
    'https://:secret@evil.example/',
  ])('[BD7] is nothing else: %s', (text) => {
    expect(WEB_ADDRESS.check(text)).toEqual({ type: 'malformed' })
  })

  it('[BD7] is measured as it is written', () => {
    const grown = `https://shop.example/${'é'.repeat(400)}`
    expect(WEB_ADDRESS.check(grown)).toEqual({ type: 'too-large' })
  })
})

describe('an emoji', () => {
  const RGI = new RegExp(String.raw`^\p{RGI_Emoji}$`, 'v')
  const clusters = new Intl.Segmenter('en', { granularity: 'grapheme' })
  const fits = (text: string): boolean => Buffer.byteLength(text) <= MAX_EMOJI_BYTES

  it('[BD8] is any that Unicode recommends, alone, with a tone, as a flag or keycap', () => {
    const pictures = Array.from({ length: 0x20000 }, (_, code) => code)
      .filter((code) => code < 0xd800 || code > 0xdfff)
      .map((code) => String.fromCodePoint(code))
    const letters = Array.from({ length: 26 }, (_, index) => String.fromCodePoint(0x1f1e6 + index))
    const candidates = [
      ...pictures.flatMap((picture) => [picture, `${picture}\ufe0f`, `${picture}🏽`]),
      ...letters.flatMap((first) => letters.map((second) => first + second)),
      ...[...'0123456789#*'].map((key) => `${key}\ufe0f\u20e3`),
    ].filter((text) => RGI.test(text))
    expect(candidates.length).toBeGreaterThan(1_700)
    expect(candidates.filter((text) => EMOJI.check(text).type !== 'fine')).toEqual([])
  })

  it.each(['👨‍👩‍👧', '🏳️‍🌈', '🏳️‍⚧️', '👁️‍🗨️', '🧑‍🦰', '👩🏽‍🚀', '🧑🏻‍🤝‍🧑🏿', '👩‍❤️‍💋‍👨', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '🏴‍☠️', '❤', '☺'])(
    '[BD8] is a joined one too: %s',
    (text) => {
      expect(EMOJI.check(text)).toEqual({ type: 'fine', text })
    },
  )

  it.each([
    'a',
    '1',
    '#',
    '🇸',
    '\u200d',
    '👍👍',
    '👍 ',
    '👍a',
    'a👍',
    '👍\u0300',
    '👍\u200d',
    '🇸🇦🇸',
    '🇸🇦\u200d👍',
  ])('[BD8] is nothing else: %s', (text) => {
    expect(EMOJI.check(text)).toEqual({ type: text === '\u200d' ? 'empty' : 'malformed' })
  })

  it('[BD8] has at most 32 bytes', () => {
    const [longest, longer] = ['👩🏽‍❤️‍👨🏿', '👩🏽‍❤️‍💋‍👨🏿']
    expect([fits(longest), fits(longer)]).toEqual([true, false])
    expect(EMOJI.check(longest).type).toBe('fine')
    expect(EMOJI.check(longer)).toEqual({ type: 'too-large' })
  })

  it('[BD8] is one grapheme cluster, and knows every recommended one among joined pieces', () => {
    const pieces = fc.constantFrom(
      ...'👍👩🏽❤🚀🇸🇦1#🏴😀',
      '\ufe0f',
      '\u200d',
      '\u20e3',
      '\u{e0067}',
      '\u{e007f}',
    )
    fc.assert(
      fc.property(fc.string({ unit: pieces, minLength: 1, maxLength: 8 }), (text) => {
        const isTaken = EMOJI.check(text).type === 'fine'
        if (isTaken) expect([...clusters.segment(text)]).toHaveLength(1)
        if (RGI.test(text) && fits(text)) expect(isTaken).toBe(true)
      }),
      { numRuns: 20_000 },
    )
  })
})
