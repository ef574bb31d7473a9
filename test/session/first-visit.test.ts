import { afterEach, beforeEach, describe, expect, it } from 'vitest'
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
    return { chat, storage }
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
})
