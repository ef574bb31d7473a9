import { randomBytes, toHex, toUtf8 } from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import { testStorage } from '../helpers/test-storage.ts'
import { damage, putRaw, rawRows, type RawRow } from './raw-database.ts'

const SECRET = toUtf8('a secret that must not rest in clear')

async function onlyRow(name: string): Promise<RawRow> {
  const [row, ...others] = await rawRows(name, 'vault')
  if (row === undefined || others.length > 0) throw new Error('expected one record')
  return row
}

describe('the vault', () => {
  it('[ST30] gives back what was written last, also after it was closed and opened again', async () => {
    const first = testStorage()
    await first.vault.write('shop', randomBytes(5))
    await first.vault.write('shop', SECRET)
    await first.vault.write('empty', new Uint8Array())
    first.close()
    const second = testStorage(first.name)
    expect(await second.vault.read('shop')).toEqual(SECRET)
    expect(await second.vault.read('empty')).toEqual(new Uint8Array())
    expect(await second.vault.read('nothing')).toBeNull()
    second.close()
  })

  it('[ST1] holds neither name nor secret in clear', async () => {
    const storage = testStorage()
    await storage.vault.write('conversation/layla', SECRET)
    const { key, bytes } = await onlyRow(storage.name)
    const disk = JSON.stringify(key) + toHex(bytes) + toHex(toUtf8(JSON.stringify(key)))
    for (const text of ['conversation', 'layla', 'a secret']) {
      expect(disk).not.toContain(text)
      expect(disk).not.toContain(toHex(toUtf8(text)))
    }
    storage.close()
  })

  it('[ST31] lists names by prefix, sorted, and forgets what is removed', async () => {
    const { vault, close } = testStorage()
    for (const name of ['talk/b', 'shop', 'talk/ا', 'talk/a']) await vault.write(name, SECRET)
    expect(await vault.names('talk/')).toEqual(['talk/a', 'talk/b', 'talk/ا'])
    expect(await vault.names('')).toHaveLength(4)
    await vault.remove('talk/a')
    await vault.remove('never there')
    expect(await vault.names('talk/')).toEqual(['talk/b', 'talk/ا'])
    expect(await vault.read('talk/a')).toBeNull()
    close()
  })

  it('[ST30] says corrupt when a record was changed or moved to another name, and newer-version when it is from the future', async () => {
    const { vault, name, close } = testStorage()
    await vault.write('shop', SECRET)
    const shop = await onlyRow(name)
    await vault.write('other', SECRET)
    const other = (await rawRows(name, 'vault')).find(({ key }) => key !== shop.key)
    if (other === undefined) throw new Error('two records')
    await putRaw(name, 'vault', other.key, shop.bytes)
    await expect(vault.read('other')).rejects.toMatchObject({ code: 'corrupt' })
    for (const [value, code] of [
      [damage(shop.bytes), 'corrupt'],
      [shop.bytes.with(0, 9), 'newer-version'],
      [shop.bytes.slice(0, 5), 'corrupt'],
      [new Uint8Array(), 'corrupt'],
      ['text', 'corrupt'],
    ] as const) {
      await putRaw(name, 'vault', shop.key, value)
      await expect(vault.read('shop')).rejects.toMatchObject({ code })
    }
    close()
  })

  it('[ST31] leaves damaged records out of the names, and lists the others', async () => {
    const { vault, name, close } = testStorage()
    await vault.write('shop', SECRET)
    const { key, bytes } = await onlyRow(name)
    await vault.write('other', SECRET)
    for (const value of [damage(bytes), bytes.with(0, 9)]) {
      await putRaw(name, 'vault', key, value)
      expect(await vault.names('')).toEqual(['other'])
    }
    close()
  })
})
