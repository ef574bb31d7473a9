import {
  identityFromSeed,
  makeConversationSecret,
  makeInviteToken,
  makeSeed,
  randomBytes,
} from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import { decodeBody, encodeBody } from '../../../client/conversation/bodies/body-codecs.ts'
import type { Draft, FormAnswer } from '../../../client/conversation/body.ts'
import { parseEntryId, parseLogId } from '../../../client/conversation/ids.ts'
import { isKindOf } from '../../../client/conversation/kind.ts'
import { MAX_TEXT_BYTES } from '../../../client/conversation/text-draft.ts'

const { signing, box } = identityFromSeed(makeSeed())
const key = signing.publicKey
const target = parseEntryId(randomBytes(32))
const room = parseLogId(randomBytes(32))
if (target === null || room === null) throw new Error('32 bytes are an id')
const { id: inviteId, secret } = makeInviteToken()

const png = (length: number): Uint8Array => {
  const bytes = new Uint8Array(length)
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return bytes
}
/** So many code points of four bytes each: the longest a text can be. */
const long = (chars: number): string => '😀'.repeat(chars)

type CardFields = Partial<Extract<Draft, { kind: 'product-card' }>>
const card = (fields: CardFields): Draft => ({
  ...{ kind: 'product-card', name: 'x', price: null, url: null, reference: null, picture: null },
  ...fields,
})
type FileFields = Partial<Extract<Draft, { kind: 'file-offer' }>>
const file = (fields: FileFields): Draft => ({
  ...{ kind: 'file-offer', name: 'a.txt', mediaType: 'text/plain', size: 1 },
  ...{ digest: new Uint8Array(32), key: new Uint8Array(32), ...fields },
})
const fault = (fields: Partial<Extract<FormAnswer, { form: 'fault' }>>): Draft => ({
  kind: 'form',
  answer: {
    ...{ form: 'fault', category: 'order', text: 'x', page: null, product: null, device: null },
    ...fields,
  },
})
type InviteFields = Partial<Extract<Draft, { kind: 'staff-invite' }>>
const invite = (fields: InviteFields): Draft => ({
  ...{ kind: 'staff-invite', invite: 'shop', inviteId, secret, name: '' },
  ...{ expiresAtMs: null, maxUses: null, room: null, ...fields },
})
const sanction = (rule: string, reason: string): Draft => ({
  ...{ kind: 'sanction', member: key, sanction: 'mute', untilMs: null, about: null },
  ...{ rule, reason },
})
const price = (amount: string, currency = 'SAR') => card({ price: { amount, currency } })

