import { describe, expect, it } from 'vitest'
import { SentMessages, type SentText } from '../../client/session/sent-messages.ts'
import type { Thread } from '../../client/session/snapshots.ts'
import { ManualClock } from '../helpers/manual-clock.ts'

const THREAD: Thread = {
  conversation: 'one',
  messages: [],
  connection: { type: 'connected' },
  isOtherWriting: false,
  twoHistories: false,
  damaged: 0,
  storageFailed: false,
  unstored: 0,
  safetyNumber: null,
}

/** What a tab has sent off, to a leader that the test plays. */
class Sending {
  readonly said: SentText[] = []
  answer: (sent: SentText) => Promise<unknown> = () => new Promise(() => undefined)
  readonly sent = new SentMessages({
    tab: 'tab',
    clock: new ManualClock(),
    say: (_conversation, sent) => {
      this.said.push(sent)
      return this.answer(sent)
    },
    onChange: () => undefined,
  })

  shown(thread = THREAD): readonly string[] {
    return this.sent.addTo(thread).messages.map(({ text, state }) => `${text}: ${state}`)
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('a text that a tab has sent off', () => {
  it('[TB40] shows at once in its own conversation, until its leader has stored it', async () => {
    const sending = new Sending()
    let store: () => void = () => undefined
    sending.answer = () => new Promise<void>((resolve) => (store = resolve))
    sending.sent.send('one', 'hello')
    expect(sending.shown()).toEqual(['hello: storing'])
    expect(sending.shown({ ...THREAD, conversation: 'two' })).toEqual([])
    store()
    await turn()
    expect(sending.shown()).toEqual([])
  })

  it('[TB43] stays as not stored when it could not be done, and goes again, as the same text', async () => {
    const sending = new Sending()
    sending.answer = () => Promise.reject(new Error('no'))
    sending.sent.send('one', 'hello')
    await turn()
    expect(sending.shown()).toEqual(['hello: failed-storage'])
    sending.answer = () => Promise.resolve()
    expect(sending.sent.retry(sending.said[0]?.key ?? '')).toBe(true)
    expect(sending.shown()).toEqual(['hello: storing'])
    await turn()
    expect(sending.shown()).toEqual([])
    expect(sending.said[1]).toEqual(sending.said[0])
  })

  it('[TB43] goes off the screen when it could not be done and nobody wants it', async () => {
    const sending = new Sending()
    sending.answer = () => Promise.reject(new Error('no'))
    sending.sent.send('one', 'hello')
    const key = sending.said[0]?.key ?? ''
    expect(sending.sent.discard(key)).toBe(false) // it is being stored
    await turn()
    expect(sending.sent.discard(key)).toBe(true)
    expect(sending.shown()).toEqual([])
    expect(sending.sent.discard('of its leader')).toBe(false)
    expect(sending.sent.retry('of its leader')).toBe(false)
  })
})
