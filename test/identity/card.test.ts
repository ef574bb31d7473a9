import { ByteWriter } from '@hamsa/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  cardOfName,
  decodeCard,
  encodeCard,
  MAX_CARD_BYTES,
  type ShopCard,
} from '../../client/identity/card.ts'
import { checkShopName } from '../../client/identity/shop-name.ts'

const FULL: ShopCard = {
  name: 'متجر همسة',
  colour: '#0a7f5c',
  languages: ['ar', 'en', 'zh-Hant', 'pt-BR'],
  hours: {
    zone: 'Africa/Cairo',
    spans: [
      { opensAtMinute: 0, lastsMinutes: 480 },
      { opensAtMinute: 6 * 1440 + 1200, lastsMinutes: 6 * 60 },
    ],
  },
}

const anyCard: fc.Arbitrary<ShopCard> = fc.record({
  name: fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
    .map((text) => checkShopName(text))
    .filter((verdict) => verdict.type === 'ok')
    .map(({ name }) => name),
  colour: fc.option(fc.nat(0xffffff).map((value) => `#${value.toString(16).padStart(6, '0')}`)),
  languages: fc.uniqueArray(fc.constantFrom('ar', 'en', 'fa', 'ur', 'de-AT', 'zh-Hans'), {
    maxLength: 4,
  }),
  hours: fc.option(
    fc.record({
      zone: fc.constantFrom('Africa/Cairo', 'America/Argentina/ComodRivadavia', 'Etc/GMT+3', 'UTC'),
      spans: fc
        .uniqueArray(fc.nat(10_079), { maxLength: 14 })
        .map((starts) => starts.sort((left, right) => left - right))
        .map((starts) => starts.map((opensAtMinute) => ({ opensAtMinute, lastsMinutes: 90 }))),
    }),
  ),
})

describe('shop card', () => {
  it('[ID20] comes back as it went in', () => {
    expect(decodeCard(encodeCard(FULL))).toEqual(FULL)
    fc.assert(
      fc.property(anyCard, (card) => {
        expect(decodeCard(encodeCard(card))).toEqual(card)
      }),
      { numRuns: 500 },
    )
  })

  it('[ID21] has 300 bytes at most, however full it is', () => {
    const fullest: ShopCard = {
      name: 'م'.repeat(80),
      colour: '#ffffff',
      languages: ['aaa-12345678', 'bbb-12345678', 'ccc-12345678', 'ddd-12345678'],
      hours: {
        zone: 'America/Argentina/ComodRivadavia',
        spans: Array.from({ length: 14 }, (_, index) => ({
          opensAtMinute: index * 720,
          lastsMinutes: 720,
        })),
      },
    }
    const bytes = encodeCard({ ...fullest, name: 'م'.repeat(70) })
    expect(bytes.length).toBeLessThanOrEqual(MAX_CARD_BYTES)
    expect(() => encodeCard({ ...fullest, name: 'م'.repeat(81) })).toThrow('bad-length')
  })

  it('[ID22] is not written with what would not be read', () => {
    const bad: Partial<ShopCard>[] = [
      { name: '' },
      { colour: 'red' },
      { colour: '#FFFFFF' },
      { languages: ['ar', 'ar'] },
      { languages: ['a', 'b'] },
      { languages: ['ar', 'en', 'fa', 'ur', 'de'] },
      { hours: { zone: 'no zone', spans: [] } },
      { hours: { zone: 'UTC', spans: [{ opensAtMinute: 10_080, lastsMinutes: 1 }] } },
      { hours: { zone: 'UTC', spans: [{ opensAtMinute: 0, lastsMinutes: 0 }] } },
      {
        hours: {
          zone: 'UTC',
          spans: [
            { opensAtMinute: 5, lastsMinutes: 1 },
            { opensAtMinute: 5, lastsMinutes: 1 },
          ],
        },
      },
    ]
    for (const part of bad) expect(() => encodeCard({ ...FULL, ...part })).toThrow(/bad-/)
  })

  it('[ID23] shows a stranger’s name without what cannot be seen, and none with controls', () => {
    const cardNamed = (name: string) =>
      new ByteWriter().uint(1, 1).text(name, 1).uint(0, 1).uint(0, 1).uint(0, 1).finish()
    expect(decodeCard(cardNamed('Ham\u202esa'))).toEqual(cardOfName('Hamsa'))
    expect(decodeCard(cardNamed('Ham\nsa'))).toBeNull()
    expect(decodeCard(cardNamed('\u200b'))).toBeNull()
  })

  it('[ID1] is null from any other bytes', () => {
    const bytes = encodeCard(FULL)
    for (let length = 0; length < bytes.length; length++) {
      expect(decodeCard(bytes.slice(0, length))).toBeNull()
    }
    expect(decodeCard(Uint8Array.of(...bytes, 0))).toBeNull()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (any) => {
        const card = decodeCard(Uint8Array.of(1, ...any))
        if (card !== null) expect(decodeCard(encodeCard(card))).toEqual(card)
      }),
      { numRuns: 2_000 },
    )
  })
})