/** As large as each may be; one more of what is in brackets is too large. */
const FULLEST: readonly (readonly [string, (more: number) => Draft])[] = [
  ['text', (more) => ({ kind: 'text', text: 'x'.repeat(MAX_TEXT_BYTES + more) })],
  ['reply', (more) => ({ kind: 'reply', target, text: 'x'.repeat(MAX_TEXT_BYTES + more) })],
  ['edit', (more) => ({ kind: 'edit', target, text: 'x'.repeat(MAX_TEXT_BYTES + more) })],
  ['product name', (more) => card({ name: long(200 + more) })],
  ['reference', (more) => card({ reference: long(64 + more) })],
  ['address', (more) => card({ url: `https://a.example/${'x'.repeat(2030 + more)}` })],
  ['amount', (more) => price('1'.repeat(15 + more))],
  ['picture', (more) => card({ picture: png(48 * 1024 + more) })],
  ['file name', (more) => file({ name: long(255 + more) })],
  ['media type', (more) => file({ mediaType: `a/${'b'.repeat(125 + more)}` })],
  ['fault', (more) => fault({ text: long(4_000 + more) })],
  ['page', (more) => fault({ page: long(2_048 + more) })],
  ['product', (more) => fault({ product: long(200 + more) })],
  ['device', (more) => fault({ device: long(200 + more) })],
  [
    'rating',
    (more) => ({ kind: 'form', answer: { form: 'rating', stars: 5, text: long(4_000 + more) } }),
  ],
  ['policy', (more) => ({ kind: 'policy', version: 1, text: long(20_000 + more) })],
  ['rule', (more) => sanction(long(200 + more), 'x')],
  ['reason', (more) => sanction('x', long(2_000 + more))],
  [
    'warning',
    (more) => ({
      ...{ kind: 'warning', member: key, about: null, rule: 'x' },
      text: long(2_000 + more),
    }),
  ],
  ['appeal', (more) => ({ kind: 'appeal', about: target, text: long(2_000 + more) })],
  ['note', (more) => ({ kind: 'staff-note', shopper: key, text: long(10_000 + more) })],
  ['label', (more) => ({ kind: 'staff-labels', shopper: key, labels: [long(64 + more)] })],
  [
    'labels',
    (more) => ({
      ...{ kind: 'staff-labels', shopper: key },
      labels: Array.from({ length: 32 + more }, (_, index) => `${index}`.padEnd(64, 'م')),
    }),
  ],
  ['invite name', (more) => invite({ name: long(64 + more) })],
  ['canned name', (more) => ({ kind: 'staff-canned-reply', name: long(64 + more), text: null })],
  ['canned text', (more) => ({ kind: 'staff-canned-reply', name: 'x', text: long(4_000 + more) })],
  [
    'profile',
    (more) => ({ kind: 'staff-profile', profile: new Uint8Array(128 * 1024 + more).fill(1) }),
  ],
  ['setting name', (more) => ({ kind: 'staff-setting', name: 'x'.repeat(64 + more), value: null })],
  ['setting value', (more) => ({ kind: 'staff-setting', name: 'x', value: long(4_000 + more) })],
]

describe('a draft at its limit', () => {
  it.each(FULLEST)('[BD4] [BD5] is written and read, and one more is too large: %s', (_, draft) => {
    const encoded = encodeBody(draft(0))
    if (typeof encoded === 'string') throw new Error(encoded)
    const { kind, body } = encoded
    expect(decodeBody(kind, body, isKindOf('staff', kind) ? 'staff' : 'room')).toEqual(draft(0))
    // A target stands before the words of a message.
    expect(body.length).toBeLessThanOrEqual(1 + 32 + 255 * 1024)
    expect(encodeBody(draft(1))).toBe('too-large')
  })

  it('[BD5] holds all of a card at once', () => {
    const full = card({
      ...{ name: long(200), reference: long(64), picture: png(48 * 1024) },
      ...{ url: `https://a.example/${'x'.repeat(2030)}`, price: { amount: '1', currency: 'EGP' } },
    })
    expect(encodeBody(full)).toHaveProperty('body')
  })
})

