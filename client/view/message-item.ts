import { html, nothing, type TemplateResult } from 'lit'
import type { Message, MessageState } from '../session/snapshots.ts'
import type { Side } from './connection-status.ts'
import type { Placed } from './day-groups.ts'
import { pageDirection, t } from './i18n.ts'
import { icon, type IconName } from './icons.ts'
import { beginningOf } from './long-text.ts'
import { directionOf } from './text-direction.ts'
import { textRuns, withoutOverrides } from './text-runs.ts'
import { clockText, machineTime } from './time-text.ts'

/** A price or a phone number as short as this never breaks across lines. */
const WHOLE_CHARS = 20

type StateLook = {
  readonly icon: IconName
  readonly text: Record<Side, string>
  readonly failed: boolean
  /** What the sender can do: try again as it is, or take it back to where one writes. */
  readonly remedies: readonly ('retry' | 'edit')[]
}

const told = (icon: IconName, text: string, desk = text): StateLook => ({
  icon,
  text: { chat: text, desk },
  failed: false,
  remedies: [],
})
const failed = (text: string, remedies: StateLook['remedies']): StateLook => ({
  icon: 'warning',
  text: { chat: text, desk: text },
  failed: true,
  remedies,
})

const STATES: Record<MessageState, StateLook> = {
  storing: told('device', 'state-storing'),
  waiting: told('clock', 'state-waiting-chat', 'state-waiting-desk'),
  sending: told('up', 'state-sending'),
  delivered: told('check', 'state-delivered'),
  kept: told('keep', 'state-kept'),
  seen: told('eye', 'state-seen'),
  'failed-too-large': failed('state-too-large', ['edit']),
  'failed-storage-full': failed('state-storage-full', ['retry', 'edit']),
  'failed-storage': failed('state-storage-failed', ['retry', 'edit']),
  'failed-removed': failed('state-removed', []),
}

const UNSENT = told('device', 'state-unsent')

export type MessageItemInput = {
  readonly placed: Placed
  readonly side: Side
  /** Nothing is sent any more: what waits, waits for nothing. */
  readonly closed: boolean
  /** The reader has asked for all of a long text. */
  readonly expanded: boolean
  readonly onExpand: () => void
  readonly onRetry: () => void
  readonly onEdit: () => void
}

/** One message as an item of the log: who, text, time, and for own ones the state in words. */
export function messageItem(input: MessageItemInput): TemplateResult {
  const { message, first, last } = input.placed
  const classes = [
    'message',
    message.mine ? 'mine' : 'theirs',
    first ? 'first' : '',
    last ? 'last' : '',
  ]
  return html`<li class=${classes.join(' ').trim()}>
    <span class="unseen">${authorText(message, input.side)}:</span>
    <div class="bubble">${bubbleText(input)}</div>
    ${metaLine(input)}
  </li>`
}

function authorText(message: Message, side: Side): string {
  if (message.mine) return t('you')
  return t(side === 'chat' ? 'from-shop' : 'from-shopper')
}

function bubbleText({ placed, expanded, onExpand }: MessageItemInput): TemplateResult {
  const { text } = placed.message
  if (text.trim() === '') return html`<p class="text blank">${t('blank-message')}</p>`
  const beginning = expanded ? null : beginningOf(text)
  const shown = withoutOverrides(beginning ?? text)
  const direction = directionOf(text) ?? pageDirection()
  // One line on purpose: the text keeps its own spaces, so the template must not add any.
  // prettier-ignore
  return html`<p class="text" dir=${direction}>${textRuns(shown, direction).map((run) =>
    run.isolated ? html`<bdi class=${run.text.length <= WHOLE_CHARS ? 'whole' : ''} dir="ltr">${run.text}</bdi>` : run.text,
  )}${beginning === null ? nothing : '…'}</p>${
    beginning === null
      ? nothing
      : html`<button class="show-all" type="button" @click=${onExpand}>${t('show-all')}</button>`
  }`
}

function lookOf(state: MessageState, closed: boolean): StateLook {
  return closed && state === 'waiting' ? UNSENT : STATES[state]
}

function metaLine({ placed, side, closed, onRetry, onEdit }: MessageItemInput): TemplateResult {
  const { message, tells } = placed
  const look = message.state === null ? null : lookOf(message.state, closed)
  const seen = tells || message.timeDoubtful || look?.failed === true
  return html`<div class="meta ${look?.failed === true ? 'failed' : ''} ${seen ? '' : 'unseen'}">
    <time datetime=${machineTime(message.wallTimeMs)}>${clockText(message.wallTimeMs)}</time>
    ${
      message.timeDoubtful
        ? html`<span class="doubt">${icon('warning')} ${t('time-doubtful')}</span>`
        : nothing
    }
    ${
      look === null
        ? nothing
        : html`<span class="state">${icon(look.icon)} ${t(look.text[side])}</span>`
    }
    ${look?.remedies.map(
      (remedy) =>
        html`<button class="retry" type="button" @click=${remedy === 'retry' ? onRetry : onEdit}>
          ${t(remedy)}
        </button>`,
    )}
  </div>`
}
