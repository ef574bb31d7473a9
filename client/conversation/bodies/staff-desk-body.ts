import type { BodyCodec } from './body-codec.ts'
import { asciiOf, lineOf, proseOf } from './text-rule.ts'

export const MAX_CANNED_NAME_CHARS = 64
export const MAX_CANNED_TEXT_CHARS = 4_000
/** With its logo; room is left in the entry for what seals it. */
export const MAX_STAFF_PROFILE_BYTES = 128 * 1024
export const MAX_SETTING_NAME_CHARS = 64
export const MAX_SETTING_VALUE_CHARS = 4_000

const CANNED_NAME = lineOf(MAX_CANNED_NAME_CHARS)
const CANNED_TEXT = proseOf(MAX_CANNED_TEXT_CHARS)
const PROFILE_LIMITS = { least: 1, most: MAX_STAFF_PROFILE_BYTES }
/** Given by the code, never typed: words of ASCII, joined by dots and dashes. */
const SETTING_NAME = asciiOf(/^[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*$/, MAX_SETTING_NAME_CHARS)
const SETTING_VALUE = proseOf(MAX_SETTING_VALUE_CHARS)

export const staffCannedReplyBody: BodyCodec<'staff-canned-reply'> = {
  write: ({ name, text }, writer) =>
    writer.text(CANNED_NAME, name).optional(text, (present) => writer.text(CANNED_TEXT, present)),
  read: (reader) => ({
    kind: 'staff-canned-reply',
    name: reader.text(CANNED_NAME),
    text: reader.optional(() => reader.text(CANNED_TEXT)),
  }),
}

export const staffProfileBody: BodyCodec<'staff-profile'> = {
  write: ({ profile }, writer) => writer.bytes(profile, PROFILE_LIMITS),
  read: (reader) => ({ kind: 'staff-profile', profile: reader.bytes(PROFILE_LIMITS) }),
}

export const staffSettingBody: BodyCodec<'staff-setting'> = {
  write: ({ name, value }, writer) =>
    writer
      .text(SETTING_NAME, name)
      .optional(value, (present) => writer.text(SETTING_VALUE, present)),
  read: (reader) => ({
    kind: 'staff-setting',
    name: reader.text(SETTING_NAME),
    value: reader.optional(() => reader.text(SETTING_VALUE)),
  }),
}
