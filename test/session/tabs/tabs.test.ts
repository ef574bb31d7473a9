import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ChatSession, DeskSession, Session } from '../../../client/session/snapshots.ts'
import { chatOpen, deskOpen, SessionWorld, until } from '../../helpers/session-world.ts'
import { TabBrowser, turns, type Tab } from './tab-world.ts'

/** Long enough for a silent leader to lose the lead. */
const SILENCE_MS = 2_500
/** Within this a shopper has knocked anew. */
const KNOCK_MS = 60_000

let world: SessionWorld
let browser: TabBrowser
beforeEach(() => {
  world = new SessionWorld()
  browser = new TabBrowser(world)
})
afterEach(() => {
  browser.close()
  world.close()
})

/** Time goes by, as it does on a page: what falls due runs, and what it brings too. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 250) {
    world.clock.advance(250)
    await turns(5)
  }
}

/** The first snapshot that fits, while time goes by. */
async function comes<S>(session: Session<S>, fits: (snapshot: S) => boolean): Promise<S> {
  while (!fits(session.snapshot())) await pass(250)
  return session.snapshot()
}

const textsOf = (session: DeskSession | ChatSession): readonly string[] => {
  const snapshot = session.snapshot()
  const thread = snapshot.type === 'open' ? snapshot.thread : null
  return thread?.messages.map(({ text }) => text) ?? []
}

/** That all of them show these texts, once each. */
async function show(
  sessions: readonly (DeskSession | ChatSession)[],
  texts: readonly string[],
): Promise<void> {
  const wanted = [...texts].sort()
  for (const session of sessions) {
    while (textsOf(session).length < texts.length) await pass(250)
    expect([...textsOf(session)].sort()).toEqual(wanted)
  }
}

/** A shop in so many tabs, the leading one first, each of which shows what its one shopper says. */
async function talkInTabs(
  count: number,
): Promise<{ readonly desks: Tab<DeskSession>[]; readonly chat: ChatSession }> {
  const first = browser.desk()
  await until(first.session, ({ type }) => type === 'welcome')
  first.session.createShop('Yasmin')
  const { inviteUrl } = await deskOpen(first.session)
  const chat = await world.shopper(new URL(inviteUrl).hash.slice(1))
  chat.send('hello')
  const desks = [first, ...Array.from({ length: count - 1 }, () => browser.desk())]
  for (const desk of desks) await openTalk(desk)
  return { desks, chat }
}

/** The conversation with the one shopper is on the tab's screen. */
async function openTalk({ session }: Tab<DeskSession>): Promise<void> {
  const { conversations } = await deskOpen(session, ({ conversations: all }) => all.length === 1)
  session.openConversation(conversations[0]?.id ?? '')
  await deskOpen(session, ({ thread }) => (thread?.messages.length ?? 0) > 0)
}

const sessionsOf = <S>(tabs: readonly Tab<S>[]): readonly S[] => tabs.map(({ session }) => session)

