import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { chatOpen, deskOpen, until } from '../../helpers/session-world.ts'
import { sessionsOf, TabStory, textsOf } from './tab-story.ts'
import { turns } from './tab-world.ts'

/** Long enough for a silent leader to lose the lead. */
const SILENCE_MS = 2_500
/** Within this a shopper has knocked anew. */
const KNOCK_MS = 60_000

let story: TabStory
beforeEach(() => {
  story = new TabStory()
})
afterEach(() => story.close())

describe('tabs of a desk', () => {
  it('[TB20] [TB40] show the same and can do the same, five of them, each message once', async () => {
    const { desks, chat } = await story.talkInTabs(5)
    const expected = ['hello']
    for (const [index, { session }] of desks.entries()) {
      session.send(`desk ${index}`)
      expect(textsOf(session)).toContain(`desk ${index}`) // at once
      expected.push(`desk ${index}`)
    }
    chat.send('from the shopper')
    await story.show([...sessionsOf(desks), chat], [...expected, 'from the shopper'])
    expect(story.browser.locks.holder('hamsa-desk')).toBe(desks[0]?.name)
  })

  it('[TB41] store a text with the time at which it was pressed in a tab that follows', async () => {
    const { desks, chat } = await story.talkInTabs(2)
    const pressedMs = story.world.clock.now()
    desks[1]?.session.send('pressed')
    desks[1]?.session.send('pressed')
    story.world.clock.advance(5_000)
    await story.show([...sessionsOf(desks), chat], ['hello', 'pressed', 'pressed'])
    const { thread } = await chatOpen(chat)
    const times = thread.messages.flatMap(({ mine, wallTimeMs }) => (mine ? [] : [wallTimeMs]))
    expect(times).toEqual([pressedMs, pressedMs + 1])
  })

  it('[TB50] go on when the one that leads is closed, in their seats, and show the last meanwhile', async () => {
    const { desks, chat } = await story.talkInTabs(3)
    const [leader, ...others] = desks
    const seen: string[] = []
    for (const { session } of others) session.subscribe(() => seen.push(session.snapshot().type))
    leader?.session.close()
    for (const { session } of others) session.send('said at once')
    await story.show([...sessionsOf(others), chat], ['hello', 'said at once', 'said at once'])
    expect(new Set(seen)).toEqual(new Set(['open']))
  })

  it('[TB51] [TB42] lose nothing and say nothing twice, whenever the one that leads crashes', async () => {
    const texts = ['hello']
    const { desks, chat } = await story.talkInTabs(2)
    for (let delay = 0; delay < 14; delay++) {
      const [leader, sender] = desks
      if (leader === undefined || sender === undefined) throw new Error('two tabs')
      const third = story.browser.desk()
      await story.openTalk(third)
      desks.push(third)
      sender.session.send(`message ${delay}`)
      texts.push(`message ${delay}`)
      await turns(delay)
      leader.crash()
      desks.shift()
      await story.comes(
        sender.session,
        () => story.browser.locks.holder('hamsa-desk') === sender.name,
      )
      await story.show([sender.session, chat], texts)
    }
    await story.pass(KNOCK_MS)
    await story.show([chat], texts)
    const { thread } = await chatOpen(chat)
    expect(thread.twoHistories).toBe(false)
  })

  it('[TB52] [TB53] take the lead from one that is frozen, which writes nothing when it wakes, and follows', async () => {
    const { desks, chat } = await story.talkInTabs(2)
    const [frozen, thief] = desks
    if (frozen === undefined || thief === undefined) throw new Error('two tabs')
    frozen.freeze()
    await story.pass(SILENCE_MS)
    expect(story.browser.locks.holder('hamsa-desk')).toBe(thief.name)
    thief.session.send('while it is frozen')
    await deskOpen(thief.session, ({ thread }) => thread?.messages[1]?.state === 'waiting')
    // It wakes up, and what was pressed in it goes on, before anybody could tell it.
    frozen.session.send('pressed before it froze')
    await turns()
    frozen.thaw()
    const all = ['hello', 'while it is frozen', 'pressed before it froze']
    await story.show([thief.session, frozen.session, chat], all)
    expect(story.browser.locks.holder('hamsa-desk')).toBe(thief.name)
    // Nor is there anything in the storage that the one who led could not know of.
    for (const { session } of desks) session.close()
    const reopened = story.browser.desk()
    await story.openTalk(reopened)
    reopened.session.send('goodbye')
    await story.show([reopened.session, chat], [...all, 'goodbye'])
    const { thread } = await chatOpen(chat)
    expect(thread).toMatchObject({ twoHistories: false, damaged: 0 })
  })

  it('[TB52] is taken by none that nobody looks at, nor by one that was asleep itself', async () => {
    let isVisible = false
    const { desks } = await story.talkInTabs(1)
    let sleptMs = 0
    const hidden = story.browser.desk({ isVisible: () => isVisible, sleptMs: () => sleptMs })
    await deskOpen(hidden.session)
    desks[0]?.freeze()
    await story.pass(SILENCE_MS)
    expect(story.browser.locks.holder('hamsa-desk')).toBe(desks[0]?.name)
    isVisible = true
    hidden.session.wake()
    for (let sleep = 0; sleep < 8; sleep++) {
      sleptMs += 60_000
      await story.pass(500)
    }
    expect(story.browser.locks.holder('hamsa-desk')).toBe(desks[0]?.name)
    await story.pass(SILENCE_MS)
    expect(story.browser.locks.holder('hamsa-desk')).toBe(hidden.name)
  })

  it('[TB22] count as read only what is shown in one of them; one that has crashed shows nothing', async () => {
    const { desks, chat } = await story.talkInTabs(2)
    const [leader, other] = desks
    if (leader === undefined || other === undefined) throw new Error('two tabs')
    leader.session.closeConversation()
    chat.send('read in the other tab')
    const { thread } = await deskOpen(
      other.session,
      (one) => one.thread?.messages.at(-1)?.text === 'read in the other tab',
    )
    other.session.shown(thread?.messages.at(-1)?.key ?? '')
    await story.comes(
      leader.session,
      (one) =>
        one.type === 'open' &&
        one.conversations[0]?.lastText === 'read in the other tab' &&
        one.conversations[0].unread === 0,
    )
    other.crash()
    await turns()
    chat.send('read by nobody')
    await story.comes(
      leader.session,
      (one) => one.type === 'open' && one.conversations[0]?.unread === 1,
    )
  })

  it('[TB10] do not follow one of another build, and lead when it goes', async () => {
    const { desks } = await story.talkInTabs(1)
    const other = story.browser.desk({ build: 'another build' })
    await until(other.session, ({ type }) => type === 'elsewhere')
    await story.pass(SILENCE_MS)
    expect(story.browser.locks.holder('hamsa-desk')).toBe(desks[0]?.name)
    desks[0]?.session.close()
    await deskOpen(other.session)
  })

  it('[TB54] give up the lead where nobody foresaw why they cannot begin, and say so', async () => {
    const { desks } = await story.talkInTabs(1)
    const broken = story.browser.desk({ fault: new TypeError('unforeseen') })
    const next = story.browser.desk()
    for (const { session } of [broken, next]) await deskOpen(session)
    desks[0]?.session.close()
    await story.comes(next.session, () => story.browser.locks.holder('hamsa-desk') === next.name)
    expect(() => broken.session.snapshot()).toThrow('unforeseen')
    await deskOpen(next.session)
  })

  it('[TB54] give up the lead though the page throws what it is shown', async () => {
    const { desks } = await story.talkInTabs(1)
    const fault = new TypeError('unforeseen')
    const broken = story.browser.desk({ fault })
    const next = story.browser.desk()
    for (const { session } of [broken, next]) await deskOpen(session)
    const thrown: unknown[] = []
    const keep = (error: unknown): unknown => thrown.push(error)
    const others = process.listeners('unhandledRejection')
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', keep)
    try {
      broken.session.subscribe(() => void broken.session.snapshot()) // it draws at once
      desks[0]?.session.close()
      await story.comes(next.session, () => story.browser.locks.holder('hamsa-desk') === next.name)
      await expect.poll(() => thrown).toEqual([fault])
    } finally {
      process.removeListener('unhandledRejection', keep)
      for (const other of others) process.on('unhandledRejection', other)
    }
    await deskOpen(next.session)
  })
})

