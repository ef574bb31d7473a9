import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fromBase64Url } from '@hamsa/crypto'
import { parseLogId } from '../../client/conversation/ids.ts'
import { StorageError } from '../../client/storage/ports.ts'
import { SessionWorld, chatOpen, deskOpen } from '../helpers/session-world.ts'
import { testStorage } from '../helpers/test-storage.ts'
import type { DeskSession, InviteSummary } from '../../client/session/snapshots.ts'

const HOUR_MS = 60 * 60 * 1000

describe('a link for one person', () => {
  let world: SessionWorld

  beforeEach(() => {
    world = new SessionWorld()
  })
  afterEach(() => world.close())

  async function makeInvite(
    desk: DeskSession,
    lifetimeMs: number | null = null,
  ): Promise<{ readonly invite: InviteSummary; readonly fragment: string }> {
    const known = (await deskOpen(desk)).invites.length
    desk.makeInvite('ليلى', lifetimeMs)
    const { invites } = await deskOpen(desk, (one) => one.invites.length > known)
    const [invite] = invites
    if (invite === undefined) throw new Error('no invite')
    return { invite, fragment: new URL(invite.url).hash.slice(1) }
  }

  it('[SF31] [SF35] lets one person in, who may come back; another finds it used up', async () => {
    const { desk } = await world.shop()
    const { invite, fragment } = await makeInvite(desk)
    expect(invite).toMatchObject({ name: 'ليلى', expiresAtMs: null, state: 'open' })
    const storage = testStorage()
    const layla = await world.shopper(fragment, storage)
    layla.send('it is me')
    await chatOpen(layla, ({ thread }) => thread.messages[0]?.state === 'delivered')
    await deskOpen(desk, ({ invites }) => invites[0]?.state === 'used')
    layla.close()

    const stranger = await world.shopper(fragment)
    const told = await chatOpen(stranger, ({ refusal }) => refusal !== null)
    expect(told.refusal).toBe('used-up')

    const again = world.chat(fragment, testStorage(storage.name))
    again.send('back again')
    await deskOpen(desk, (one) => one.conversations[0]?.lastText === 'it is me')
    await chatOpen(again)
    again.send('back again')
    const { conversations } = await deskOpen(
      desk,
      (one) => one.conversations[0]?.lastText === 'back again',
    )
    expect(conversations).toMatchObject([{ label: 'ليلى' }])
  })

  it('is not burned by a second look: only words use it', async () => {
    const { desk } = await world.shop()
    const { fragment } = await makeInvite(desk)
    const preview = await world.shopper(fragment)
    await chatOpen(preview, ({ thread }) => thread.connection.type === 'connected')
    preview.close()
    expect((await deskOpen(desk)).invites[0]?.state).toBe('open')
    const layla = await world.shopper(fragment)
    layla.send('first to speak')
    await deskOpen(desk, ({ invites }) => invites[0]?.state === 'used')
    await chatOpen(layla, ({ thread }) => thread.messages[0]?.state === 'delivered')
  })

  it('goes to the first to speak of two who came at once; nothing is kept of the other', async () => {
    const { desk } = await world.shop()
    const { fragment } = await makeInvite(desk)
    const [layla, stranger] = [await world.shopper(fragment), await world.shopper(fragment)]
    for (const chat of [layla, stranger]) {
      await chatOpen(chat, ({ thread }) => thread.connection.type === 'connected')
    }
    layla.send('mine')
    await deskOpen(desk, ({ invites }) => invites[0]?.state === 'used')
    stranger.send('mine too')
    const told = await chatOpen(stranger, ({ refusal }) => refusal !== null)
    expect(told.refusal).toBe('used-up')
    const { conversations } = await deskOpen(desk, (one) => one.conversations.length === 1)
    expect(conversations[0]?.lastText).toBe('mine')
  })

  it('[SF36] ends at its time, by the clock of the shop', async () => {
    const { desk } = await world.shop()
    const { invite, fragment } = await makeInvite(desk, HOUR_MS)
    expect(invite.expiresAtMs).toBe(world.clock.now() + HOUR_MS)
    world.clock.advance(HOUR_MS)
    const late = await world.shopper(fragment)
    expect((await chatOpen(late, ({ refusal }) => refusal !== null)).refusal).toBe('expired')
  })

  it('[SF34] that is taken back ends the talk at once, and is told as that', async () => {
    const { desk } = await world.shop()
    const { invite, fragment } = await makeInvite(desk)
    const layla = await world.shopper(fragment)
    layla.send('hello')
    await chatOpen(layla, ({ thread }) => thread.messages[0]?.state === 'delivered')
    desk.revokeInvite(invite.id)
    const told = await chatOpen(layla, ({ refusal }) => refusal !== null)
    expect(told.refusal).toBe('revoked')
    expect((await deskOpen(desk)).invites[0]?.state).toBe('revoked')
    const other = await world.shopper(fragment)
    expect((await chatOpen(other, ({ refusal }) => refusal !== null)).refusal).toBe('revoked')
  })

  it('[SF33] of which the shop knows nothing is foreign to it', async () => {
    const storage = testStorage()
    const { desk } = await world.shop(storage)
    const { fragment } = await makeInvite(desk)
    desk.close()
    // The shop's storage of before the invite was made: an old backup.
    const again = testStorage(storage.name)
    const [name = ''] = await again.vault.names('writer/')
    const staffLog = parseLogId(fromBase64Url(name.slice('writer/'.length)) ?? new Uint8Array())
    if (staffLog === null) throw new Error('no staff log')
    await again.entries.erase(staffLog)
    await deskOpen(world.desk(again))
    const chat = await world.shopper(fragment)
    expect((await chatOpen(chat, ({ refusal }) => refusal !== null)).refusal).toBe('foreign')
  })

  it('is there after a reload, under the same link', async () => {
    const storage = testStorage()
    const { desk } = await world.shop(storage)
    const { invite } = await makeInvite(desk, HOUR_MS)
    desk.close()
    const { invites } = await deskOpen(world.desk(testStorage(storage.name)))
    expect(invites).toEqual([invite])
  })

  it('that cannot be stored is not made, and the desk says so and goes on', async () => {
    const storage = testStorage()
    const { desk } = await world.shop(storage)
    desk.close()
    const again = testStorage(storage.name)
    const put = (): Promise<never> => Promise.reject(new StorageError('full'))
    const stuck = world.desk({ ...again, entries: { ...again.entries, put } })
    await deskOpen(stuck)
    stuck.makeInvite('ليلى', null)
    const told = await deskOpen(stuck, ({ inviteFailed }) => inviteFailed)
    expect(told.invites).toEqual([])
  })

  it('tidies what a paste brings into the name', async () => {
    const { desk } = await world.shop()
    desk.makeInvite(`ليلى\n\u202e${'x'.repeat(100)}`, null)
    const { invites } = await deskOpen(desk, (one) => one.invites.length === 1)
    expect(invites[0]?.name).toBe(`ليلى ${'x'.repeat(59)}`)
  })
})

describe('the public link', () => {
  it('lets any number in', async () => {
    const world = new SessionWorld()
    const { desk, fragment } = await world.shop()
    for (const text of ['one', 'two', 'three']) {
      const chat = await world.shopper(fragment)
      chat.send(text)
      await chatOpen(chat, ({ thread }) => thread.messages[0]?.state === 'delivered')
    }
    const { conversations } = await deskOpen(desk, (one) => one.conversations.length === 3)
    expect(conversations.map(({ lastText }) => lastText).toSorted()).toEqual([
      'one',
      'three',
      'two',
    ])
    world.close()
  })
})
