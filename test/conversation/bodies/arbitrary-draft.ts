import {
  CONVERSATION_SECRET_BYTES,
  INVITE_ID_BYTES,
  KEY_BYTES,
  MAX_INVITE_SECRET_BYTES,
  MIN_INVITE_SECRET_BYTES,
  parseBoxPublicKey,
  parseConversationSecret,
  parseInviteId,
  parseInviteSecret,
  parseSigningPublicKey,
} from '@hamsa/crypto'
import fc from 'fast-check'
import { EMOJI } from '../../../client/conversation/bodies/emoji.ts'
import {
  lineOf,
  MESSAGE_TEXT,
  proseOf,
  type TextRule,
} from '../../../client/conversation/bodies/text-rule.ts'
import { WEB_ADDRESS } from '../../../client/conversation/bodies/web-address.ts'
import type {
  Draft,
  FormAnswer,
  MessageBody,
  StaffBody,
} from '../../../client/conversation/body.ts'
import {
  ENTRY_ID_BYTES,
  LOG_ID_BYTES,
  parseEntryId,
  parseLogId,
} from '../../../client/conversation/ids.ts'

/*
 * Drafts as they read back: texts are tidy, keys are keys. Others' tests draw from here too.
 */

const MAX_TIME_MS = 2 ** 48 - 1

function bytesOf(minLength: number, maxLength = minLength): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength, maxLength })
}

function parsed<Value>(
  bytes: fc.Arbitrary<Uint8Array>,
  parse: (bytes: Uint8Array) => Value | null,
): fc.Arbitrary<Value> {
  return bytes.map(parse).filter((value) => value !== null)
}

/** Texts of any script and length that a rule leaves as they are. */
function ruled(rule: TextRule, texts: fc.Arbitrary<string> = anyText): fc.Arbitrary<string> {
  return texts
    .map((text) => rule.check(text))
    .filter((checked) => checked.type === 'fine')
    .map(({ text }) => text)
}

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
  fc.constantFrom('السلام عليكم', 'two\nlines', '  spaces  ', '👨‍👩‍👧', '١٢٣ + 456', '\u202eevil'),
)
const longText = anyText.chain((text) =>
  fc.integer({ min: 1, max: 50 }).map((times) => text.repeat(times)),
)
const anyAddress = fc.oneof(
  fc.webUrl({ validSchemes: ['https'], withQueryParameters: true, withFragments: true }),
  fc.constantFrom(
    'https://متجر.example/سلة?q=حذاء',
    'HTTPS://SHOP.example:443/a/../b',
    'https://1.2',
  ),
)
const anyPicture = fc
  .tuple(fc.constantFrom('ffd8ff', '89504e470d0a1a0a', '524946460000000057454250'), bytesOf(0, 100))
  .map(([head, rest]) => Uint8Array.from([...Buffer.from(head, 'hex'), ...rest]))

