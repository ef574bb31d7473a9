import type { Signaling } from '../link/signaling.ts'
import { connectionOf } from './connection-of.ts'
import type { SafetyNumber } from './safety-number.ts'
import type { Thread } from './snapshots.ts'
import type { Talk } from './talk.ts'

export type ThreadParts = {
  readonly conversation: string
  readonly talk: Talk
  readonly signaling: Signaling
  readonly safetyNumber: SafetyNumber
}

/** One conversation as a screen draws it, on either side. */
export function threadOf({ conversation, talk, signaling, safetyNumber }: ThreadParts): Thread {
  const { equivocators, damaged, unstored } = talk.log.snapshot()
  return {
    conversation,
    messages: talk.messages(),
    connection: connectionOf(talk.linkState(), signaling.state()),
    storageFailed: talk.storageFailed(),
    unstored,
    damaged,
    twoHistories: equivocators.some((author) => !talk.isOwnSide(author)),
    isOtherWriting: talk.isOtherWriting,
    safetyNumber: safetyNumber.groups,
  }
}
