import { ByteWriter } from '@hamsa/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contactUrl } from '../../client/identity/contact.ts'
import { isPolicyText, policyHash } from '../../client/identity/policy.ts'
import {
  checkProfile,
  decodeProfile,
  encodeProfile,
  MAX_UNSIGNED_PROFILE_BYTES,
  profileOfName,
  type ProfileField,
  type ShopProfile,
} from '../../client/identity/shop-profile.ts'
import type { SpecialDays } from '../../client/identity/special-days.ts'
import { anyProfile, FULL_PROFILE, profileWith } from './profile-fixtures.ts'

/** That the field, and no other, is found bad, and the profile not written. */
function expectBad(field: ProfileField, part: Partial<ShopProfile>): void {
  const profile = { ...FULL_PROFILE, ...part }
  const bad = Object.entries(checkProfile(profile)).flatMap(([name, fine]) => (fine ? [] : [name]))
  expect(bad, JSON.stringify(part)).toEqual([field])
  expect(() => encodeProfile(profile)).toThrow('bad-length')
}

function comesBack(profile: ShopProfile): void {
  expect(decodeProfile(encodeProfile(profile))).toEqual(profile)
}

describe('shop profile', () => {
  it('[ID60] comes back as it went in', () => {
    comesBack(FULL_PROFILE)
    comesBack(profileOfName('Hamsa'))
    fc.assert(fc.property(anyProfile, comesBack), { numRuns: 500 })
  })

  it('[ID61] leaves room for its signature in an answer, and is not written when it does not', () => {
    const policy = { version: 1, terms: { type: 'text', text: 'ق'.repeat(500) } } as const
    const longest = profileWith({ policy, awayText: 'ا'.repeat(200) })
    expect(encodeProfile(longest).length).toBeLessThan(MAX_UNSIGNED_PROFILE_BYTES)
    const linkHosts = ['a', 'b', 'c'].map(
      (letter) => `${letter.repeat(63)}.${'d'.repeat(63)}.example`,
    )
    const full = { ...longest, linkHosts }
    expect(encodeProfile(full).length).toBeLessThanOrEqual(MAX_UNSIGNED_PROFILE_BYTES)
    const paymentHosts = linkHosts
    expect(() => encodeProfile({ ...full, paymentHosts })).toThrow('bad-length')
  })

  it('[ID62] is not written with a field that would not be read', () => {
    for (const number of [-1, 0.5, 2 ** 32, Number.NaN]) expectBad('number', { number })
    for (const name of ['', ' Hamsa', 'Ham\u202esa']) expectBad('name', { name })
    expectBad('languages', { languages: ['ar', 'ar'] })
    for (const colour of ['red', '#FFFFFF', '#fff']) expectBad('colour', { colour })
    for (const minutes of [0, 0.5, 10_081]) expectBad('answerMinutes', { answerMinutes: minutes })
    expectBad('logoHash', { logoHash: new Uint8Array(31) })
  })

  it('[ID63] has texts of one or more lines, without what cannot be seen', () => {
    for (const awayText of [
      '',
      '\n',
      'a\u0000b',
      'a\rb',
      'a\tb',
      ' a',
      'a\n',
      'a\u202eb',
      'a\u2066b',
    ]) {
      expectBad('awayText', { awayText })
    }
    expectBad('awayText', { awayText: 'ا'.repeat(201) })
    comesBack(profileWith({ awayText: 'one\n\ntwo' }))
  })

  it('[ID63] takes what cannot be seen out of a stranger’s text, and refuses controls', () => {
    const saying = (text: string) =>
      decodeProfile(
        new ByteWriter()
          .uint(1, 1)
          .uint(0, 4)
          .text('Hamsa', 1)
          .raw(Uint8Array.of(0, 0, 0, 1))
          .text(text, 2)
          .raw(new Uint8Array(6))
          .finish(),
      )
    expect(saying('back\u202e at\n\u200bnine')).toEqual(profileWith({ awayText: 'back at\nnine' }))
    expect(saying('back\u0007')).toBeNull()
    expect(saying('\u200b')).toBeNull()
  })

  it('[ID64] names hosts in lower-case ASCII, no addresses, ports or single labels', () => {
    const good = ['shop.example', 'a.b.c.example', '3ds.bank.example', 'xn--mgba3gch31f060k.com']
    comesBack(profileWith({ paymentHosts: good, linkHosts: good }))
    const bad = [
      '',
      'localhost',
      'Shop.example',
      'shop.example.',
      '.shop.example',
      'shop..example',
      'shop.example:443',
      'https://shop.example',
      'shop.example/pay',
      'user@shop.example',
      'متجر.example',
      'shop_1.example',
      '-shop.example',
      'shop-.example',
      '127.0.0.1',
      '1.0x7f000001',
      '[::1]',
      'shop.example\n',
      `${'a'.repeat(64)}.example`,
      `${'a.'.repeat(124)}example`,
    ]
    for (const host of bad) {
      expectBad('paymentHosts', { paymentHosts: [host] })
      expectBad('linkHosts', { linkHosts: [host] })
    }
    expectBad('linkHosts', { linkHosts: ['shop.example', 'shop.example'] })
    const many = Array.from({ length: 13 }, (_, index) => `s${index}.co`)
    expectBad('linkHosts', { linkHosts: many })
    comesBack(profileWith({ linkHosts: many.slice(1) }))
  })

  it('[ID65] names contacts that nobody can take for anything else', () => {
    for (const number of [
      '0501234567',
      '+0501234567',
      '+966 50',
      '+96650',
      '+1234567890123456',
      '+٩٦٦٥٠١٢٣٤٥',
    ]) {
      expectBad('contacts', { contacts: [{ type: 'telephone', number }] })
      expectBad('contacts', { contacts: [{ type: 'whatsapp', number }] })
    }
    const addresses = [
      'shop.example',
      '@shop.example',
      'a@b',
      'a b@shop.example',
      'a@b@shop.example',
      '"a"@shop.example',
      'a..b@shop.example',
      '.a@shop.example',
      'a?subject=x@shop.example',
      'a%0d@shop.example',
      'a@Shop.example',
      `${'a'.repeat(65)}@shop.example`,
    ]
    for (const address of addresses)
      expectBad('contacts', { contacts: [{ type: 'mail', address }] })
    const one = { type: 'telephone', number: '+966501234567' } as const
    expectBad('contacts', { contacts: [one, one] })
    const many = Array.from({ length: 7 }, (_, index) => ({
      ...one,
      number: `+96650123456${index}`,
    }))
    expectBad('contacts', { contacts: many })
    comesBack(profileWith({ contacts: many.slice(1) }))
  })

  it('[ID65] gives each contact the address that a click leads to', () => {
    expect(FULL_PROFILE.contacts.map(contactUrl)).toEqual([
      'tel:+966501234567',
      'https://wa.me/966501234567',
      'mailto:help.desk+chat@shop.example',
    ])
  })

  it('[ID66] has hours in a zone that this browser knows, or none', () => {
    const hoursIn = (zone: string) => ({ weekly: { zone, spans: [] }, special: [] })
    expectBad('hours', { hours: hoursIn('Mars/Olympus_Mons') })
    expectBad('hours', { hours: hoursIn('no zone') })
    const bytes = encodeProfile(profileWith({ hours: hoursIn('Asia/Riyadh'), answerMinutes: 9 }))
    const text = new TextDecoder('latin1').decode(bytes).replace('Asia/Riyadh', 'Asia/Rixadh')
    const unknown = Uint8Array.from(text, (letter) => letter.charCodeAt(0))
    expect(decodeProfile(unknown)).toEqual(profileWith({ hours: null, answerMinutes: 9 }))
  })

  it('[ID67] has special days in order, each of the calendar, none within another', () => {
    const days = (firstDay: string, lastDay = firstDay): SpecialDays => ({
      firstDay,
      lastDay,
      spans: [],
    })
    const closed = (...special: SpecialDays[]) => ({
      hours: { weekly: { zone: 'UTC', spans: [] }, special },
    })
    comesBack(profileWith(closed(days('1970-01-01'), days('2028-02-29'), days('2149-06-06'))))
    comesBack(profileWith(closed(days('2027-01-01', '2027-01-31'), days('2027-02-01'))))
    expectBad('hours', closed(days('2027-01-02'), days('2027-01-01')))
    expectBad('hours', closed(days('2027-01-01', '2027-01-05'), days('2027-01-05')))
    expectBad('hours', closed(days('2027-01-02', '2027-01-01')))
    for (const day of ['2027-02-29', '2027-13-01', '2027-1-1', '1969-12-31', '2149-06-07', 'x']) {
      expectBad('hours', closed(days(day)))
    }
    const daily = Array.from({ length: 17 }, (_, index) => days(`2027-03-${index + 10}`))
    expectBad('hours', closed(...daily))
    const open = (opensAtMinute: number, lastsMinutes: number) => ({ opensAtMinute, lastsMinutes })
    for (const spans of [
      [open(1440, 1)],
      [open(0, 0)],
      [open(0, 1441)],
      [open(9, 1), open(9, 1)],
      [1, 2, 3, 4, 5].map((minute) => open(minute, 1)),
    ]) {
      expectBad('hours', closed({ ...days('2027-01-01'), spans }))
    }
  })

  it('[ID68] has a policy with its version, whole or by its hash', () => {
    const short = { version: 1, terms: { type: 'text', text: 'Be kind.' } } as const
    const long = { version: 2, terms: { type: 'hash', hash: policyHash('Be kind.') } } as const
    for (const policy of [short, long]) {
      comesBack(profileWith({ policy }))
      expect(isPolicyText(policy, 'Be kind.')).toBe(true)
      expect(isPolicyText(policy, 'Be kind!')).toBe(false)
    }
    expectBad('policy', { policy: { ...short, version: 0 } })
    expectBad('policy', { policy: { version: 1, terms: { type: 'text', text: 'a'.repeat(1001) } } })
    expectBad('policy', {
      policy: { version: 1, terms: { type: 'hash', hash: new Uint8Array(31) } },
    })
  })

  it('[ID1] is null from any other bytes', () => {
    const bytes = encodeProfile(FULL_PROFILE)
    for (let length = 0; length < bytes.length; length++) {
      expect(decodeProfile(bytes.slice(0, length))).toBeNull()
    }
    expect(decodeProfile(Uint8Array.of(...bytes, 0))).toBeNull()
    expect(decodeProfile(Uint8Array.of(2, ...bytes.slice(1)))).toBeNull()
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (index, byte) => {
        const changed = bytes.slice()
        changed[index] = byte
        const profile = decodeProfile(changed)
        if (profile !== null) comesBack(profile)
      }),
      { numRuns: 3_000 },
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_100 }), (any) => {
        const profile = decodeProfile(Uint8Array.of(1, ...any))
        if (profile !== null) comesBack(profile)
      }),
      { numRuns: 1_000 },
    )
  })
})