describe('tabs of a desk', () => {
  it('[TB20] [TB40] show the same and can do the same, five of them, each message once', async () => {
    const { desks, chat } = await talkInTabs(5)
    const expected = ['hello']
    for (const [index, { session }] of desks.entries()) {
      session.send(`desk ${index}`)
      expect(textsOf(session)).toContain(`desk ${index}`) // at once
      expected.push(`desk ${index}`)
    }
    chat.send('from the shopper')
    await show([...sessionsOf(desks), chat], [...expected, 'from the shopper'])
    expect(browser.locks.holder('hamsa-desk')).toBe(desks[0]?.name)
  })

  it('[TB41] store a text with the time at which it was pressed in a tab that follows', async () => {
    const { desks, chat } = await talkInTabs(2)
    const pressedMs = world.clock.now()
    desks[1]?.session.send('pressed')
    desks[1]?.session.send('pressed')
    world.clock.advance(5_000)
    await show([...sessionsOf(desks), chat], ['hello', 'pressed', 'pressed'])
    const { thread } = await chatOpen(chat)
    const times = thread.messages.flatMap(({ mine, wallTimeMs }) => (mine ? [] : [wallTimeMs]))
    expect(times).toEqual([pressedMs, pressedMs + 1])
  })

  it('[TB50] go on when the one that leads is closed, in their seats, and show the last meanwhile', async () => {
    const { desks, chat } = await talkInTabs(3)
    const [leader, ...others] = desks
    const seen: string[] = []
    for (const { session } of others) session.subscribe(() => seen.push(session.snapshot().type))
    leader?.session.close()
    for (const { session } of others) session.send('said at once')
    await show([...sessionsOf(others), chat], ['hello', 'said at once', 'said at once'])
    expect(new Set(seen)).toEqual(new Set(['open']))
  })

  it('[TB51] [TB42] lose nothing and say nothing twice, whenever the one that leads crashes', async () => {
    const texts = ['hello']
    const { desks, chat } = await talkInTabs(2)
    for (let delay = 0; delay < 14; delay++) {
      const [leader, sender] = desks
      if (leader === undefined || sender === undefined) throw new Error('two tabs')
      const third = browser.desk()
      await openTalk(third)
      desks.push(third)
      sender.session.send(`message ${delay}`)
      texts.push(`message ${delay}`)
      await turns(delay)
      leader.crash()
      desks.shift()
      await comes(sender.session, () => browser.locks.holder('hamsa-desk') === sender.name)
      await show([sender.session, chat], texts)
    }
    await pass(KNOCK_MS)
    await show([chat], texts)
    const { thread } = await chatOpen(chat)
    expect(thread.twoHistories).toBe(false)
  })

  it('[TB52] [TB53] take the lead from one that is frozen, which writes nothing when it wakes, and follows', async () => {
    const { desks, chat } = await talkInTabs(2)
    const [frozen, thief] = desks
    if (frozen === undefined || thief === undefined) throw new Error('two tabs')
    frozen.freeze()
    await pass(SILENCE_MS)
    expect(browser.locks.holder('hamsa-desk')).toBe(thief.name)
    thief.session.send('while it is frozen')
    await deskOpen(thief.session, ({ thread }) => thread?.messages[1]?.state === 'waiting')
    // It wakes up, and what was pressed in it goes on, before anybody could tell it.
    frozen.session.send('pressed before it froze')
    await turns()
    frozen.thaw()
    const all = ['hello', 'while it is frozen', 'pressed before it froze']
    await show([thief.session, frozen.session, chat], all)
    expect(browser.locks.holder('hamsa-desk')).toBe(thief.name)
    // Nor is there anything in the storage that the one who led could not know of.
    for (const { session } of desks) session.close()
    const reopened = browser.desk()
    await openTalk(reopened)
    reopened.session.send('goodbye')
    await show([reopened.session, chat], [...all, 'goodbye'])
    const { thread } = await chatOpen(chat)
    expect(thread).toMatchObject({ twoHistories: false, damaged: 0 })
  })

  it('[TB52] is taken by none that nobody looks at, nor by one that was asleep itself', async () => {
    let isVisible = false
    const { desks } = await talkInTabs(1)
    let sleptMs = 0
    const hidden = browser.desk({ isVisible: () => isVisible, sleptMs: () => sleptMs })
    await deskOpen(hidden.session)
    desks[0]?.freeze()
    await pass(SILENCE_MS)
    expect(browser.locks.holder('hamsa-desk')).toBe(desks[0]?.name)
    isVisible = true
    hidden.session.wake()
    for (let sleep = 0; sleep < 8; sleep++) {
      sleptMs += 60_000
      await pass(500)
    }
    expect(browser.locks.holder('hamsa-desk')).toBe(desks[0]?.name)
    await pass(SILENCE_MS)
    expect(browser.locks.holder('hamsa-desk')).toBe(hidden.name)
  })

  it('[TB22] count as read only what is shown in one of them; one that has crashed shows nothing', async () => {
    const { desks, chat } = await talkInTabs(2)
    const [leader, other] = desks
    if (leader === undefined || other === undefined) throw new Error('two tabs')
    leader.session.closeConversation()
    chat.send('read in the other tab')
    const { thread } = await deskOpen(
      other.session,
      (one) => one.thread?.messages.at(-1)?.text === 'read in the other tab',
    )
    other.session.shown(thread?.messages.at(-1)?.key ?? '')
    await comes(
      leader.session,
      (one) =>
        one.type === 'open' &&
        one.conversations[0]?.lastText === 'read in the other tab' &&
        one.conversations[0].unread === 0,
    )
    other.crash()
    await turns()
    chat.send('read by nobody')
    await comes(leader.session, (one) => one.type === 'open' && one.conversations[0]?.unread === 1)
  })

  it('[TB10] do not follow one of another build, and lead when it goes', async () => {
    const { desks } = await talkInTabs(1)
    const other = browser.desk({ build: 'another build' })
    await until(other.session, ({ type }) => type === 'elsewhere')
    await pass(SILENCE_MS)
    expect(browser.locks.holder('hamsa-desk')).toBe(desks[0]?.name)
    desks[0]?.session.close()
    await deskOpen(other.session)
  })

  it('[TB60] are locked and unlocked together', async () => {
    const { desks } = await talkInTabs(2)
    const [leader, other] = desks
    if (leader === undefined || other === undefined) throw new Error('two tabs')
    expect(await other.session.setPasscode('123456')).toBe(true)
    other.session.lock()
    for (const { session } of desks) await until(session, ({ type }) => type === 'locked')
    other.session.send('nobody is told')
    other.session.unlock('wrong one')
    await until(leader.session, (one) => one.type === 'locked' && one.problem === 'wrong')
    other.session.unlock('123456')
    for (const { session } of desks) {
      await deskOpen(session, ({ thread }) => thread?.messages.length === 1)
    }
    expect(JSON.stringify(browser.channels.posted).match(/123456/g)).toHaveLength(2)
  })

  it('[TB61] save files and restore them wherever it is asked for', async () => {
    const { desks } = await talkInTabs(2)
    const other = desks[1]?.session
    if (other === undefined) throw new Error('two tabs')
    const asked: (readonly string[])[] = []
    const file = other.readableExport('html', {
      title: 'All of it',
      shop: 'Shop',
      shopper: 'Shopper',
      deleted: 'deleted',
      edited: 'edited',
      direction: 'ltr',
      language: 'en',
      names: (keys) => {
        asked.push(keys)
        return new Map(keys.map((key) => [key, 'Amber Gazelle']))
      },
    })
    const html = await new Response(new Blob(await gather(file.chunks))).text()
    expect(html).toContain('hello')
    expect(html).toContain('Amber Gazelle')
    expect(asked).toHaveLength(1)
    const recovery = other.recoveryFile('a few words that nobody guesses')
    expect(recovery.name).toMatch(/^hamsa-Yasmin-.*\.hamsa$/)
    const pieces = await gather(recovery.chunks)
    await deskOpen(other, ({ recoverySaved }) => recoverySaved)

    const elsewhere = new TabBrowser(world)
    const [first, second] = [elsewhere.desk(), elsewhere.desk()]
    await until(second.session, ({ type }) => type === 'welcome')
    second.session.restore(piecesOf(pieces), 'a few words that nobody guesses')
    for (const { session } of [first, second]) {
      expect((await deskOpen(session)).shopName).toBe('Yasmin')
    }
    elsewhere.close()
  })

  it('[TB62] never write both where there are no Web Locks: the one that came last leads', async () => {
    const first = browser.desk({ hasLocks: false })
    await until(first.session, ({ type }) => type === 'welcome')
    first.session.createShop('Yasmin')
    await deskOpen(first.session)
    const second = browser.desk({ hasLocks: false })
    await deskOpen(second.session)
    first.session.makeInvite('Amal', null)
    for (const { session } of [first, second]) {
      await deskOpen(session, ({ invites }) => invites.length === 1)
    }
    second.session.close()
    await pass(SILENCE_MS)
    first.session.makeInvite('Badr', null)
    await deskOpen(first.session, ({ invites }) => invites.length === 2)
  })
})

