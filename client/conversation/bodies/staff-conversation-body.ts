import {
  CONVERSATION_SECRET_BYTES,
  INVITE_ID_BYTES,
  KEY_BYTES,
  parseBoxPublicKey,
  parseConversationSecret,
  parseInviteId,
} from '@hamsa/crypto'
import type { ConversationStatus } from '../body.ts'
import { ENTRY_ID_BYTES } from '../ids.ts'
import type { BodyCodec } from './body-codec.ts'
import { lineOf, proseOf } from './text-rule.ts'

export const MAX_NOTE_CHARS = 10_000
export const MAX_LABEL_CHARS = 64
export const MAX_LABELS = 32

const STATUSES: readonly ConversationStatus[] = ['open', 'waiting', 'resolved', 'snoozed']
const NOTE = proseOf(MAX_NOTE_CHARS)
const LABEL = lineOf(MAX_LABEL_CHARS)

export const staffConversationBody: BodyCodec<'staff-conversation'> = {
  write: ({ shopper, shopperBox, secret, inviteId, createdMs }, writer) =>
    writer
      .raw(shopper, KEY_BYTES)
      .raw(shopperBox, KEY_BYTES)
      .raw(secret, CONVERSATION_SECRET_BYTES)
      .raw(inviteId, INVITE_ID_BYTES)
      .time(createdMs),
  read: (reader) => {
    const shopper = reader.signingKey()
    const shopperBox = reader.parsed(KEY_BYTES, parseBoxPublicKey)
    const secret = reader.parsed(CONVERSATION_SECRET_BYTES, parseConversationSecret)
    const inviteId = reader.parsed(INVITE_ID_BYTES, parseInviteId)
    const createdMs = reader.time()
    if (shopper === null || shopperBox === null) return null
    if (secret === null || inviteId === null) return null
    return { kind: 'staff-conversation', shopper, shopperBox, secret, inviteId, createdMs }
  },
}

export const staffNoteBody: BodyCodec<'staff-note'> = {
  write: ({ shopper, text }, writer) => writer.raw(shopper, KEY_BYTES).text(NOTE, text),
  read: (reader) => {
    const shopper = reader.signingKey()
    const text = reader.text(NOTE)
    return shopper === null ? null : { kind: 'staff-note', shopper, text }
  },
}

export const staffLabelsBody: BodyCodec<'staff-labels'> = {
  write: ({ shopper, labels }, writer) =>
    writer.raw(shopper, KEY_BYTES).distinctTexts(LABEL, labels, MAX_LABELS),
  read: (reader) => {
    const shopper = reader.signingKey()
    const labels = reader.distinctTexts(LABEL, MAX_LABELS)
    return shopper === null ? null : { kind: 'staff-labels', shopper, labels }
  },
}

/** Only a snooze may have an end; without one it lasts until somebody ends it. */
export const staffStatusBody: BodyCodec<'staff-status'> = {
  write: ({ shopper, status, untilMs }, writer) => {
    writer
      .raw(shopper, KEY_BYTES)
      .choice(STATUSES, status)
      .optional(untilMs, (ms) => writer.time(ms))
    if (status !== 'snoozed' && untilMs !== null) writer.fail('malformed')
  },
  read: (reader) => {
    const shopper = reader.signingKey()
    const status = reader.choice(STATUSES)
    const untilMs = reader.optional(() => reader.time())
    if (status !== 'snoozed' && untilMs !== null) reader.fail()
    if (shopper === null || status === null) return null
    return { kind: 'staff-status', shopper, status, untilMs }
  },
}

export const staffReadBody: BodyCodec<'staff-read'> = {
  write: ({ shopper, entry }, writer) => writer.raw(shopper, KEY_BYTES).raw(entry, ENTRY_ID_BYTES),
  read: (reader) => {
    const shopper = reader.signingKey()
    const entry = reader.entryId()
    return shopper === null || entry === null ? null : { kind: 'staff-read', shopper, entry }
  },
}

export const staffBlockBody: BodyCodec<'staff-block'> = {
  write: ({ shopper, blocked }, writer) => writer.raw(shopper, KEY_BYTES).flag(blocked),
  read: (reader) => {
    const shopper = reader.signingKey()
    const blocked = reader.flag()
    return shopper === null ? null : { kind: 'staff-block', shopper, blocked }
  },
}

export const staffEraseBody: BodyCodec<'staff-erase'> = {
  write: ({ shopper }, writer) => writer.raw(shopper, KEY_BYTES),
  read: (reader) => {
    const shopper = reader.signingKey()
    return shopper === null ? null : { kind: 'staff-erase', shopper }
  },
}
