import {
  isCode,
  isFlag,
  isListOf,
  isNumber,
  isOrNull,
  isRecordOf,
  isText,
  type Guard,
} from '../tabs/shape.ts'
import type { Durability } from '../storage/ports.ts'
import type {
  Connection,
  Disclosure,
  DisclosureState,
  Message,
  MessageState,
  Obstacle,
  Thread,
} from './snapshots.ts'

/* What of a snapshot is the same on both sides, as it comes from the tab that leads. */

export const isObstacle = isCode<Obstacle>({
  'insecure-origin': true,
  'storage-unavailable': true,
  'storage-newer': true,
  'storage-corrupt': true,
  'webrtc-missing': true,
})

export const isDurability = isCode<Durability>({
  persistent: true,
  'best-effort': true,
  unknown: true,
})

export const isConnection: Guard<Connection> = isRecordOf<{ readonly type: Connection['type'] }>({
  type: isCode<Connection['type']>({
    offline: true,
    connecting: true,
    ready: true,
    away: true,
    connected: true,
    'no-relay': true,
    'unknown-shop': true,
    'relay-not-proven': true,
    'not-loaded': true,
    'peer-refused': true,
  }),
})

const isMessage = isRecordOf<Message>({
  key: isText,
  mine: isFlag,
  text: isText,
  wallTimeMs: isNumber,
  timeDoubtful: isFlag,
  state: isOrNull(
    isCode<MessageState>({
      storing: true,
      waiting: true,
      sending: true,
      delivered: true,
      kept: true,
      seen: true,
      'failed-too-large': true,
      'failed-storage-full': true,
      'failed-storage': true,
      'failed-removed': true,
    }),
  ),
})

export const isDisclosure = isRecordOf<Disclosure>({ seen: isFlag, typing: isFlag })

export const isDisclosureState = isRecordOf<DisclosureState>({
  seen: isFlag,
  typing: isFlag,
  stored: isFlag,
})

export const isThread = isRecordOf<Thread>({
  conversation: isText,
  messages: isListOf(isMessage),
  connection: isConnection,
  storageFailed: isFlag,
  unstored: isNumber,
  damaged: isNumber,
  twoHistories: isFlag,
  isOtherWriting: isFlag,
  safetyNumber: isOrNull(isListOf(isText)),
})
