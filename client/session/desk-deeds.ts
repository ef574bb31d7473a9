import { deed, type Deed, type Deeds } from '../tabs/seat.ts'
import {
  areAll,
  isBlob,
  isCode,
  isFlag,
  isListOf,
  isNumber,
  isOrNull,
  isRecordOf,
  isText,
  type Guard,
} from '../tabs/shape.ts'
import type { DeskSeat } from './desk-seat.ts'
import { blobOf, chunksOf } from '../file-chunks.ts'
import { isSentText, type SentText } from './sent-messages.ts'
import type { ExportWords } from './snapshots.ts'
import { isDisclosure } from './thread-shape.ts'

/** What a readable export says, as far as it can be told to another tab. */
export type PlainWords = Omit<ExportWords, 'names'>

const isWords: Guard<PlainWords> = isRecordOf<PlainWords>({
  title: isText,
  shop: isText,
  shopper: isText,
  deleted: isText,
  edited: isText,
  direction: isCode<PlainWords['direction']>({ rtl: true, ltr: true }),
  language: isCode<PlainWords['language']>({ ar: true, en: true }),
})
const isFormat = isCode<'html' | 'json'>({ html: true, json: true })
const isNaming = (value: unknown): value is readonly [string, string] =>
  Array.isArray(value) && areAll<readonly [string, string]>(value, [isText, isText])

const say: Deed<DeskSeat> = {
  when: 'open',
  run: (seat, { args, again }) => {
    if (!areAll<readonly [string, SentText]>(args, [isText, isSentText])) return null
    const [conversation, sent] = args
    return seat.say(conversation, { ...sent, again })
  },
}

/** What a tab of the desk may ask of the one that leads. */
export const DESK_DEEDS: Deeds<DeskSeat> = new Map<string, Deed<DeskSeat>>([
  ['say', say],
  ['retry', deed([isText], (seat, key) => seat.retry(key))],
  ['discard', deed([isText], (seat, key) => seat.discard(key))],
  ['shown', deed([isText], (seat, key) => seat.shown(key))],
  ['wrote', deed([isFlag], (seat, active) => seat.wrote(active))],
  ['disclose', deed([isDisclosure], (seat, disclosure) => seat.disclose(disclosure))],
  ['openConversation', deed([isText], (seat, id) => seat.openConversation(id), 'now')],
  ['closeConversation', deed([], (seat) => seat.closeConversation(), 'now')],
  ['showSafetyNumber', deed([], (seat) => seat.showSafetyNumber())],
  ['claim', deed([isText], (seat, token) => seat.claim(token), 'now')],
  ['createShop', deed([isText], (seat, name) => seat.createShop(name))],
  ['restore', deed([isBlob, isText], (seat, file, phrase) => seat.restore(chunksOf(file), phrase))],
  ['unlock', deed([isText], (seat, passcode) => seat.unlock(passcode))],
  ['lock', deed([], (seat) => seat.lock())],
  ['setPasscode', deed([isOrNull(isText)], (seat, passcode) => seat.setPasscode(passcode))],
  ['recoveryFile', deed([isText], (seat, phrase) => blobOf(seat.recoveryFile(phrase)))],
  ['shopperKeys', deed([], (seat) => seat.shopperKeys())],
  [
    'readableExport',
    deed([isFormat, isWords, isListOf(isNaming)], (seat, format, words, names) =>
      blobOf(seat.readableExport(format, { ...words, names: () => new Map(names) })),
    ),
  ],
  ['askToPersist', deed([], (seat) => seat.askToPersist())],
  [
    'makeInvite',
    deed([isText, isOrNull(isNumber)], (seat, name, lifetimeMs) =>
      seat.makeInvite(name, lifetimeMs),
    ),
  ],
  ['revokeInvite', deed([isText], (seat, id) => seat.revokeInvite(id))],
  ['wake', deed([], (seat) => seat.wake(), 'now')],
])
