import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Desk } from '../../../client/session/desk-session.ts'
import type { ChatSession, DeskSession } from '../../../client/session/snapshots.ts'
import { chatOpen, deskOpen, SessionWorld, until } from '../../helpers/session-world.ts'
import { testStorage } from '../../helpers/test-storage.ts'

let world: SessionWorld
beforeEach(() => {
  world = new SessionWorld()
})
afterEach(() => {
  world.close()
})

const textsOf = async (seat: DeskSession): Promise<readonly string[] | null> =>
  (await deskOpen(seat)).thread?.messages.map(({ text }) => text) ?? null

type Desks = { readonly desk: Desk; readonly left: DeskSession; readonly right: DeskSession }

/** A desk with two seats, and the fragment of its shop's invite. */
async function twoSeats(): Promise<Desks & { readonly fragment: string }> {
  const desk = new Desk(world.parts(testStorage()))
  const [left, right] = [desk.seat(), desk.seat()]
  await until(left, ({ type }) => type === 'welcome')
  right.createShop('Yasmin')
  const { inviteUrl } = await deskOpen(left)
  return { desk, left, right, fragment: new URL(inviteUrl).hash.slice(1) }
}

/** The same with two shoppers who have said their names. */
async function twoShoppers(): Promise<
  Desks & {
    readonly chats: readonly ChatSession[]
    readonly idOf: (text: string) => string
  }
> {
  const { fragment, ...desks } = await twoSeats()
  const chats = await Promise.all([world.shopper(fragment), world.shopper(fragment)])
  chats[0].send('Amal')
  chats[1].send('Badr')
  const { conversations } = await deskOpen(
    desks.left,
    ({ conversations: all }) => all.length === 2 && all.every(({ lastText }) => lastText !== null),
  )
  const idOf = (text: string): string =>
    conversations.find(({ lastText }) => lastText === text)?.id ?? ''
  return { ...desks, chats, idOf }
}

describe('seats of one desk', () => {
  it('show a conversation each, and act in that one', async () => {
    const { desk, left, right, idOf } = await twoShoppers()
    left.openConversation(idOf('Amal'))
    right.openConversation(idOf('Badr'))
    expect(await textsOf(left)).toEqual(['Amal'])
    expect(await textsOf(right)).toEqual(['Badr'])
    right.send('Welcome, Badr')
    await deskOpen(right, ({ thread }) => thread?.messages.length === 2)
    expect(await textsOf(left)).toEqual(['Amal'])
    right.closeConversation()
    expect(await textsOf(right)).toBeNull()
    expect(await textsOf(left)).toEqual(['Amal'])
    desk.close()
  })

  it('count as read what was in view at one of them', async () => {
    const { desk, left, right, idOf } = await twoShoppers()
    const unreadOf = async (text: string, count: number): Promise<void> => {
      await deskOpen(right, ({ conversations }) =>
        conversations.some(({ lastText, unread }) => lastText === text && unread === count),
      )
    }
    left.openConversation(idOf('Amal'))
    await unreadOf('Amal', 1)
    const { thread } = await deskOpen(left)
    right.shown(thread?.messages[0]?.key ?? '') // nothing is open there
    await unreadOf('Amal', 1)
    left.shown(thread?.messages[0]?.key ?? '')
    await unreadOf('Amal', 0)
    await unreadOf('Badr', 1)
    desk.close()
  })

  it('are left without the desk being closed, and what comes in then is unread', async () => {
    const { desk, left, right, fragment } = await twoSeats()
    const chat = await world.shopper(fragment)
    chat.send('one')
    const { conversations } = await deskOpen(
      right,
      ({ conversations: all }) => all[0]?.unread === 1,
    )
    left.openConversation(conversations[0]?.id ?? '')
    const { thread } = await deskOpen(left)
    left.shown(thread?.messages[0]?.key ?? '')
    await deskOpen(right, ({ conversations: all }) => all[0]?.unread === 0)
    left.close()
    chat.send('two')
    await chatOpen(chat, ({ thread }) => thread.messages[1]?.state === 'delivered')
    await deskOpen(right, ({ conversations: all }) => all[0]?.unread === 1)
    desk.close()
  })
})
