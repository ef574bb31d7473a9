import { mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findChromium } from '../helpers/chromium.ts'
import { openProfile, ORIGIN, type Profile } from './page/open-profile.ts'

/** Chromium keeps larger values in files of their own. */
const INLINE_BYTES = 65_536

describe.skipIf(findChromium() === null)('the storage in Chromium', () => {
  let folder = ''
  let running: Profile | null = null

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hamsa-storage-'))
  })
  afterEach(async () => {
    await running?.kill()
    running = null
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  })

  const start = async (): Promise<Profile> => {
    running = await openProfile(folder)
    return running
  }
  const end = async (how: 'close' | 'kill'): Promise<void> => {
    await running?.[how]()
    running = null
  }

  /** All files of the browser's databases. */
  const databaseFiles = async (): Promise<string[]> => {
    const root = join(folder, 'Default', 'IndexedDB')
    const files = await readdir(root, { recursive: true, withFileTypes: true })
    return files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name))
  }

  const load = (page: Page): Promise<{ ids: string[]; damaged: number }> =>
    page.evaluate(() => window.storagePage.load(1))

  it('[ST24] [ST26] holds every entry whose put had resolved when the browser was killed while it wrote and merged', async () => {
    const known = new Set<string>()
    for (const count of [30, 90]) {
      const page = await (await start()).openPage()
      const before = await load(page)
      expect(before.damaged).toBe(0)
      for (const id of known) expect(before.ids).toContain(id)
      const stored = await page.evaluate(
        (atLeast) => window.storagePage.putForEver(1, 300, atLeast),
        count,
      )
      for (const id of stored) known.add(id)
      await end('kill')
    }
    const { ids, damaged } = await load(await (await start()).openPage())
    expect(damaged).toBe(0)
    expect(ids).toEqual(expect.arrayContaining([...known]))
    expect(known.size).toBeGreaterThanOrEqual(120)
  })

  it('[ST25] loads the rest of a log when the browser has lost a part of a row', async () => {
    const page = await (await start()).openPage()
    expect(await page.evaluate(() => window.storagePage.putTalk(1, 600, 301))).toBe('done')
    await end('close')
    const large = (await databaseFiles()).filter((file) => file.includes('.blob'))
    expect(large).toHaveLength(2) // 256 and 256 entries; the 88 others are no file
    await truncate(large[0] ?? '', INLINE_BYTES / 2)
    const { ids, damaged } = await load(await (await start()).openPage())
    expect(damaged).toBe(1)
    expect(ids).toHaveLength(600 - 256)
  })

  it('[ST1] leaves nothing readable in the files', async () => {
    const page = await (await start()).openPage()
    const text = 'my parcel never came'
    expect(await page.evaluate((t) => window.storagePage.putText(1, t), text)).toBe('done')
    expect(await page.evaluate((t) => window.storagePage.write('shop/yasmin', t), text)).toBe(
      'done',
    )
    await end('close')
    const files = await Promise.all((await databaseFiles()).map((file) => readFile(file)))
    expect(
      files.some((bytes) => bytes.includes(Buffer.from('wrapping-key', 'utf16le').swap16())),
    ).toBe(true) // the look does reach the rows
    for (const secret of [text, 'shop/yasmin', 'yasmin']) {
      for (const bytes of files) {
        expect(bytes.includes(secret)).toBe(false)
        expect(bytes.includes(Buffer.from(secret, 'utf16le'))).toBe(false)
        expect(bytes.includes(Buffer.from(secret, 'utf16le').swap16())).toBe(false)
      }
    }
  })

  it('[ST60] says full when the quota is used up, keeps what it has, and goes on when there is room', async () => {
    const profile = await start()
    const page = await profile.openPage()
    // Before the first use: Chromium remembers for a while how much room there was.
    const devTools = await profile.devTools(page)
    await devTools.send('Storage.overrideQuotaForOrigin', { origin: ORIGIN, quotaSize: 400_000 })
    expect(await page.evaluate(() => window.storagePage.putTalk(1, 10, 300))).toBe('done')
    expect(await page.evaluate(() => window.storagePage.putTalk(1, 10, 100_000))).toBe('full')
    expect((await load(page)).ids).toHaveLength(10)
    await end('close')
    const again = await (await start()).openPage()
    expect(await again.evaluate(() => window.storagePage.putTalk(1, 10, 100_000))).toBe('done')
    expect((await load(again)).ids).toHaveLength(20)
  })

  it('[ST61] [ST43] works on when the browser has cleared the data of the site underneath', async () => {
    const profile = await start()
    const page = await profile.openPage()
    const devTools = await profile.devTools(page)
    expect(await page.evaluate(() => window.storagePage.write('shop', 'kept'))).toBe('done')
    await devTools.send('Storage.clearDataForOrigin', { origin: ORIGIN, storageTypes: 'all' })
    expect(await page.evaluate(() => window.storagePage.read('shop'))).toBe('nothing')
    expect(await page.evaluate(() => window.storagePage.write('shop', 'anew'))).toBe('done')
    await page.close()
    const again = await profile.openPage()
    expect(await again.evaluate(() => window.storagePage.read('shop'))).toBe('anew')
  })

  it('[ST50] [ST53] keeps passcode and wrong tries over the end of the browser', async () => {
    const first = await (await start()).openPage()
    expect(await first.evaluate(() => window.storagePage.write('shop', 'kept'))).toBe('done')
    await first.evaluate(() => window.storagePage.passcode.setPasscode('2468'))
    const wrong = await first.evaluate(async () => {
      for (let tries = 0; tries < 11; tries++) await window.storagePage.passcode.unlock('0000')
      return window.storagePage.passcode.unlock('0000')
    })
    expect(wrong).toMatchObject({ type: 'refused', reason: 'too-early' })
    await end('close')
    const second = await (await start()).openPage()
    expect(await second.evaluate(() => window.storagePage.passcode.state())).toMatchObject({
      type: 'locked',
      retryAtMs: 'retryAtMs' in wrong ? wrong.retryAtMs : null,
    })
    expect(await second.evaluate(() => window.storagePage.read('shop'))).toBe('locked')
    expect(await second.evaluate(() => window.storagePage.eraseAll())).toBe('done')
    expect(await second.evaluate(() => window.storagePage.read('shop'))).toBe('nothing')
  })
})