describe('tabs of a chat', () => {
  it('[TB20] [TB50] begin, talk and hand over as those of a desk do', async () => {
    const { desk, fragment } = await world.shop()
    const tabs = [browser.chat(fragment), browser.chat(fragment), browser.chat(fragment)]
    for (const { session } of tabs) await until(session, ({ type }) => type === 'preview')
    tabs[1]?.session.start()
    for (const { session } of tabs) await chatOpen(session)
    for (const [index, { session }] of tabs.entries()) session.send(`chat ${index}`)
    const expected = ['chat 0', 'chat 1', 'chat 2']
    await show(sessionsOf(tabs), expected)
    const { conversations } = await deskOpen(desk, ({ conversations: all }) => all.length === 1)
    desk.openConversation(conversations[0]?.id ?? '')
    await show([desk], expected)
    tabs.shift()?.crash()
    for (const { session } of tabs) session.send('after the crash')
    expected.push('after the crash', 'after the crash')
    await show([...sessionsOf(tabs), desk], expected)
  })

  it('of two shops lead each for themselves', async () => {
    const [one, other] = [await world.shop(), await world.shop()]
    const tabs = [browser.chat(one.fragment), browser.chat(other.fragment)]
    for (const { session } of tabs) {
      await until(session, ({ type }) => type === 'preview')
      session.start()
      await chatOpen(session)
      session.send('hello')
      await chatOpen(session, ({ thread }) => thread.messages[0]?.state !== 'storing')
    }
  })
})

async function gather(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>[]> {
  const all: Uint8Array<ArrayBuffer>[] = []
  for await (const chunk of chunks) all.push(new Uint8Array(chunk))
  return all
}

async function* piecesOf(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  await Promise.resolve()
  yield* pieces
}
