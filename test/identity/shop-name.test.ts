import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  checkShopName,
  MAX_SHOP_NAME_BYTES,
  readShopName,
} from '../../client/identity/shop-name.ts'

const ok = (name: string) => ({ type: 'ok', name })
const problem = (code: string) => ({ type: 'problem', problem: code })

describe('shop name', () => {
  it('[ID10] is taken as it is, in any script', () => {
    const names = [
      'Hamsa',
      'متجر همسة',
      'فروشگاه کتاب‌ها',
      'חנות',
      'ร้านค้า',
      'क्षेत्र',
      '店',
      'A1 & Söhne',
    ]
    for (const name of names) expect(checkShopName(name)).toEqual(ok(name))
  })

  it('[ID11] keeps the joiners of Persian and of emoji', () => {
    expect(checkShopName('نمی‌خواهم')).toEqual(ok('نمی‌خواهم'))
    expect(checkShopName('Family 👨‍👩‍👧‍👦')).toEqual(ok('Family 👨‍👩‍👧‍👦'))
    expect(checkShopName('👩🏽‍🍳 Kitchen ❤️‍🔥')).toEqual(ok('👩🏽‍🍳 Kitchen ❤️‍🔥'))
  })

  it('[ID10] is trimmed, composed and has single spaces', () => {
    expect(checkShopName('  Cafe\u0301 \u00a0 Nour\n')).toEqual(ok('Café Nour'))
  })

  it('[ID11] loses what cannot be seen, so that two names that look alike are alike', () => {
    const disguised = [
      'Ham\u200bsa',
      '\u202eHamsa\u202c',
      'Ham\u2066sa\u2069',
      '\u200fHamsa\u200e',
      'Ham\u00adsa',
      'Ham\u200dsa',
      'Ham\u200csa',
      'Hamsa\u200d',
      '\u200cHamsa',
      'Ham\u2060\ufeffsa',
      'Ham\u{e0041}sa',
      'Hamsa\u3164',
      'Hamsa\u061c',
    ]
    for (const name of disguised)
      expect(checkShopName(name), JSON.stringify(name)).toEqual(ok('Hamsa'))
  })

  it('[ID13] is empty when there is nothing to see', () => {
    const nothing = [
      '',
      '   ',
      '\n\t',
      '\u200b',
      '\u200d\u200c',
      '\u2800',
      '\u3164',
      '\u0301',
      '\ufe0f',
    ]
    for (const text of nothing)
      expect(checkShopName(text), JSON.stringify(text)).toEqual(problem('empty'))
  })

  it('[ID12] has no control characters', () => {
    const controls = [
      'a\u0000b',
      'a\nb',
      'a\tb',
      'a\u007fb',
      'a\u0085b',
      'a\u2028b',
      'a\ufff9b',
      'a\ud800b',
    ]
    for (const text of controls) {
      expect(checkShopName(text), JSON.stringify(text)).toEqual(problem('control-characters'))
    }
  })

  it('[ID14] has 60 characters at most, as a reader counts them', () => {
    expect(checkShopName('م'.repeat(60)).type).toBe('ok')
    expect(checkShopName('م'.repeat(61))).toEqual(problem('too-long'))
    expect(checkShopName('a'.repeat(10_000))).toEqual(problem('too-long'))
    expect(checkShopName('بَ'.repeat(40)).type).toBe('ok')
    expect(checkShopName('👨‍👩‍👧‍👦'.repeat(6)).type).toBe('ok')
  })

  it('[ID14] fits its card: marks without end are too long', () => {
    expect(checkShopName(`a${'\u0303'.repeat(100)}`)).toEqual(problem('too-long'))
    expect(checkShopName('👨‍👩‍👧‍👦'.repeat(7))).toEqual(problem('too-long'))
  })

  it('[ID15] is stable: what was taken is taken again, unchanged, from a card too', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '\u200d',
        '\u200c',
        '\u0301',
        ' ',
        'e',
        'م',
        '👩',
        '\u202e',
        '\ufe0f',
        '\u0654',
      ),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const first = checkShopName(pieces.join(''))
        if (first.type === 'problem') return
        expect(checkShopName(first.name)).toEqual(first)
        expect(readShopName(first.name)).toBe(first.name)
        expect(new TextEncoder().encode(first.name).length).toBeLessThanOrEqual(MAX_SHOP_NAME_BYTES)
        expect(first.name).not.toMatch(/[\u0000-\u001f\u200b\u202a-\u202e\u2066-\u2069]/)
      }),
      { numRuns: 3_000 },
    )
  })

  it('[ID1] is judged whatever the text: a long one is not even looked through', () => {
    for (const unit of ['\u200d', 'م\u200d', ' ', '\u0301', '\u202e']) {
      expect(checkShopName(unit.repeat(1_000_000))).toEqual(problem('too-long'))
      expect(readShopName(unit.repeat(1_000_000))).toBeNull()
      expect(checkShopName(unit.repeat(500)).type).toBe('problem')
    }
  })
})
