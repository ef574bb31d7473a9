import { ENTRY_ID_BYTES } from '../ids.ts'
import type { BodyCodec } from './body-codec.ts'
import { MESSAGE_TEXT } from './text-rule.ts'

export const textBody: BodyCodec<'text'> = {
  write: ({ text }, writer) => writer.lastText(MESSAGE_TEXT, text),
  read: (reader) => ({ kind: 'text', text: reader.lastText(MESSAGE_TEXT) }),
}

export const replyBody: BodyCodec<'reply'> = {
  write: ({ target, text }, writer) =>
    writer.raw(target, ENTRY_ID_BYTES).lastText(MESSAGE_TEXT, text),
  read: (reader) => {
    const target = reader.entryId()
    const text = reader.lastText(MESSAGE_TEXT)
    return target === null ? null : { kind: 'reply', target, text }
  },
}

export const editBody: BodyCodec<'edit'> = {
  write: ({ target, text }, writer) =>
    writer.raw(target, ENTRY_ID_BYTES).lastText(MESSAGE_TEXT, text),
  read: (reader) => {
    const target = reader.entryId()
    const text = reader.lastText(MESSAGE_TEXT)
    return target === null ? null : { kind: 'edit', target, text }
  },
}
