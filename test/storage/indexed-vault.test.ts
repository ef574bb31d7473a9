import { describe, expect, it } from 'vitest'
import { openDB } from 'idb'
import { toUtf8 } from '@hamsa/crypto'
import { testStorage } from '../helpers/test-storage.ts'

const SECRET = toUtf8('a secret that must not rest in clear')

async function rawRecord(name: string, record: string): Promise<Uint8Array> {
  const database = await openDB(name)
  const value: unknown = await database.get('vault', record)
  database.close()
  if (!(value instanceof Uint8Array)) throw new Error('no such record')
  return value
}

async function putRaw(name: string, record: string, value: Uint8Array): Promise<void> {
  const database = await openDB(name)
  await database.put('vault', value, record)
  database.close()
}

describe('the vault', () => {
  it('gives back what was written, also after it was closed and opened again', async () => {
    const first = testStorage()
    await first.vault.write('shop', SECRET)
    first.close()
    const second = testStorage(first.name)
    expect(await second.vault.read('shop')).toEqual(SECRET)
    expect(await second.vault.read('nothing')).toBeNull()
    second.close()
  })

  it('holds no secret in clear, and a key that cannot be exported', async () => {
    const storage = testStorage()
    await storage.vault.write('shop', SECRET)
    const record = await rawRecord(storage.name, 'shop')
    expect(Buffer.from(record).includes(Buffer.from(SECRET))).toBe(false)
    const database = await openDB(storage.name)
    const key: unknown = await database.get('keys', 'wrapping-key')
    database.close()
    expect(key).toMatchObject({ extractable: false, type: 'secret' })
    storage.close()
  })

  it('lists names by prefix, sorted, and forgets what is removed', async () => {
    const { vault, close } = testStorage()
    for (const name of ['talk/b', 'shop', 'talk/a']) await vault.write(name, SECRET)
    expect(await vault.names('talk/')).toEqual(['talk/a', 'talk/b'])
    await vault.remove('talk/a')
    expect(await vault.names('talk/')).toEqual(['talk/b'])
    close()
  })

  it('says corrupt when a record was changed or moved to another name, and newer-version when it is from the future', async () => {
    const { vault, name, close } = testStorage()
    await vault.write('shop', SECRET)
    const record = await rawRecord(name, 'shop')
    await putRaw(name, 'moved', record)
    await expect(vault.read('moved')).rejects.toMatchObject({ code: 'corrupt' })
    await putRaw(name, 'shop', record.with(record.length - 1, (record.at(-1) ?? 0) ^ 1))
    await expect(vault.read('shop')).rejects.toMatchObject({ code: 'corrupt' })
    await putRaw(name, 'shop', record.with(0, 9))
    await expect(vault.read('shop')).rejects.toMatchObject({ code: 'newer-version' })
    await putRaw(name, 'shop', record.slice(0, 5))
    await expect(vault.read('shop')).rejects.toMatchObject({ code: 'corrupt' })
    close()
  })

  it('shares one key between two tabs that start together', async () => {
    const first = testStorage()
    const second = testStorage(first.name)
    await Promise.all([first.vault.write('a', SECRET), second.vault.write('b', SECRET)])
    expect(await first.vault.read('b')).toEqual(SECRET)
    expect(await second.vault.read('a')).toEqual(SECRET)
    first.close()
    second.close()
  })

  it('says newer-version when the database was laid out by a newer page', async () => {
    const storage = testStorage()
    const newer = await openDB(storage.name, 99)
    newer.close()
    await expect(storage.vault.read('shop')).rejects.toMatchObject({ code: 'newer-version' })
    storage.close()
  })

  it('says unavailable after it was closed, and may be closed twice', async () => {
    const storage = testStorage()
    storage.close()
    storage.close()
    await expect(storage.vault.read('shop')).rejects.toMatchObject({ code: 'unavailable' })
  })
})
