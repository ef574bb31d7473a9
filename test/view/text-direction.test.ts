import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { beginningOf } from '../../client/view/long-text.ts'
import { directionOf } from '../../client/view/text-direction.ts'
import { textRuns, withoutOverrides } from '../../client/view/text-runs.ts'

describe('direction of a text', () => {
  it.each([
    ['السلام عليكم', 'rtl'],
    ['Hello there', 'ltr'],
    ['iPhone 15 متوفر عندكم؟', 'rtl'],
    ['Samsung Galaxy هل هو موجود الآن؟', 'rtl'],
    ['Is the دلة with the long spout there?', 'ltr'],
    ['https://shop.example/ar/very/long متوفر', 'rtl'],
    ['#A-10293 وصل', 'rtl'],
    ['שלום לכולם', 'rtl'],
    ['١٢٣ 456 +', null],
    ['👋🏽 …', null],
    ['   ', null],
    ['', null],
  ] as const)('%s reads %s', (text, direction) => {
    expect(directionOf(text)).toBe(direction)
  })
})

describe('runs of a text', () => {
  const isolated = (text: string): string[] =>
    textRuns(text, directionOf(text) ?? 'rtl').flatMap((run) => (run.isolated ? [run.text] : []))

  it.each([
    ['هل عندكم Samsung Galaxy S24 باللون الأزرق؟', ['Samsung Galaxy S24']],
    ['السعر 3,499.00 SAR شاملًا', ['3,499.00 SAR']],
    ['رقمي +966 50 123 4567.', ['+966 50 123 4567']],
    ['الطلب #A-10293، أليس كذلك؟', ['#A-10293']],
    ['هنا: https://shop.example/p?ref=7', ['https://shop.example/p?ref=7']],
    ['راسلنا (help@shop.example)', ['help@shop.example']],
    ['السعر ١٢٣٫٥٠ ر.س', ['١٢٣٫٥٠']],
    ['عندي 3 iPhone', ['3', 'iPhone']],
    ['السعر 4,999.00 ر.س. Model: A3101 – متوفر', ['4,999.00', 'Model: A3101']],
    ['عندنا منه Size: XL بالأحمر', ['Size: XL']],
    ['متوفر iPhone 15, Galaxy S24 وغيرهما', ['iPhone 15, Galaxy S24']],
    ['متوفر iPhone 15, 3 قطع فقط', ['iPhone 15', '3']],
    ['بين S24 / S25 و H&M - Zara', ['S24 / S25', 'H&M - Zara']],
    ['متوفر iPhone، Galaxy؟ نعم', ['iPhone', 'Galaxy']],
    ['راسلنا (Samsung) Galaxy هنا', ['Samsung', 'Galaxy']],
    ['two قهوة and 5 شاي please sir', ['5']],
    ['plain English 5', []],
  ])('%s sets apart %j', (text, expected) => {
    expect(isolated(text)).toEqual(expected)
  })

  it('joined again, the runs are the text', () => {
    const words = fc.constantFrom(
      'كلمة',
      'word',
      '12',
      ' ',
      '\n',
      '(',
      '،',
      'SAR',
      '#A1',
      '👋',
      '\u202E',
      'www.',
    )
    fc.assert(
      fc.property(
        fc.array(fc.oneof(words, fc.string({ unit: 'binary' }))),
        fc.constantFrom('rtl', 'ltr'),
        (parts, direction) => {
          const text = parts.join('')
          expect(
            textRuns(text, direction)
              .map((run) => run.text)
              .join(''),
          ).toBe(text)
        },
      ),
      { numRuns: 300, seed: 20260 },
    )
  })

  it('takes linear time on texts that are made to be slow', () => {
    const slow = [
      'ا' + 'a@'.repeat(9_000),
      'ا ' + '1.'.repeat(9_000),
      'ا ' + '('.repeat(19_000),
      'ا ' + 'a '.repeat(9_000),
    ]
    for (const text of slow) expect(textRuns(text, 'rtl').length).toBeGreaterThan(0)
  }, 2_000)

  it('drops embeddings and overrides, and keeps marks and isolates', () => {
    expect(withoutOverrides('\u202Eexe\u202C \u200Fa\u2067b\u2069')).toBe(
      'exe \u200Fa\u2067b\u2069',
    )
  })
})

describe('beginning of a long text', () => {
  it('leaves a text of 2,000 characters and 40 lines whole', () => {
    expect(beginningOf('x'.repeat(2_000))).toBeNull()
    expect(beginningOf('a\n'.repeat(39))).toBeNull()
  })
  it('cuts longer ones, by lines too, and never inside a character', () => {
    expect(beginningOf('x'.repeat(2_001))).toHaveLength(2_000)
    expect(beginningOf('a\n'.repeat(200))?.split('\n')).toHaveLength(40)
    expect(beginningOf('x' + '😀'.repeat(2_000))).toBe('x' + '😀'.repeat(999))
  })
})
