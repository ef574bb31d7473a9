import { KEY_BYTES } from '@hamsa/crypto'
import type { BodyCodec } from './body-codec.ts'

const CHANGES = ['joined', 'left', 'removed'] as const
const EVENTS = ['resolved', 'reopened', 'lock-down', 'lock-lifted'] as const

export const membershipBody: BodyCodec<'membership'> = {
  write: ({ member, change }, writer) => writer.raw(member, KEY_BYTES).choice(CHANGES, change),
  read: (reader) => {
    const member = reader.signingKey()
    const change = reader.choice(CHANGES)
    return member === null || change === null ? null : { kind: 'membership', member, change }
  },
}

export const systemBody: BodyCodec<'system'> = {
  write: ({ event }, writer) => writer.choice(EVENTS, event),
  read: (reader) => {
    const event = reader.choice(EVENTS)
    return event === null ? null : { kind: 'system', event }
  },
}