export const anyKey = parsed(bytesOf(KEY_BYTES), parseSigningPublicKey)
export const anyEntryId = parsed(bytesOf(ENTRY_ID_BYTES), parseEntryId)
export const anyInviteId = parsed(bytesOf(INVITE_ID_BYTES), parseInviteId)
const anyLogId = parsed(bytesOf(LOG_ID_BYTES), parseLogId)
const anyInviteSecret = parsed(
  bytesOf(MIN_INVITE_SECRET_BYTES, MAX_INVITE_SECRET_BYTES),
  parseInviteSecret,
)
const anyTime = fc.integer({ min: 0, max: MAX_TIME_MS })
const anyEmoji = ruled(EMOJI, fc.constantFrom('👍', '❤️', '❤', '👩🏽‍🚀', '🇸🇦', '7️⃣', '🏴󠁧󠁢󠁷󠁬󠁳󠁿'))
const message = ruled(MESSAGE_TEXT, longText)
const prose = ruled(proseOf(1_000), longText)
const line = ruled(lineOf(60))
const orNone = <Value>(values: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> => fc.option(values)

const anyAnswer: fc.Arbitrary<FormAnswer> = fc.oneof(
  fc.record({
    form: fc.constant('fault' as const),
    category: fc.constantFrom('order', 'payment', 'delivery', 'product', 'page', 'other'),
    text: prose,
    page: orNone(line),
    product: orNone(line),
    device: orNone(line),
  }),
  fc.record({
    form: fc.constant('rating' as const),
    stars: fc.integer({ min: 1, max: 5 }),
    text: fc.oneof(fc.constant(''), prose),
  }),
)

const kind = <Kind extends Draft['kind']>(name: Kind): fc.Arbitrary<Kind> => fc.constant(name)

/** One arbitrary for each kind of a conversation or a room. */
export const ANY_MESSAGE: {
  readonly [Kind in MessageBody['kind']]: fc.Arbitrary<Extract<MessageBody, { kind: Kind }>>
} = {
  text: fc.record({ kind: kind('text'), text: message }),
  reply: fc.record({ kind: kind('reply'), target: anyEntryId, text: message }),
  edit: fc.record({ kind: kind('edit'), target: anyEntryId, text: message }),
  delete: fc.record({ kind: kind('delete'), target: anyEntryId }),
  reaction: fc.record({ kind: kind('reaction'), target: anyEntryId, emoji: orNone(anyEmoji) }),
  'product-card': fc.record({
    kind: kind('product-card'),
    name: line,
    price: orNone(
      fc.record({
        amount: fc.stringMatching(/^[0-9]{1,7}(?:\.[0-9]{1,7})?$/),
        currency: fc.stringMatching(/^[A-Z]{3}$/),
      }),
    ),
    url: orNone(ruled(WEB_ADDRESS, anyAddress)),
    reference: orNone(line),
    picture: orNone(anyPicture),
  }),
  'file-offer': fc.record({
    kind: kind('file-offer'),
    name: line.filter((name) => !/[/\\]/.test(name)),
    mediaType: fc.constantFrom('image/png', 'application/octet-stream', 'audio/webm', 'a/b+c.d-e'),
    size: anyTime,
    digest: bytesOf(32),
    key: bytesOf(32),
  }),
  form: fc.record({ kind: kind('form'), answer: anyAnswer }),
  policy: fc.record({
    kind: kind('policy'),
    version: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    text: prose,
  }),
  acceptance: fc.record({ kind: kind('acceptance'), policy: anyEntryId }),
  warning: fc.record({
    kind: kind('warning'),
    member: anyKey,
    about: orNone(anyEntryId),
    rule: line,
    text: prose,
  }),
  sanction: fc.record({
    kind: kind('sanction'),
    member: anyKey,
    sanction: fc.constantFrom('slow-mode', 'mute', 'removal'),
    untilMs: orNone(anyTime),
    about: orNone(anyEntryId),
    rule: line,
    reason: prose,
  }),
  appeal: fc.record({ kind: kind('appeal'), about: anyEntryId, text: prose }),
  membership: fc.record({
    kind: kind('membership'),
    member: anyKey,
    change: fc.constantFrom('joined', 'left', 'removed'),
  }),
  system: fc.record({
    kind: kind('system'),
    event: fc.constantFrom('resolved', 'reopened', 'lock-down', 'lock-lifted'),
  }),
}

const inviteBasics = {
  kind: kind('staff-invite'),
  inviteId: anyInviteId,
  secret: anyInviteSecret,
  name: fc.oneof(fc.constant(''), line),
}

/** One arbitrary for each kind of the staff log. */
export const ANY_STAFF: {
  readonly [Kind in StaffBody['kind']]: fc.Arbitrary<Extract<StaffBody, { kind: Kind }>>
} = {
  'staff-conversation': fc.record({
    kind: kind('staff-conversation'),
    shopper: anyKey,
    shopperBox: parsed(bytesOf(KEY_BYTES), parseBoxPublicKey),
    secret: parsed(bytesOf(CONVERSATION_SECRET_BYTES), parseConversationSecret),
    inviteId: anyInviteId,
    createdMs: anyTime,
  }),
  'staff-note': fc.record({ kind: kind('staff-note'), shopper: anyKey, text: prose }),
  'staff-labels': fc.record({
    kind: kind('staff-labels'),
    shopper: anyKey,
    labels: fc.uniqueArray(line, { maxLength: 32 }),
  }),
  'staff-status': fc.oneof(
    fc.record({
      kind: kind('staff-status'),
      shopper: anyKey,
      status: fc.constantFrom('open' as const, 'waiting' as const, 'resolved' as const),
      untilMs: fc.constant(null),
    }),
    fc.record({
      kind: kind('staff-status'),
      shopper: anyKey,
      status: fc.constant('snoozed' as const),
      untilMs: orNone(anyTime),
    }),
  ),
  'staff-read': fc.record({ kind: kind('staff-read'), shopper: anyKey, entry: anyEntryId }),
  'staff-block': fc.record({ kind: kind('staff-block'), shopper: anyKey, blocked: fc.boolean() }),
  'staff-erase': fc.record({ kind: kind('staff-erase'), shopper: anyKey }),
  'staff-invite': fc.oneof(
    fc.record({
      ...inviteBasics,
      invite: fc.constant('shop' as const),
      expiresAtMs: fc.constant(null),
      maxUses: fc.constant(null),
      room: fc.constant(null),
    }),
    fc.record({
      ...inviteBasics,
      invite: fc.constant('personal' as const),
      expiresAtMs: orNone(anyTime),
      maxUses: fc.constant(1),
      room: fc.constant(null),
    }),
    fc.record({
      ...inviteBasics,
      invite: fc.constant('room' as const),
      expiresAtMs: orNone(anyTime),
      maxUses: fc.integer({ min: 1, max: 65_535 }),
      room: anyLogId,
    }),
  ),
  'staff-invite-revoked': fc.record({ kind: kind('staff-invite-revoked'), inviteId: anyInviteId }),
  'staff-invite-used': fc.record({
    kind: kind('staff-invite-used'),
    inviteId: anyInviteId,
    shopper: anyKey,
  }),
  'staff-canned-reply': fc.record({
    kind: kind('staff-canned-reply'),
    name: line,
    text: orNone(prose),
  }),
  'staff-profile': fc.record({ kind: kind('staff-profile'), profile: bytesOf(1, 400) }),
  'staff-setting': fc.record({
    kind: kind('staff-setting'),
    name: fc.constantFrom('intake', 'knock.quota', 'away-text'),
    value: orNone(prose),
  }),
}

export const anyMessageDraft: fc.Arbitrary<MessageBody> = fc.oneof(...Object.values(ANY_MESSAGE))
export const anyStaffDraft: fc.Arbitrary<StaffBody> = fc.oneof(...Object.values(ANY_STAFF))
/** Anything that may be written. */
export const anyDraft: fc.Arbitrary<Draft> = fc.oneof(anyMessageDraft, anyStaffDraft)
