import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { toBase64Url, sealKnock, makeVisitNonce, visitKeys } from '@hamsa/crypto'
import { inboxTopic } from '@hamsa/signaling/inbox'
import { parseInvite } from '../../client/identity/invite.ts'
import { makeShopper, type ShopperKeys } from '../../client/identity/shopper-identity.ts'
import { MAX_LISTENING, WORK_BITS, WORK_FROM } from '../../client/session/reception.ts'
import { ANSWER_PREFIX, KNOCK_PREFIX } from '../../client/session/visit-frames.ts'
import { LISTEN_MS } from '../../client/session/visit.ts'
import { StorageError } from '../../client/storage/ports.ts'
import { SessionWorld, chatOpen, deskOpen, until } from '../helpers/session-world.ts'
import { testStorage } from '../helpers/test-storage.ts'

const isAnswer = ({ data }: { readonly data: unknown }): boolean =>
  typeof data === 'string' && data.startsWith(ANSWER_PREFIX)

describe('desk and chat', () => {
  let world: SessionWorld

  beforeEach(() => {
    world = new SessionWorld()
  })
  afterEach(() => world.close())

  /** A knock as a shopper's browser makes it, without the browser behind it. */
  async function knock(
    fragment: string,
    options: { readonly shopper?: ShopperKeys; readonly workBits?: number } = {},
  ): Promise<{ readonly topic: string; send(): void; answers(): number }> {
    const parsed = await parseInvite(fragment)
    if (parsed.type !== 'invite') throw new Error('bad invite')
    const { invite } = parsed
    const { shopper = makeShopper(), workBits = 0 } = options
    const nonce = makeVisitNonce()
    const bytes = sealKnock({
      inbox: invite.inbox,
      inviteId: invite.token.id,
      inviteSecret: invite.token.secret,
      shopper: shopper.identity,
      conversationSecret: shopper.conversationSecret,
      visitNonce: nonce,
      workBits,
    })
    const { topic } = visitKeys(shopper.conversationSecret, nonce)
    return {
      topic,
      send: () =>
        world.hub.publish(inboxTopic(invite.inbox.signing), KNOCK_PREFIX + toBase64Url(bytes)),
      answers: () => world.hub.published.filter((frame) => frame.topic === topic).length,
    }
  }

  it('talk, and each side is told what was delivered', async () => {
    const { desk, fragment } = await world.shop()
    const chat = await world.shopper(fragment)
    chat.send('هل الوشاح متوفّر؟')
    const { conversations } = await deskOpen(desk, (one) => one.conversations[0]?.unread === 1)
    desk.openConversation(conversations[0]?.id ?? '')
    desk.send('نعم')
    const done = await chatOpen(
      chat,
      ({ thread }) => thread.messages.length === 2 && thread.messages[0]?.state === 'delivered',
    )
    expect(done.thread.messages.map(({ text, mine }) => ({ text, mine }))).toEqual([
      { text: 'هل الوشاح متوفّر؟', mine: true },
      { text: 'نعم', mine: false },
    ])
    await deskOpen(desk, ({ thread }) => thread?.messages[1]?.state === 'delivered')
  })

  it('a message waits while the shop is away and goes when it opens', async () => {
    const deskStorage = testStorage()
    const { desk, fragment } = await world.shop(deskStorage)
    desk.close()
    const chat = await world.shopper(fragment)
    chat.send('anyone there?')
    const waiting = await chatOpen(chat, ({ thread }) => thread.messages[0]?.state === 'waiting')
    expect(waiting.thread.connection.type).toBe('away')
    const again = world.desk(testStorage(deskStorage.name))
    await deskOpen(again)
    world.clock.advance(60_000)
    await deskOpen(again, (one) => one.conversations[0]?.lastText === 'anyone there?')
    await chatOpen(chat, ({ thread }) => thread.messages[0]?.state === 'delivered')
  })

  it('everything is there after both were closed and opened again', async () => {
    const deskStorage = testStorage()
    const chatStorage = testStorage()
    const { desk, fragment } = await world.shop(deskStorage)
    const chat = await world.shopper(fragment, chatStorage)
    chat.send('first')
    await chatOpen(chat, ({ thread }) => thread.messages[0]?.state === 'delivered')
    desk.close()
    chat.close()
    const chatAgain = world.chat(null, testStorage(chatStorage.name))
    const reopened = await chatOpen(chatAgain)
    expect(reopened.thread.messages).toMatchObject([{ text: 'first', state: 'delivered' }])
    const deskAgain = await deskOpen(world.desk(testStorage(deskStorage.name)))
    expect(deskAgain.conversations).toMatchObject([{ lastText: 'first', unread: 1 }])
  })

  it('a knock alone shows, stores and counts nothing, and its room is left after 30 s', async () => {
    const storage = testStorage()
    const { desk, fragment } = await world.shop(storage)
    const before = await storage.vault.names('')
    const subscriptions = world.hub.subscriptions
    const stranger = await knock(fragment)
    stranger.send()
    await expect.poll(() => stranger.answers()).toBe(1)
    expect(await deskOpen(desk)).toMatchObject({ conversations: [] })
    expect(await storage.vault.names('')).toEqual(before)
    expect(world.hub.subscriptions).toBeGreaterThan(subscriptions)
    world.clock.advance(LISTEN_MS)
    expect(world.hub.subscriptions).toBe(subscriptions)
    expect(await storage.vault.names('')).toEqual(before)
  })

  it('a replayed knock is answered alike while its visit lasts, and never after', async () => {
    const { fragment } = await world.shop()
    const stranger = await knock(fragment)
    stranger.send()
    await expect.poll(() => stranger.answers()).toBe(1)
    stranger.send()
    await expect.poll(() => stranger.answers()).toBe(2)
    const [first, second] = world.hub.published.filter(({ topic }) => topic === stranger.topic)
    expect(second).toEqual(first)
    world.clock.advance(LISTEN_MS)
    stranger.send()
    const later = await knock(fragment)
    later.send() // knocks are opened in turn: when this one has its answer, the replay has been judged
    await expect.poll(() => later.answers()).toBe(1)
    expect(stranger.answers()).toBe(2)
  })

  it(
    'a flood of strangers gets a bounded number of rooms, the later ones for work only; a known shopper comes back through it',
    { timeout: 120_000 },
    async () => {
      const { desk, fragment } = await world.shop()
      const storage = testStorage()
      const chat = await world.shopper(fragment, storage)
      chat.send('before')
      await chatOpen(chat, ({ thread }) => thread.messages[0]?.state === 'delivered')
      const quiet = world.hub.subscriptions
      const flood = async (count: number, workBits: number): Promise<void> => {
        for (let index = 0; index < count; index++) {
          const stranger = await knock(fragment, { workBits })
          stranger.send()
          await expect.poll(() => stranger.answers()).toBe(1)
          world.clock.advance(50)
        }
      }
      await flood(WORK_FROM + 4, 0)
      expect(world.hub.subscriptions - quiet).toBe(WORK_FROM)
      await flood(MAX_LISTENING - WORK_FROM + 4, WORK_BITS)
      expect(world.hub.subscriptions - quiet).toBe(MAX_LISTENING)
      chat.close()
      const back = world.chat(fragment, testStorage(storage.name))
      await chatOpen(back, ({ thread }) => thread.connection.type === 'connected')
      back.send('after')
      await chatOpen(back, ({ thread }) => thread.messages[1]?.state === 'delivered')
      expect(await deskOpen(desk)).toMatchObject({ conversations: [{ lastText: 'after' }] })
    },
  )

  it('one key holds one room, however often it knocks', async () => {
    const { fragment } = await world.shop()
    const quiet = world.hub.subscriptions
    const shopper = makeShopper()
    for (let index = 0; index < 5; index++) {
      const again = await knock(fragment, { shopper })
      again.send()
      await expect.poll(() => again.answers()).toBe(1)
    }
    expect(world.hub.subscriptions - quiet).toBe(1)
  })

  it('knocks beyond the pace at which a page can open them are dropped unread', async () => {
    const { fragment } = await world.shop()
    const parsed = await parseInvite(fragment)
    if (parsed.type !== 'invite') throw new Error('bad invite')
    const inbox = inboxTopic(parsed.invite.inbox.signing)
    for (let index = 0; index < 200; index++) world.hub.publish(inbox, `k1.${'A'.repeat(1366)}`)
    const stranger = await knock(fragment)
    stranger.send()
    world.clock.advance(1_000)
    const later = await knock(fragment)
    later.send()
    await expect.poll(() => later.answers()).toBe(1)
    expect(stranger.answers()).toBe(0)
  })

  it('a shopper whom a failing storage kept out comes in by the next knock', async () => {
    const storage = testStorage()
    let failing = false
    const entries = {
      ...storage.entries,
      load: (log: Parameters<typeof storage.entries.load>[0]) =>
        failing ? Promise.reject(new StorageError('unavailable')) : storage.entries.load(log),
    }
    const { desk, fragment } = await world.shop({ ...storage, entries })
    failing = true
    const chat = await world.shopper(fragment)
    const answered = (): number => world.hub.published.filter(isAnswer).length
    await expect.poll(answered).toBe(1)
    failing = false
    world.clock.advance(10_000)
    chat.send('at last')
    await deskOpen(desk, (one) => one.conversations[0]?.lastText === 'at last')
  })

  it('a desk that stays open renews its certificate under way and goes on receiving shoppers', async () => {
    const { desk, fragment } = await world.shop()
    const first = await world.shopper(fragment)
    first.send('in the first week')
    const { conversations } = await deskOpen(
      desk,
      (one) => one.conversations[0]?.lastText === 'in the first week',
    )
    desk.openConversation(conversations[0]?.id ?? '')
    first.close()
    for (let day = 0; day < 40; day++) {
      world.clock.advance(24 * 60 * 60 * 1_000)
      await deskOpen(desk, ({ thread }) => thread?.messages.length === 1)
    }
    const late = await world.shopper(fragment)
    late.send('in the sixth week')
    await chatOpen(late, ({ thread }) => thread.messages[0]?.state === 'delivered')
  })

  it('a renewed certificate breaks no open link: what is written under it shows at once', async () => {
    const { desk, fragment } = await world.shop()
    const chat = await world.shopper(fragment)
    chat.send('hello')
    const { conversations } = await deskOpen(desk, (one) => one.conversations.length === 1)
    desk.openConversation(conversations[0]?.id ?? '')
    const seen = new Set<string>()
    chat.subscribe(() => {
      const snapshot = chat.snapshot()
      if (snapshot.type === 'open') seen.add(snapshot.thread.connection.type)
    })
    for (let day = 0; day < 25; day++) {
      world.clock.advance(24 * 60 * 60 * 1_000)
      await deskOpen(desk)
    }
    desk.send('under the second certificate')
    await chatOpen(chat, ({ thread }) =>
      thread.messages.some(({ text }) => text === 'under the second certificate'),
    )
    expect([...seen]).toEqual(['connected'])
  })

  it('rubbish at the inbox and at the visit is ignored: no answer, no room, no complaint', async () => {
    const { desk, fragment } = await world.shop()
    const parsed = await parseInvite(fragment)
    if (parsed.type !== 'invite') throw new Error('bad invite')
    const inbox = inboxTopic(parsed.invite.inbox.signing)
    for (const data of [
      null,
      7,
      {},
      [],
      '',
      'k1.',
      'k1.!!!!',
      'k2.AAAA',
      `k1.${'A'.repeat(1366)}`,
    ]) {
      world.hub.publish(inbox, data)
    }
    const quiet = world.hub.subscriptions
    const stranger = await knock(fragment)
    stranger.send() // knocks are opened in turn: its answer says that the rubbish has been judged
    await expect.poll(() => stranger.answers()).toBe(1)
    expect(world.hub.published.filter(isAnswer)).toHaveLength(1)
    for (const data of [null, 7, {}, 'a1.', 'a1.!!!!', `a1.${'A'.repeat(4096)}`]) {
      world.hub.publish(stranger.topic, data)
    }
    world.clock.advance(LISTEN_MS)
    expect(world.hub.subscriptions).toBe(quiet)
    const chat = await world.shopper(fragment)
    chat.send('still here')
    await deskOpen(desk, (one) => one.conversations[0]?.lastText === 'still here')
  })

  it('a second shopper who replays the first one’s knock gets nothing', async () => {
    const { desk, fragment } = await world.shop()
    const chat = await world.shopper(fragment)
    chat.send('private')
    await chatOpen(chat, ({ thread }) => thread.messages[0]?.state === 'delivered')
    const first = world.hub.published.find(
      ({ data }) => typeof data === 'string' && data.startsWith(KNOCK_PREFIX),
    )
    if (first === undefined) throw new Error('no knock was sent')
    const subscriptions = world.hub.subscriptions
    world.hub.publish(first.topic, first.data)
    const honest = await world.shopper(fragment)
    honest.send('second shopper')
    const both = await deskOpen(desk, (one) =>
      one.conversations.some(({ lastText }) => lastText === 'second shopper'),
    )
    expect(both.conversations.map(({ lastText }) => lastText).sort()).toEqual([
      'private',
      'second shopper',
    ])
    expect(world.hub.subscriptions).toBeGreaterThanOrEqual(subscriptions)
  })

  it('a text that storage refuses stays on screen with its reason and goes at the next try', async () => {
    const storage = testStorage()
    let full = false
    const { fragment } = await world.shop()
    const entries = {
      ...storage.entries,
      put: (...asked: Parameters<typeof storage.entries.put>) =>
        full ? Promise.reject(new StorageError('full')) : storage.entries.put(...asked),
    }
    const chat = await world.shopper(fragment, { ...storage, entries })
    full = true
    chat.send('do not lose me')
    const failed = await chatOpen(
      chat,
      ({ thread }) => thread.messages[0]?.state === 'failed-storage-full',
    )
    expect(failed.thread).toMatchObject({ storageFailed: true })
    full = false
    chat.retry(failed.thread.messages[0]?.key ?? '')
    const sent = await chatOpen(chat, ({ thread }) => thread.messages[0]?.state === 'delivered')
    expect(sent.thread).toMatchObject({
      storageFailed: false,
      messages: [{ text: 'do not lose me' }],
    })
  })

  it('a text over the limit is refused at the message, and the next one goes', async () => {
    const { fragment } = await world.shop()
    const chat = await world.shopper(fragment)
    chat.send('x'.repeat(300 * 1024))
    await chatOpen(chat, ({ thread }) => thread.messages[0]?.state === 'failed-too-large')
    chat.send('short')
    const after = await chatOpen(chat, ({ thread }) =>
      thread.messages.some(({ text, state }) => text === 'short' && state === 'delivered'),
    )
    expect(after.thread.storageFailed).toBe(false)
  })

  it('a storage that cannot be opened, or is newer, ends in a screen that says so', async () => {
    const broken = testStorage()
    broken.close()
    const desk = world.desk(broken)
    expect(await until(desk, (one) => one.type === 'obstacle')).toMatchObject({
      obstacle: 'storage-unavailable',
    })
    const damaged = testStorage()
    await damaged.vault.write('shop', Uint8Array.of(1, 2, 3))
    expect(await until(world.desk(damaged), (one) => one.type === 'obstacle')).toMatchObject({
      obstacle: 'storage-corrupt',
    })
  })

  it('a shop’s certificate is renewed before it ends, and what was written under the old one still shows', async () => {
    const deskStorage = testStorage()
    const { desk, fragment } = await world.shop(deskStorage)
    const chatStorage = testStorage()
    const chat = await world.shopper(fragment, chatStorage)
    chat.send('hello')
    const { conversations } = await deskOpen(desk, (one) => one.conversations.length === 1)
    chat.close()
    desk.openConversation(conversations[0]?.id ?? '')
    desk.send('written under the first certificate')
    await deskOpen(desk, ({ thread }) => thread?.messages.length === 2)
    desk.close()
    world.clock.advance(25 * 24 * 60 * 60 * 1000)
    await deskOpen(world.desk(testStorage(deskStorage.name)))
    const chatAgain = world.chat(fragment, testStorage(chatStorage.name))
    await chatOpen(chatAgain, ({ thread }) =>
      thread.messages.some(({ text }) => text === 'written under the first certificate'),
    )
  })

  it('closing ends every subscription and timer', async () => {
    const { desk, fragment } = await world.shop()
    const chat = await world.shopper(fragment)
    chat.send('bye')
    await chatOpen(chat, ({ thread }) => thread.messages[0]?.state === 'delivered')
    desk.close()
    chat.close()
    desk.close()
    expect(world.hub.subscriptions).toBe(0)
    expect(world.clock.waiting).toBe(0)
  })
})
