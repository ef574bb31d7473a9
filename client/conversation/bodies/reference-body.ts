import { ENTRY_ID_BYTES } from '../ids.ts'
import type { BodyCodec } from './body-codec.ts'
import { EMOJI } from './emoji.ts'

export const deleteBody: BodyCodec<'delete'> = {
  write: ({ target }, writer) => writer.raw(target, ENTRY_ID_BYTES),
  read: (reader) => {
    const target = reader.entryId()
    return target === null ? null : { kind: 'delete', target }
  },
}

export const reactionBody: BodyCodec<'reaction'> = {
  write: ({ target, emoji }, writer) =>
    writer.raw(target, ENTRY_ID_BYTES).optional(emoji, (present) => writer.text(EMOJI, present)),
  read: (reader) => {
    const target = reader.entryId()
    const emoji = reader.optional(() => reader.text(EMOJI))
    return target === null ? null : { kind: 'reaction', target, emoji }
  },
}

/** Accepts a policy, or takes note of a warning. */
export const acceptanceBody: BodyCodec<'acceptance'> = {
  write: ({ policy }, writer) => writer.raw(policy, ENTRY_ID_BYTES),
  read: (reader) => {
    const policy = reader.entryId()
    return policy === null ? null : { kind: 'acceptance', policy }
  },
}
