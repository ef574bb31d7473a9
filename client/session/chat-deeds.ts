import { deed, type Deed, type Deeds } from '../tabs/seat.ts'
import { areAll, isFlag, isText } from '../tabs/shape.ts'
import type { ChatSeat } from './chat-seat.ts'
import { isSentText, type SentText } from './sent-messages.ts'
import { isDisclosure } from './thread-shape.ts'

const say: Deed<ChatSeat> = {
  when: 'open',
  run: ({ chat }, { args, again }) => {
    if (!areAll<readonly [string, SentText]>(args, [isText, isSentText])) return null
    return chat.say({ ...args[1], again })
  },
}

/** What a tab of the chat may ask of the one that leads. */
export const CHAT_DEEDS: Deeds<ChatSeat> = new Map<string, Deed<ChatSeat>>([
  ['say', say],
  ['retry', deed([isText], ({ chat }, key) => chat.retry(key))],
  ['discard', deed([isText], ({ chat }, key) => chat.discard(key))],
  ['shown', deed([isText], ({ chat }, key) => chat.shown(key))],
  ['wrote', deed([isFlag], ({ chat }, active) => chat.wrote(active))],
  ['disclose', deed([isDisclosure], ({ chat }, disclosure) => chat.disclose(disclosure))],
  ['start', deed([], ({ chat }) => chat.start())],
  ['showSafetyNumber', deed([], ({ chat }) => chat.showSafetyNumber())],
  ['wake', deed([], ({ chat }) => chat.wake(), 'now')],
])
