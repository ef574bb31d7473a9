import fc from 'fast-check'
import { checkShopName } from '../../client/identity/shop-name.ts'
import {
  logoHashOf,
  MAX_AWAY_TEXT_BYTES,
  profileOfName,
  type ShopProfile,
} from '../../client/identity/shop-profile.ts'
import { readPlainText } from '../../client/identity/visible-text.ts'
import { MAX_SHORT_POLICY_BYTES, policyHash } from '../../client/identity/policy.ts'

/** Says something in every field. */
export const FULL_PROFILE: ShopProfile = {
  number: 7,
  name: 'متجر همسة',
  languages: ['ar', 'en'],
  colour: '#0a7f5c',
  hours: {
    weekly: { zone: 'Asia/Riyadh', spans: [{ opensAtMinute: 540, lastsMinutes: 480 }] },
    special: [
      {
        firstDay: '2027-02-08',
        lastDay: '2027-03-09',
        spans: [
          { opensAtMinute: 600, lastsMinutes: 360 },
          { opensAtMinute: 1260, lastsMinutes: 300 },
        ],
      },
      { firstDay: '2027-03-10', lastDay: '2027-03-12', spans: [] },
    ],
  },
  awayText: 'نعود غداً.\nWe are back tomorrow.',
  answerMinutes: 15,
  contacts: [
    { type: 'telephone', number: '+966501234567' },
    { type: 'whatsapp', number: '+966501234567' },
    { type: 'mail', address: 'help.desk+chat@shop.example' },
  ],
  policy: { version: 3, terms: { type: 'text', text: 'كن لطيفاً.\n\nNo advertising.' } },
  paymentHosts: ['pay.shop.example', 'checkout.bank.example'],
  linkHosts: ['shop.example', 'xn--mgba3gch31f060k.xn--mgberp4a5d4ar'],
  logoHash: logoHashOf(Uint8Array.of(1, 2, 3)),
}

const orNull = <T>(some: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(some)
const u32 = fc.nat(2 ** 32 - 1)
const name = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .map((text) => checkShopName(text))
  .filter((verdict) => verdict.type === 'ok')
  .map((verdict) => verdict.name)
const text = (maxBytes: number): fc.Arbitrary<string> =>
  fc
    .array(fc.string({ unit: 'grapheme', maxLength: 30 }), { maxLength: 4 })
    .map((lines) => readPlainText(lines.join('\n'), maxBytes))
    .filter((plain) => plain !== null)
const hosts = fc.uniqueArray(
  fc.tuple(fc.stringMatching(/^[a-z0-9]{1,12}$/), fc.constantFrom('example', 'com.sa', 'co')),
  { maxLength: 6, selector: (parts) => parts.join('.') },
)
const hostNames = hosts.map((all) => all.map((parts) => parts.join('.')))
const number = fc.stringMatching(/^[1-9][0-9]{6,14}$/).map((digits) => `+${digits}`)
const span = fc.record({
  opensAtMinute: fc.nat(1439),
  lastsMinutes: fc.integer({ min: 1, max: 1440 }),
})

/** Any profile that a form could make. */
export const anyProfile: fc.Arbitrary<ShopProfile> = fc.record({
  number: u32,
  name,
  languages: fc.uniqueArray(fc.constantFrom('ar', 'en', 'fa', 'zh-Hans'), { maxLength: 4 }),
  colour: orNull(fc.constantFrom('#000000', '#0a7f5c', '#ffffff')),
  hours: orNull(
    fc.record({
      weekly: fc.record({
        zone: fc.constantFrom('Africa/Cairo', 'Asia/Riyadh', 'UTC'),
        spans: span.map((one) => [one]),
      }),
      special: fc
        .uniqueArray(fc.nat(20_000), { maxLength: 4 })
        .map((days) => days.toSorted((left, right) => left - right))
        .map((days) =>
          days.map((day) => {
            const date = new Date(day * 86_400_000).toISOString().slice(0, 10)
            return { firstDay: date, lastDay: date, spans: [] }
          }),
        ),
    }),
  ),
  awayText: orNull(text(MAX_AWAY_TEXT_BYTES)),
  answerMinutes: orNull(fc.integer({ min: 1, max: 10_080 })),
  contacts: fc.uniqueArray(
    fc.oneof(
      fc.record({ type: fc.constant('telephone' as const), number }),
      fc.record({ type: fc.constant('whatsapp' as const), number }),
      fc.record({
        type: fc.constant('mail' as const),
        address: fc.stringMatching(/^[a-z0-9]{1,20}@[a-z]{1,10}\.example$/),
      }),
    ),
    { maxLength: 4, selector: (contact) => JSON.stringify(contact) },
  ),
  policy: orNull(
    fc.record({
      version: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
      terms: fc.oneof(
        fc.record({ type: fc.constant('text' as const), text: text(MAX_SHORT_POLICY_BYTES) }),
        fc.record({ type: fc.constant('hash' as const), hash: fc.string().map(policyHash) }),
      ),
    }),
  ),
  paymentHosts: hostNames,
  linkHosts: hostNames,
  logoHash: orNull(fc.uint8Array({ minLength: 32, maxLength: 32 })),
})

/** A profile with one thing to say. */
export function profileWith(part: Partial<ShopProfile>): ShopProfile {
  return { ...profileOfName('Hamsa'), ...part }
}
