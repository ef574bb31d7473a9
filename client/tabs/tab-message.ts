import {
  isFlag,
  isListOf,
  isList,
  isNumber,
  isRecord,
  isRecordOf,
  isText,
  isType,
  isUnionOf,
} from './shape.ts'

/** Something that a tab wants done: by the tab that leads, whoever that is. */
export type Act = {
  /** Counted by the tab that asks. */
  readonly id: number
  readonly name: string
  readonly args: readonly unknown[]
  /** An earlier leader may have done it. */
  readonly again: boolean
}

/** What the tabs of one page say to each other; TABS.md has the rules. `from` and `to` are tabs. */
export type TabMessage =
  /** Wants to follow whoever leads. `slots`: what the tab has on screen, to be done at its new seat first. */
  | { readonly type: 'join'; readonly from: string; readonly slots: readonly Act[] }
  | { readonly type: 'leave'; readonly from: string }
  /** Is anybody leading? Asked by a tab that follows and is looked at. */
  | { readonly type: 'ping'; readonly from: string }
  | { readonly type: 'act'; readonly from: string; readonly term: number; readonly act: Act }
  /** Leads from now on; said once, and to a tab of another build whenever it asks. */
  | { readonly type: 'lead'; readonly from: string; readonly term: number }
  | { readonly type: 'pong'; readonly from: string; readonly to: string }
  /** All that the tab shall show. */
  | {
      readonly type: 'whole'
      readonly from: string
      readonly to: string
      readonly term: number
      readonly version: number
      readonly snapshot: unknown
    }
  /** How the version before becomes this one. */
  | {
      readonly type: 'change'
      readonly from: string
      readonly to: string
      readonly term: number
      readonly version: number
      readonly patch: unknown
    }
  /** The act is done, or could not be. All that came of it was told before. */
  | {
      readonly type: 'done'
      readonly from: string
      readonly to: string
      readonly term: number
      readonly id: number
      readonly failed: boolean
      readonly answer: unknown
    }

export type Heard =
  | { readonly type: 'message'; readonly message: TabMessage }
  /** A tab of another build leads, or wants to follow. */
  | { readonly type: 'foreign'; readonly part: 'leader' | 'follower' }

/** Said by a tab that leads; of another build no more is understood. */
const LEADING: ReadonlySet<unknown> = new Set(['lead', 'pong', 'whole', 'change', 'done'])

const isAnything = (value: unknown): value is unknown => value !== undefined
const isAct = isRecordOf<Act>({ id: isNumber, name: isText, args: isList, again: isFlag })

const toOne = { from: isText, to: isText, term: isNumber }
const isMessage = isUnionOf<TabMessage>({
  join: isRecordOf({ type: isType('join'), from: isText, slots: isListOf(isAct) }),
  leave: isRecordOf({ type: isType('leave'), from: isText }),
  ping: isRecordOf({ type: isType('ping'), from: isText }),
  act: isRecordOf({ type: isType('act'), from: isText, term: isNumber, act: isAct }),
  lead: isRecordOf({ type: isType('lead'), from: isText, term: isNumber }),
  pong: isRecordOf({ type: isType('pong'), from: isText, to: isText }),
  whole: isRecordOf({ type: isType('whole'), ...toOne, version: isNumber, snapshot: isAnything }),
  change: isRecordOf({ type: isType('change'), ...toOne, version: isNumber, patch: isAnything }),
  done: isRecordOf({
    type: isType('done'),
    ...toOne,
    id: isNumber,
    failed: isFlag,
    answer: isAnything,
  }),
})

/** As it goes over the channel. */
export function wrap(build: string, message: TabMessage): unknown {
  return { build, message }
}

/** What this build understands of something that came over the channel; `null` for what is nothing. */
export function hear(build: string, value: unknown): Heard | null {
  if (!isRecord(value) || !isText(value.build)) return null
  const { message } = value
  if (value.build === build) return isMessage(message) ? { type: 'message', message } : null
  if (!isRecord(message)) return null
  if (LEADING.has(message.type)) return { type: 'foreign', part: 'leader' }
  const isAsking = message.type === 'join' || message.type === 'ping'
  return isAsking ? { type: 'foreign', part: 'follower' } : null
}