describe('a draft that breaks its format', () => {
  it.each<[string, Draft]>([
    ['text', { kind: 'text', text: ' \n' }],
    ['reply', { kind: 'reply', target, text: '\0' }],
    ['edit', { kind: 'edit', target, text: '' }],
    ['emoji', { kind: 'reaction', target, emoji: '' }],
    ['product', card({ name: ' ' })],
    ['address', card({ url: '' })],
    ['fault', fault({ text: '\u200f' })],
    ['page', fault({ page: '' })],
    ['rule', sanction('', 'x')],
    ['reason', sanction('x', '')],
    ['label', { kind: 'staff-labels', shopper: key, labels: ['a', ' '] }],
    ['canned reply', { kind: 'staff-canned-reply', name: 'x', text: '' }],
    ['setting', { kind: 'staff-setting', name: 'x', value: '' }],
    ['the first of several', fault({ text: '', page: 'a\nb' })],
  ])('[BD4] is empty: %s', (_, draft) => {
    expect(encodeBody(draft)).toBe('empty')
  })

  it.each<[string, Draft]>([
    ['[BD6] two lines of name', card({ name: 'a\nb' })],
    ['[BD7] plain http', card({ url: 'http://shop.example/' })],
    ['[BD8] a letter', { kind: 'reaction', target, emoji: 'x' }],
    ['[BD9] Arabic digits', price('٩٩')],
    ['[BD9] a comma', price('9,50')],
    ['[BD9] two points', price('1.2.3')],
    ['[BD9] no digit after the point', price('1.')],
    ['[BD9] a sign', price('-1')],
    ['[BD9] small letters', price('1', 'sar')],
    ['[BD9] two letters', price('1', 'SA')],
    ['[BD10] an SVG', card({ picture: new TextEncoder().encode('<svg xmlns=') })],
    ['[BD10] a GIF', card({ picture: new TextEncoder().encode('GIF89a......') })],
    ['[BD10] a RIFF that is no webp', card({ picture: new TextEncoder().encode('RIFF....WAVE') })],
    ['[BD10] no bytes', card({ picture: new Uint8Array() })],
    ['[BD11] a path', file({ name: '../a.txt' })],
    ['[BD11] a path of Windows', file({ name: 'C:\\a.txt' })],
    ['[BD11] a type with parameters', file({ mediaType: 'audio/webm;codecs=opus' })],
    ['[BD11] a type in capitals', file({ mediaType: 'Text/Plain' })],
    ['[BD11] half a type', file({ mediaType: 'text' })],
    ['a size below zero', file({ size: -1 })],
    ['a size that is no number', file({ size: Number.NaN })],
    ['a size past 48 bits', file({ size: 2 ** 48 })],
    ['a short digest', file({ digest: new Uint8Array(31) })],
    ['a long key', file({ key: new Uint8Array(33) })],
    ['six stars', { kind: 'form', answer: { form: 'rating', stars: 6, text: '' } }],
    ['half a star', { kind: 'form', answer: { form: 'rating', stars: 0.5, text: '' } }],
    ['policy version 0', { kind: 'policy', version: 0, text: 'x' }],
    ['[BD30] a label twice', { kind: 'staff-labels', shopper: key, labels: ['vip', ' vip\0'] }],
    [
      '[BD31] an end of what is open',
      { kind: 'staff-status', shopper: key, status: 'open', untilMs: 1 },
    ],
    ['[BD32] a public invite that expires', invite({ expiresAtMs: 1 })],
    ['[BD32] a public invite with uses', invite({ maxUses: 5 })],
    ['[BD32] a personal invite of two uses', invite({ invite: 'personal', maxUses: 2 })],
    ['[BD32] a personal invite without limit', invite({ invite: 'personal' })],
    ['[BD32] a personal invite to a room', invite({ invite: 'personal', maxUses: 1, room })],
    ['[BD32] a room invite without room', invite({ invite: 'room', maxUses: 5 })],
    ['[BD32] a room invite without limit', invite({ invite: 'room', room })],
    ['[BD32] a room invite of no use', invite({ invite: 'room', room, maxUses: 0 })],
    ['[BD33] a setting with spaces', { kind: 'staff-setting', name: 'a b', value: null }],
    ['[BD33] a setting in capitals', { kind: 'staff-setting', name: 'Quota', value: null }],
    ['no profile', { kind: 'staff-profile', profile: new Uint8Array() }],
    [
      'a time before 1970',
      {
        ...{ kind: 'staff-conversation', shopper: key, shopperBox: box.publicKey },
        ...{ secret: makeConversationSecret(), inviteId, createdMs: -1 },
      },
    ],
  ])('[BD4] is malformed: %s', (_, draft) => {
    expect(encodeBody(draft)).toBe('malformed')
  })

  it('[BD6] [BD7] is tidied where nobody sees it', () => {
    const encoded = encodeBody(card({ name: ' Shoes\0 ', url: 'https://SHOP.example' }))
    if (typeof encoded === 'string') throw new Error(encoded)
    expect(decodeBody(encoded.kind, encoded.body, 'conversation')).toMatchObject({
      name: 'Shoes',
      url: 'https://shop.example/',
    })
  })
})
