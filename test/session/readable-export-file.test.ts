import { fromUtf8 } from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import { unsealHere } from '../../client/conversation/unseal.ts'
import { conversationLogId } from '../../client/identity/shopper-identity.ts'
import type { ShopKeys } from '../../client/identity/shop-identity.ts'
import { conversationName } from '../../client/session/conversation-record.ts'
import { readableExport } from '../../client/session/readable-export-file.ts'
import type { ExportWords } from '../../client/session/snapshots.ts'
import { StorageError } from '../../client/storage/ports.ts'
import { ManualClock } from '../helpers/manual-clock.ts'
import { testStorage } from '../helpers/test-storage.ts'
import { loadingBy, MemoryStorage } from './memory-storage.ts'
import {
  addShopper,
  collect,
  NOW_MS,
  openSide,
  storeFullShop,
  storeShop,
  type ShopStorage,
} from './stored-shop.ts'

const WORDS: ExportWords = {
  title: 'Conversations of Yasmin',
  shop: 'Shop',
  shopper: 'Shopper',
  deleted: 'Message deleted',
  edited: 'edited',
  direction: 'ltr',
  language: 'en',
  names: () => new Map(),
}

function exportOf(
  storage: ShopStorage,
  shop: ShopKeys,
  format: 'html' | 'json',
  words: ExportWords = WORDS,
) {
  const clock = new ManualClock(NOW_MS)
  const unused = testStorage() // an export asks for vault and entries alone
  const { vault, entries } = storage
  return readableExport(
    { storage: { ...unused, vault, entries }, shop, unseal: unsealHere, clock },
    format,
    words,
  )
}

async function textOf(...args: Parameters<typeof exportOf>): Promise<string> {
  return fromUtf8(Buffer.concat(await collect(exportOf(...args).chunks))) ?? ''
}

describe('a readable export', () => {
  it('[RC27] has what the screens show: the last words of each text, and where one was taken back', async () => {
    const storage = testStorage()
    const { shop } = await storeFullShop(storage)
    const text = await textOf(storage, shop, 'json')
    const document: unknown = JSON.parse(text)
    const time = new Date(NOW_MS).toISOString()
    const said = (author: string, words: string | null, marks: object = {}) => ({
      author,
      text: words,
      time,
      edited: false,
      deleted: false,
      ...marks,
    })
    expect(document).toEqual({
      format: 'hamsa/readable-export/1',
      conversations: [0, 1, 2].map((number) => ({
        name: `${number + 1} · 2026-11-25`,
        messages: expect.toSatisfy((messages: unknown) => {
          expect(messages).toEqual(
            expect.arrayContaining([
              said('shop', `shop ${number}.0`),
              said('shop', `shop ${number}.1`),
              said('shopper', `shopper ${number}.0`),
              said('shopper', `shopper ${number}.1`),
              said('shop', 'right', { edited: true }),
              said('shop', null, { deleted: true }),
              said('shopper', 'last'),
            ]),
          )
          expect(messages).toHaveLength(7)
          return true
        }) as unknown,
      })),
    })
    expect(text).not.toContain('wrogn')
    expect(text).not.toContain('secret')
    storage.close()
  })

  it('[RC27] is in the log’s order, and the page says the same', async () => {
    const storage = new MemoryStorage()
    const { shop, shoppers } = await storeFullShop(storage)
    const page = await textOf(storage, shop, 'html')
    const [shopper] = shoppers
    if (shopper === undefined) throw new Error('three shoppers')
    const side = await openSide(storage, shop, shopper.record)
    const [first = ''] = page.split('</section>')
    const shown = [...first.matchAll(/class="text[^>]*>([^<]*)</g)].map(([, text]) => text)
    const onScreen = side.log.snapshot().entries.flatMap(({ body }) => {
      if (body.kind === 'text') return [body.text === 'wrogn' ? 'right' : body.text]
      return body.kind === 'deleted' ? ['Message deleted'] : []
    })
    expect(shown).toEqual(onScreen)
    expect(shown).toHaveLength(7)
    expect(page).toContain('<time datetime="2026-11-25T12:00:00.000Z">November 25, 2026')
    expect(page).toContain('<h1>Conversations of Yasmin</h1>')
    const arabic = await textOf(storage, shop, 'html', {
      ...WORDS,
      language: 'ar',
      direction: 'rtl',
    })
    expect(arabic).toContain('نوفمبر 2026')
  })

  it('[RC27] names people as the desk does, the earliest first, and else by number and day', async () => {
    const storage = new MemoryStorage()
    const shop = await storeShop(storage)
    const late = await addShopper(storage, shop, 9)
    const early = await addShopper(storage, shop, 0)
    const keys = [early, late].map(({ record }) => conversationName(record.shopper))
    const asked: (readonly string[])[] = []
    const names = (shopperKeys: readonly string[]): ReadonlyMap<string, string> => {
      asked.push(shopperKeys)
      return new Map([[keys[0] ?? '', 'قمر هادئ']])
    }
    const text = await textOf(storage, shop, 'json', { ...WORDS, names })
    expect(asked).toEqual([keys])
    expect(JSON.parse(text)).toMatchObject({
      conversations: [{ name: 'قمر هادئ' }, { name: '2 · 2026-11-25' }],
    })
  })

  it('[RC26] loads a conversation when the one before is written, and tells a failure to who pulls', async () => {
    const storage = new MemoryStorage()
    const { shop, shoppers } = await storeFullShop(storage, { turns: 1 })
    const third = conversationLogId(
      shop.root.signing.publicKey,
      shoppers[2]?.record.shopper ?? shop.root.signing.publicKey,
    )
    const happened: string[] = []
    const failing = loadingBy(storage, async (log) => {
      happened.push('load')
      if (Buffer.compare(log, third) === 0) throw new StorageError('unavailable')
      return storage.entries.load(log)
    })
    const pull = async (): Promise<void> => {
      for await (const chunk of exportOf(failing, shop, 'json').chunks) {
        if ((fromUtf8(chunk) ?? '').includes('"last"')) happened.push('last message')
      }
    }
    await expect(pull()).rejects.toThrow('unavailable')
    expect(happened).toEqual(['load', 'last message', 'load', 'last message', 'load'])
  })

  it('[RC33] is called by shop and day, and says what it is', async () => {
    const storage = new MemoryStorage()
    const shop = await storeShop(storage, 'Cafe: "أمل"')
    expect(exportOf(storage, shop, 'html')).toMatchObject({
      name: 'hamsa-Cafe-أمل-2026-11-25.html',
      mediaType: 'text/html',
    })
    expect(exportOf(storage, shop, 'json')).toMatchObject({
      name: 'hamsa-Cafe-أمل-2026-11-25.json',
      mediaType: 'application/json',
    })
  })
})
