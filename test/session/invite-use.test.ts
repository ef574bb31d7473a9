import { toHex } from '@hamsa/crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StorageError, type Storage } from '../../client/storage/ports.ts'
import { SessionWorld, chatOpen, deskOpen } from '../helpers/session-world.ts'
import { testStorage } from '../helpers/test-storage.ts'
import type { ChatSession, DeskSession } from '../../client/session/snapshots.ts'

/** Who used which invite, over looks, restarts and failures. Each story was once a way to lose or share one. */
describe('the use of an invite', () => {
  let world: SessionWorld

  beforeEach(() => {
    world = new SessionWorld()
  })
  afterEach(() => world.close())

  async function makeInvite(desk: DeskSession): Promise<{ id: string; fragment: string }> {
    desk.makeInvite('Layla', null)
    const { invites } = await deskOpen(desk, (one) => one.invites.length === 1)
    return { id: invites[0]?.id ?? '', fragment: new URL(invites[0]?.url ?? '').hash.slice(1) }
  }

  const connected = (chat: ChatSession) =>
    chatOpen(chat, ({ thread }) => thread.connection.type === 'connected')

  async function say(chat: ChatSession, text: string): Promise<void> {
    chat.send(text)
    await chatOpen(chat, ({ thread }) => {
      const last = thread.messages.at(-1)
      return last?.text === text && last.state === 'delivered'
    })
  }

  it('is not of who only looked: they talk by the public link, and the other one is still open after a restart', async () => {
    const deskStorage = testStorage()
    const storage = testStorage()
    const { desk, fragment: publicOne } = await world.shop(deskStorage)
    const { fragment } = await makeInvite(desk)
    const look = await world.shopper(fragment, storage)
    await connected(look)
    look.close()
    const alice = world.chat(publicOne, testStorage(storage.name))
    await connected(alice)
    await say(alice, 'by the public link')
    desk.close()
    alice.close()
    const again = world.desk(testStorage(deskStorage.name))
    await deskOpen(again)
    const back = world.chat(publicOne, testStorage(storage.name))
    await connected(back)
    await say(back, 'once more')
    expect((await deskOpen(again)).invites[0]?.state).toBe('open')
    expect((await chatOpen(back)).refusal).toBeNull()
  })

  it('by another does not shut out who had looked by it', async () => {
    const deskStorage = testStorage()
    const storage = testStorage()
    const { desk, fragment: publicOne } = await world.shop(deskStorage)
    const { fragment } = await makeInvite(desk)
    const look = await world.shopper(fragment, storage)
    await connected(look)
    look.close()
    const bob = await world.shopper(fragment)
    await say(bob, 'mine')
    const alice = world.chat(publicOne, testStorage(storage.name))
    await connected(alice)
    await say(alice, 'by the public link')
    alice.close()
    desk.close()
    await deskOpen(world.desk(testStorage(deskStorage.name)))
    const back = world.chat(publicOne, testStorage(storage.name))
    await connected(back)
    await say(back, 'and again')
  })

  it('by another leaves no row of whom it shuts out, though the desk was reading what they said', async () => {
    const deskStorage = testStorage()
    const { desk } = await world.shop(deskStorage)
    const { fragment } = await makeInvite(desk)
    const [bob, eve] = [await world.shopper(fragment), await world.shopper(fragment)]
    for (const one of [bob, eve]) await connected(one)
    const read = new Set<string>()
    desk.subscribe(() => {
      const one = desk.snapshot()
      if (one.type !== 'open') return
      for (const { id } of one.conversations) {
        if (read.has(id)) continue
        read.add(id)
        queueMicrotask(() => desk.openConversation(id))
      }
      const last = one.thread?.messages.at(-1)
      if (last !== undefined) desk.shown(last.key)
    })
    await say(bob, 'mine')
    eve.send('mine, too')
    await chatOpen(eve, ({ refusal }) => refusal === 'used-up')
    await deskOpen(desk, ({ conversations }) => conversations.length === 1)
    expect(read.size).toBe(2)
    desk.close()
    const { vault } = testStorage(deskStorage.name)
    expect(await vault.names('conversation/')).toHaveLength(1)
    const kinds = ['receipts/', 'seen/', 'epochs/', 'writer/']
    const rows = (await Promise.all(kinds.map((kind) => vault.names(kind)))).flat()
    const logs = new Set(rows.map((name) => name.slice(name.indexOf('/'))))
    expect(logs.size).toBe(2) // the shop's own, and Bob's
  })

  it('that was taken back leaves its holder the public link', async () => {
    const storage = testStorage()
    const { desk, fragment: publicOne } = await world.shop()
    const { id, fragment } = await makeInvite(desk)
    const layla = await world.shopper(fragment, storage)
    await say(layla, 'hello')
    desk.revokeInvite(id)
    await chatOpen(layla, ({ refusal }) => refusal === 'revoked')
    layla.close()
    const again = world.chat(publicOne, testStorage(storage.name))
    await connected(again)
    await say(again, 'by the public link')
    expect((await deskOpen(desk)).conversations).toMatchObject([{ lastText: 'by the public link' }])
  })

  it('that could not be stored is stored at the next start, before anybody else comes; nobody known is erased', async () => {
    const { name } = testStorage()
    let failing = false
    let staffLog: string | null = null
    const inner = testStorage(name)
    const storage: Storage = {
      ...inner,
      entries: {
        ...inner.entries,
        load: (log) => {
          staffLog ??= toHex(log) // the desk opens it first
          return inner.entries.load(log)
        },
        put: (log, entries) =>
          failing && toHex(log) === staffLog
            ? Promise.reject(new StorageError('unavailable'))
            : inner.entries.put(log, entries),
      },
    }
    const { desk } = await world.shop(storage)
    const { fragment } = await makeInvite(desk)
    const laylaStorage = testStorage()
    const layla = await world.shopper(fragment, laylaStorage)
    await connected(layla)
    failing = true
    await say(layla, 'I am the first')
    expect((await deskOpen(desk)).invites[0]?.state).toBe('open')
    layla.close()
    desk.close()

    const again = world.desk(testStorage(name))
    const { invites, conversations } = await deskOpen(again)
    expect(invites[0]?.state).toBe('used')
    const stranger = await world.shopper(fragment)
    expect((await chatOpen(stranger, ({ refusal }) => refusal !== null)).refusal).toBe('used-up')
    again.openConversation(conversations[0]?.id ?? '')
    again.send('how can I help?')
    const back = world.chat(fragment, testStorage(laylaStorage.name))
    await chatOpen(back, ({ thread }) => thread.messages.length === 2)
    expect((await chatOpen(back)).refusal).toBeNull()
  })
})