describe('tabs of a chat', () => {
  it('[TB20] [TB50] begin, talk and hand over as those of a desk do', async () => {
    const { desk, fragment } = await story.world.shop()
    const tabs = [
      story.browser.chat(fragment),
      story.browser.chat(fragment),
      story.browser.chat(fragment),
    ]
    for (const { session } of tabs) await until(session, ({ type }) => type === 'preview')
    tabs[1]?.session.start()
    for (const { session } of tabs) await chatOpen(session)
    for (const [index, { session }] of tabs.entries()) session.send(`chat ${index}`)
    const expected = ['chat 0', 'chat 1', 'chat 2']
    await story.show(sessionsOf(tabs), expected)
    const { conversations } = await deskOpen(desk, ({ conversations: all }) => all.length === 1)
    desk.openConversation(conversations[0]?.id ?? '')
    await story.show([desk], expected)
    tabs.shift()?.crash()
    for (const { session } of tabs) session.send('after the crash')
    expected.push('after the crash', 'after the crash')
    await story.show([...sessionsOf(tabs), desk], expected)
  })

  it('of two shops lead each for themselves', async () => {
    const [one, other] = [await story.world.shop(), await story.world.shop()]
    const tabs = [story.browser.chat(one.fragment), story.browser.chat(other.fragment)]
    for (const { session } of tabs) {
      await until(session, ({ type }) => type === 'preview')
      session.start()
      await chatOpen(session)
      session.send('hello')
      await chatOpen(session, ({ thread }) => thread.messages[0]?.state !== 'storing')
    }
  })
})
