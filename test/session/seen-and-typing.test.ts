import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ControlFrame } from '../../client/link/control-frame.ts'
import { followEpochs } from '../../client/link/epoch-links.ts'
import type { Link } from '../../client/link/link.ts'
import { decodeMarks } from '../../client/session/seen-marks.ts'
import type { ChatSession, DeskSession, Thread } from '../../client/session/snapshots.ts'
import { SessionWorld, chatOpen, deskOpen } from '../helpers/session-world.ts'
import { testStorage } from '../helpers/test-storage.ts'

/** This link, and what is sent on it. */
function spied(link: Link, sent: ControlFrame[]): Link {
  return {
    state: () => link.state(),
    subscribe: (listener) => link.subscribe(listener),
    send(frame, to) {
      sent.push(frame)
      link.send(frame, to)
    },
    onControl: (listener) => link.onControl(listener),
    files: (to) => link.files(to),
    wake: () => link.wake(),
    close: () => link.close(),
  }
}

type Texts = readonly string[]

describe('what the other side is told of seeing and writing', () => {
  let world: SessionWorld
  let desk: DeskSession
  let chat: ChatSession
  let chatStorage: ReturnType<typeof testStorage>
  let fragment: string

  beforeEach(async () => {
    world = new SessionWorld()
    chatStorage = testStorage()
    ;({ desk, fragment } = await world.shop())
    chat = await world.shopper(fragment, chatStorage)
    chat.send('one')
    const { conversations } = await deskOpen(desk, (one) => one.conversations[0]?.unread === 1)
    desk.openConversation(conversations[0]?.id ?? '')
  })
  afterEach(() => world.close())

  const deskThread = async (fits: (thread: Thread) => boolean): Promise<Thread> => {
    const { thread } = await deskOpen(desk, (one) => one.thread !== null && fits(one.thread))
    if (thread === null) throw new Error('no thread')
    return thread
  }
  const chatThread = async (fits: (thread: Thread) => boolean): Promise<Thread> =>
    (await chatOpen(chat, (one) => fits(one.thread))).thread
  const has =
    (...texts: Texts) =>
    ({ messages }: Thread): boolean =>
      texts.every((text) => messages.some((message) => message.text === text))
  const keyOf = ({ messages }: Thread, text: string): string => {
    const found = messages.find((message) => message.text === text)
    if (found === undefined) throw new Error(`no message ${text}`)
    return found.key
  }
  const stateOf = ({ messages }: Thread, text: string) =>
    messages.find((message) => message.text === text)?.state

  const chatHasStoredItsMark = (): Promise<void> =>
    vi.waitFor(async () => {
      const [name = ''] = await chatStorage.vault.names('seen/')
      const marks = decodeMarks((await chatStorage.vault.read(name)) ?? new Uint8Array())
      expect(marks?.ours).toBeInstanceOf(Uint8Array)
    })
  const spiedChat = (sent: ControlFrame[]): ChatSession =>
    world.chat(fragment, testStorage(chatStorage.name), {
      openLink: (request) =>
        spied(followEpochs(world.network.openLink, world.clock)(request), sent),
    })

  it('[LK46] a message is seen when it was in view, with all above it, and not before', async () => {
    chat.send('two')
    const thread = await deskThread(has('one', 'two'))
    await chatThread((one) => stateOf(one, 'two') === 'delivered')
    desk.shown(keyOf(thread, 'two'))
    const seen = await chatThread((one) => stateOf(one, 'two') === 'seen')
    expect(stateOf(seen, 'one')).toBe('seen')
    chat.send('three')
    const after = await chatThread((one) => stateOf(one, 'three') === 'delivered')
    expect(after.messages.map(({ state }) => state)).toEqual(['seen', 'seen', 'delivered'])
  })

  it('an open conversation is unread until its messages were in view', async () => {
    const { conversations } = await deskOpen(desk)
    expect(conversations[0]?.unread).toBe(1)
    desk.shown(keyOf(await deskThread(has('one')), 'one'))
    await deskOpen(desk, (one) => one.conversations[0]?.unread === 0)
  })

  it('[LK46] what was read while the writer was away is told when they come back, and known after a reload', async () => {
    desk.shown(keyOf(await deskThread(has('one')), 'one'))
    await chatThread((one) => stateOf(one, 'one') === 'seen')
    desk.send('answer')
    const answered = await chatThread(has('answer'))
    await deskThread((one) => stateOf(one, 'answer') === 'delivered')
    world.network.cut()
    chat.shown(keyOf(answered, 'answer'))
    await chatHasStoredItsMark()
    chat.close()
    expect(stateOf(await deskThread(() => true), 'answer')).toBe('delivered')
    world.network.mend()
    chat = world.chat(fragment, testStorage(chatStorage.name))
    const again = await chatThread(has('one'))
    expect(stateOf(again, 'one')).toBe('seen')
    await deskThread((one) => stateOf(one, 'answer') === 'seen')
  })

  it('[LK46] what was seen is told after the heads, without which it says nothing', async () => {
    desk.send('answer')
    chat.shown(keyOf(await chatThread(has('answer')), 'answer'))
    await chatHasStoredItsMark()
    chat.close()
    const sent: ControlFrame[] = []
    chat = spiedChat(sent)
    await vi.waitFor(() => expect(sent.map(({ type }) => type)).toContain('seen'))
    const types = sent.map(({ type }) => type)
    expect(types.indexOf('heads')).toBeGreaterThanOrEqual(0)
    expect(types.indexOf('heads')).toBeLessThan(types.indexOf('seen'))
  })

  it('[LK48] who has switched it off tells nothing of what was seen, until it is on again', async () => {
    desk.disclose({ seen: false, typing: true })
    desk.shown(keyOf(await deskThread(has('one')), 'one'))
    await deskOpen(desk, (one) => one.conversations[0]?.unread === 0)
    desk.send('answer') // told after it, on the same way
    const told = await chatThread(has('answer'))
    expect(stateOf(told, 'one')).toBe('delivered')
    desk.disclose({ seen: true, typing: true })
    await chatThread((one) => stateOf(one, 'one') === 'seen')
  })

  it('[LK47] writing shows on the other side, and ends when it was sent', async () => {
    chat.wrote(true)
    await deskThread(({ isOtherWriting }) => isOtherWriting)
    expect((await deskOpen(desk)).conversations[0]?.isOtherWriting).toBe(true)
    chat.send('two')
    chat.wrote(false)
    await deskThread((thread) => has('two')(thread) && !thread.isOtherWriting)
  })

  it('[LK47] who has stopped, and who is gone, is not writing', async () => {
    chat.wrote(true)
    await deskThread(({ isOtherWriting }) => isOtherWriting)
    world.clock.advance(6_000)
    await deskThread(({ isOtherWriting }) => !isOtherWriting)
    chat.wrote(true)
    await deskThread(({ isOtherWriting }) => isOtherWriting)
    chat.close()
    await deskThread(({ isOtherWriting }) => !isOtherWriting)
  })

  it('[LK48] who has switched it off sends no word of writing', async () => {
    const sent: ControlFrame[] = []
    chat.close()
    chat = spiedChat(sent)
    await chatThread(({ connection }) => connection.type === 'connected')
    chat.disclose({ seen: true, typing: false })
    chat.wrote(true)
    chat.send('two')
    await deskThread(has('two'))
    expect(sent.filter(({ type }) => type === 'typing')).toEqual([])
    chat.disclose({ seen: true, typing: true })
    chat.wrote(true)
    expect(sent.filter(({ type }) => type === 'typing')).toEqual([{ type: 'typing', active: true }])
  })

  it('the choice is kept over a reload', async () => {
    chat.disclose({ seen: false, typing: false })
    await chatOpen(chat, ({ disclosure }) => disclosure.stored && !disclosure.seen)
    await vi.waitFor(async () => expect(await chatStorage.vault.read('disclosure')).not.toBeNull())
    chat.close()
    chat = world.chat(fragment, testStorage(chatStorage.name))
    const { disclosure } = await chatOpen(chat)
    expect(disclosure).toEqual({ seen: false, typing: false, stored: true })
  })
})
