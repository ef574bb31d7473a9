import { toUtf8 } from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import type { Storage } from '../../client/storage/ports.ts'
import { testStorage } from '../helpers/test-storage.ts'
import { makeLogId, makeTalk } from './entry-fixtures.ts'
import { withDatabase } from './raw-database.ts'

const BYTES = toUtf8('written')

/** One storage as two tabs have it open. */
function twoTabs(): {
  readonly name: string
  readonly first: Storage
  readonly second: Storage
} {
  const first = testStorage()
  return { name: first.name, first, second: testStorage(first.name) }
}

const ignore = (): void => undefined

describe('the term of a storage', () => {
  it('[ST70] rises with each tab that leads, and with nothing else', async () => {
    const { first, second } = twoTabs()
    expect(await first.lead(null, ignore)).toBe(1)
    await first.vault.write('shop', BYTES)
    expect(await second.lead(null, ignore)).toBe(2)
    expect(await testStorage().lead(null, ignore)).toBe(1)
  })

  it('[ST71] ends every kind of writing of who led before, and is heard of', async () => {
    const { first, second } = twoTabs()
    const log = makeLogId()
    const talk = makeTalk(3, 20)
    let heard = 0
    await first.lead(null, () => heard++)
    await first.entries.put(log, talk.slice(0, 2))
    await first.vault.write('shop', BYTES)
    await second.lead(null, ignore)
    for (const write of [
      () => first.entries.put(log, talk.slice(2)),
      () =>
        first.entries.strip(
          log,
          talk.map(({ id }) => id),
        ),
      () => first.entries.erase(log),
      () => first.vault.write('shop', toUtf8('late')),
      () => first.vault.write('more', BYTES),
      () => first.vault.remove('shop'),
      () => first.passcode.setPasscode('1234'),
      () => first.eraseAll(),
    ]) {
      const before = heard
      await expect(write()).rejects.toMatchObject({ code: 'superseded' })
      expect(heard).toBeGreaterThan(before)
    }
    expect((await second.entries.load(log)).entries).toEqual(
      expect.arrayContaining(talk.slice(0, 2)),
    )
    expect((await second.entries.load(log)).entries).toHaveLength(2)
    expect(await second.vault.read('shop')).toEqual(BYTES)
    expect(await second.vault.names('')).toEqual(['shop'])
    expect(await second.passcode.state()).toEqual({ type: 'unguarded' })
    expect(await first.vault.read('shop')).toEqual(BYTES) // who reads harms nothing
  })

  it('[ST71] is looked at in the transaction itself: of writes that race with a new term all or none is there', async () => {
    for (let round = 0; round < 20; round++) {
      const { first, second } = twoTabs()
      const log = makeLogId()
      await first.lead(null, ignore)
      const writes = makeTalk(5, 20).map((entry) =>
        first.entries.put(log, [entry]).then(
          () => 1,
          () => 0,
        ),
      )
      await new Promise((resolve) => setImmediate(resolve))
      await second.lead(null, ignore)
      // What the next leader reads first is all that there will ever be.
      const { entries } = await second.entries.load(log)
      const told = await Promise.all(writes)
      expect(told.reduce<number>((sum, one) => sum + one, 0)).toBe(entries.length)
      expect((await second.entries.load(log)).entries).toHaveLength(entries.length)
    }
  })

  it('[ST70] of one part says nothing of another, nor of what it is called', async () => {
    const { name, first, second } = twoTabs()
    await first.lead('the one shop', ignore)
    await second.lead('another shop', ignore)
    await first.vault.write('shop', BYTES)
    await second.vault.write('other', BYTES)
    const third = testStorage(name)
    expect(await third.lead('the one shop', ignore)).toBe(2)
    await expect(first.vault.write('shop', BYTES)).rejects.toMatchObject({ code: 'superseded' })
    await second.vault.write('other', BYTES)
    const rowKeys = await withDatabase(name, (database) => database.getAllKeys('keys'))
    expect(JSON.stringify(rowKeys)).not.toContain('shop')
  })

  it('[ST70] can be taken over while a passcode locks the storage', async () => {
    const { name, first, second } = twoTabs()
    await first.lead(null, ignore)
    await first.vault.write('shop', BYTES)
    await first.passcode.setPasscode('1234')
    expect(await second.lead(null, ignore)).toBe(2)
    await expect(first.vault.write('shop', BYTES)).rejects.toMatchObject({ code: 'superseded' })
    expect(await second.passcode.unlock('1234')).toEqual({ type: 'unlocked' })
    await second.vault.write('shop', BYTES)
    expect((await testStorage(name).passcode.state()).type).toBe('locked')
  })

  it('[ST72] outlives an erasing, which another can not do any more', async () => {
    const { first, second } = twoTabs()
    await first.lead(null, ignore)
    await first.vault.write('shop', BYTES)
    await first.eraseAll()
    await first.vault.write('fresh', BYTES)
    expect(await first.vault.names('')).toEqual(['fresh'])
    expect(await second.lead(null, ignore)).toBe(2)
    await expect(first.eraseAll()).rejects.toMatchObject({ code: 'superseded' })
  })
})
