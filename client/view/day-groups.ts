import type { Message } from '../session/snapshots.ts'
import { dayNumber } from './time-text.ts'

/** Messages of one author closer than this stand together. */
const RUN_GAP_MS = 5 * 60 * 1000

/** A message and where it stands among its author's. */
export type Placed = {
  readonly message: Message
  /** First or last of a run by one author. */
  readonly first: boolean
  readonly last: boolean
  /** Time and state stand below it: at the end of a run, and where the next one's state differs. */
  readonly tells: boolean
}
export type DayGroup = {
  /** Stable while its first message stays. */
  readonly key: string
  readonly timeMs: number
  readonly messages: readonly Placed[]
}

/**
 * Cuts a thread into days and runs, in the given order: the order of the log is never changed here.
 * A doubtful time opens no day.
 */
export function groupByDay(messages: readonly Message[]): DayGroup[] {
  const days: { day: number; timeMs: number; messages: Message[] }[] = []
  for (const message of messages) {
    const current = days.at(-1)
    const day = dayNumber(message.wallTimeMs)
    const stays = current !== undefined && (message.timeDoubtful || day === current.day)
    if (stays) current.messages.push(message)
    else days.push({ day, timeMs: message.wallTimeMs, messages: [message] })
  }
  return days.map((group) => ({
    key: group.messages[0]?.key ?? '',
    timeMs: group.timeMs,
    messages: placed(group.messages),
  }))
}

function placed(messages: readonly Message[]): Placed[] {
  return messages.map((message, index) => {
    const next = messages[index + 1]
    const last = !together(message, next)
    return {
      message,
      first: !together(messages[index - 1], message),
      last,
      tells: last || next?.state !== message.state,
    }
  })
}

function together(earlier: Message | undefined, later: Message | undefined): boolean {
  if (earlier === undefined || later === undefined) return false
  const near = Math.abs(later.wallTimeMs - earlier.wallTimeMs) < RUN_GAP_MS
  return near && earlier.mine === later.mine && earlier.timeDoubtful === later.timeDoubtful
}
