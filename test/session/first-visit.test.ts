import { toUtf8 } from '@hamsa/crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { KNOCK_PREFIX } from '../../client/session/visit-frames.ts'
import { StorageError, type Vault } from '../../client/storage/ports.ts'
import { chatOpen, SessionWorld, until } from '../helpers/session-world.ts'
import { testStorage } from '../helpers/test-storage.ts'

describe('a first visit', () => {
  let world: SessionWorld

  beforeEach(() => {
    world = new SessionWorld()
  })
  afterEach(() => world.close())

  const knocks = (): number =>
    world.hub.published.filter(
      ({ data }) => typeof data === 'string' && data.startsWith(KNOCK_PREFIX),
    ).length

  /** A chat that waits for Start, over a vault whose records of this name are written by `write`. */
  async function preview(name: string, write: (really: () => Promise<void>) => Promise<void>) {
    const { fragment } = await world.shop()
    const storage = testStorage()
    const vault: Vault = {
      ...storage.vault,
      write: (one, bytes) => {
        const really = (): Promise<void> => storage.vault.write(one, bytes)
        return one.startsWith(name) ? write(really) : really()
      },
    }
    const chat = world.chat(fragment, { ...storage, vault })
    await until(chat, ({ type }) => type === 'preview')
    return { chat, storage, fragment }
  }

  it.each(['shopper/', 'writer/'])(
    'knocks once the record %s is on the disk, and not before',
    async (name) => {
      let release: () => void = () => undefined
      const isReleased = new Promise<void>((resolve) => (release = resolve))
      let begun: () => void = () => undefined
      const isWriting = new Promise<void>((resolve) => (begun = resolve))
      const { chat, storage } = await preview(name, async (really) => {
        begun()
        await isReleased
        await really()
      })
      chat.start()
      await isWriting
      // All else that opening a visit waits for has its turn meanwhile.
      for (let turn = 0; turn < 20; turn++) await storage.vault.names('')
      expect(knocks()).toBe(0)
      expect(chat.snapshot().type).toBe('preview')
      release()
      await chatOpen(chat)
      await expect.poll(knocks).toBe(1)
      expect(await storage.vault.names(name)).toHaveLength(1)
    },
  )

  it.each(['shopper/', 'writer/', 'last-invite'])(
    'that cannot store the record %s says so, and never knocks',
    async (name) => {
      const { chat, storage } = await preview(name, () => Promise.reject(new StorageError('full')))
      chat.start()
      await until(chat, ({ type }) => type === 'obstacle')
      for (let turn = 0; turn < 20; turn++) await storage.vault.names('')
      expect(knocks()).toBe(0)
    },
  )

  it('sends no knock that was sealed so slowly that another one is on its way', async () => {
    const { chat, storage } = await preview('shopper/', (really) => really())
    let release: () => void = () => undefined
    const isReleased = new Promise<void>((resolve) => (release = resolve))
    const derive = crypto.subtle.deriveBits.bind(crypto.subtle)
    let sealing = 0
    const slow = vi.spyOn(crypto.subtle, 'deriveBits')
    slow.mockImplementation(async (algorithm, key, length) => {
      if (key.algorithm.name === 'X25519') sealing++
      await isReleased
      return derive(algorithm, key, length ?? null)
    })
    try {
      chat.start()
      await expect.poll(() => sealing).toBe(2) // each knock agrees twice at first
      world.clock.advance(7_500)
      await expect.poll(() => sealing).toBe(4)
      expect(knocks()).toBe(0)
      release()
      await expect.poll(knocks).toBe(1)
      await turns(storage.vault)
      expect(knocks()).toBe(1)
    } finally {
      slow.mockRestore()
    }
  })

  it('whose keys could not be stored leaves the way back to the shop before', async () => {
    const before = toUtf8((await world.shop()).fragment)
    let invites = 0
    const { chat, storage } = await preview('shopper/', async () => {
      await turns(storage.vault)
      invites = (await storage.vault.names('last-invite')).length
      throw new StorageError('full')
    })
    await storage.vault.write('last-invite', before)
    chat.start()
    await until(chat, ({ type }) => type === 'obstacle')
    await turns(storage.vault)
    expect(invites).toBe(1)
    expect(await storage.vault.read('last-invite')).toEqual(before)
  })

  it.each(['shopper/', 'writer/', 'last-invite'])(
    'that is killed while the record %s is being written goes on from there, with one pair of keys',
    async (name) => {
      const { chat, storage, fragment } = await preview(name, () => new Promise(() => undefined))
      chat.start()
      await turns(storage.vault)
      chat.close() // its write never comes to an end
      const reopened = testStorage(storage.name)
      const again = world.chat(fragment, reopened)
      const found = await until(again, ({ type }) => type === 'preview' || type === 'open')
      if (found.type === 'preview') again.start()
      await chatOpen(again)
      await expect.poll(knocks).toBe(1)
      expect(await reopened.vault.names('shopper/')).toHaveLength(1)
      expect(await reopened.vault.names('last-invite')).toHaveLength(1)
    },
  )
})

/** All else that opening a visit waits for has its turn meanwhile. */
async function turns(vault: Vault): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await vault.names('')
}
