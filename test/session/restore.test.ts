import {
  identityFromSeed,
  makeSeed,
  sealBackup,
  stretchPassphrase,
  toBase64Url,
  toUtf8,
  type StretchPassphrase,
} from '@hamsa/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatInvite } from '../../client/identity/invite.ts'
import {
  decodeShop,
  encodeShop,
  makeShop,
  publicInvite,
  type ShopKeys,
} from '../../client/identity/shop-identity.ts'
import { conversationLogId } from '../../client/identity/shopper-identity.ts'
import { entriesRecords, fileRecords } from '../../client/recovery/file-records.ts'
import { encodeRecord } from '../../client/recovery/record-codec.ts'
import type { RecoveryContent } from '../../client/recovery/recovery-record.ts'
import { loadConversations } from '../../client/session/conversation-record.ts'
import { recoveryFile } from '../../client/session/recovery-file.ts'
import { restore, type RestoreResult } from '../../client/session/restore.ts'
import { eraseLeftovers, SHOP } from '../../client/session/shop-record.ts'
import { StorageError } from '../../client/storage/ports.ts'
import { forgeEntry } from '../helpers/forged-entry.ts'
import { repair } from '../helpers/log-repair.ts'
import { cheapStretch, testStorage } from '../helpers/test-storage.ts'
import { shopperOf, someEntry, stripped } from '../recovery/fixtures.ts'
import { MemoryStorage, MishapStorage, type Mishap } from './memory-storage.ts'
import {
  collect,
  contentsOf,
  NOW_MS,
  openSide,
  piecesOf,
  storeFullShop,
  storeShop,
  type ShopStorage,
} from './stored-shop.ts'

const PASSPHRASE = 'قهوة الصباح عند البحر'
const failed = (problem: string) => ({ type: 'failed', problem })

/** The file that a desk would save now. */
async function fileOf(
  storage: ShopStorage,
  shop: ShopKeys,
  stretch: StretchPassphrase = cheapStretch,
): Promise<Uint8Array> {
  const parts = { storage, shop, stretch, now: () => NOW_MS, onSaved: () => undefined }
  return Buffer.concat(await collect(recoveryFile(parts, PASSPHRASE).chunks))
}

/** A file that somebody who knows the passphrase makes by hand. */
async function sealedBy(records: readonly Uint8Array[]): Promise<Uint8Array> {
  const options = { passphrase: PASSPHRASE, stretch: cheapStretch }
  return Buffer.concat(await collect(sealBackup(records, options)))
}

async function sealedOf(...content: readonly RecoveryContent[]): Promise<Uint8Array> {
  return sealedBy((await collect(fileRecords(content))).map(encodeRecord))
}

function restoreInto(
  storage: ShopStorage,
  file: Uint8Array | AsyncIterable<Uint8Array>,
  {
    passphrase = PASSPHRASE,
    stretch = cheapStretch,
    onProgress = () => undefined,
  }: {
    readonly passphrase?: string
    readonly stretch?: StretchPassphrase
    readonly onProgress?: (records: number) => void
  } = {},
): Promise<RestoreResult> {
  const chunks = file instanceof Uint8Array ? piecesOf(file) : file
  return restore({ storage, stretch, now: () => NOW_MS, onProgress }, chunks, passphrase)
}

async function expectEmpty(storage: ShopStorage): Promise<void> {
  expect(await storage.vault.names('')).toEqual([])
}

describe('restoring a shop', () => {
  it('[RC40] gives back everything: the same screens, the same link; and goes on talking under a new writer', async () => {
    const old = testStorage()
    const { shop, shoppers } = await storeFullShop(old, { turns: 100, filler: '،'.repeat(240) })
    const file = await fileOf(old, shop)
    expect(file.length).toBeGreaterThan(300 * 1024)

    const fresh = testStorage()
    const progress: number[] = []
    const onProgress = (records: number) => void progress.push(records)
    expect(await restoreInto(fresh, file, { onProgress })).toEqual({ type: 'restored' })
    expect(progress).toEqual(progress.map((_, index) => index + 1))
    expect(progress.length).toBeGreaterThan(8)

    expect(await contentsOf(fresh, shop)).toEqual(await contentsOf(old, shop))
    expect(await fresh.vault.names('writer/')).toEqual([])
    expect(await fresh.vault.names('receipts/')).toEqual([])
    expect(await old.vault.names('receipts/')).toHaveLength(3)

    const restored = decodeShop((await fresh.vault.read(SHOP)) ?? new Uint8Array())
    if (restored === null) throw new Error('a shop was restored')
    const origin = 'https://shop.example'
    expect(formatInvite(origin, publicInvite(restored))).toBe(
      formatInvite(origin, publicInvite(shop)),
    )

    for (const [index, { record, side }] of shoppers.entries()) {
      const before = await openSide(old, shop, record)
      const after = await openSide(fresh, restored, record)
      expect(after.screen()).toEqual(before.screen())
      expect(after.screen().length).toBe(205)
      expect(after.log.epochName).toBe(before.log.epochName)
      expect(after.log.epoch).toBe(index < 2 ? 1 : 0)
      expect(after.log.writer).not.toEqual(before.log.writer)
      await after.say('back again')
      await side.say('welcome back')
      expect((await repair([after, side])).filter(({ type }) => type === 'refuse')).toEqual([])
      expect(after.texts().slice(-2).sort()).toEqual(['back again', 'welcome back'])
      expect(side.screen()).toEqual(after.screen())
    }
    old.close()
    fresh.close()
  })

  it('[RC40] works with the passphrase stretched as in a browser, and keeps to it', async () => {
    const stretch: StretchPassphrase = async (passphrase, salt) => {
      await Promise.resolve()
      return stretchPassphrase(passphrase, salt)
    }
    const old = new MemoryStorage()
    const { shop } = await storeFullShop(old)
    const file = await fileOf(old, shop, stretch)
    const fresh = new MemoryStorage()
    const wrong = await restoreInto(fresh, file, { stretch, passphrase: `${PASSPHRASE} ` })
    expect(wrong).toEqual(failed('wrong-passphrase'))
    await expectEmpty(fresh)
    expect(await restoreInto(fresh, file, { stretch })).toEqual({ type: 'restored' })
    expect(await contentsOf(fresh, shop)).toEqual(await contentsOf(old, shop))
  })

  it('[RC40] renews a certificate that has run out, and keeps the old one for what was written under it', async () => {
    const old = new MemoryStorage()
    const { shop } = await storeFullShop(old)
    const file = await fileOf(old, shop)
    const fresh = new MemoryStorage()
    const yearLater = NOW_MS + 365 * 24 * 60 * 60 * 1000
    const parts = {
      storage: fresh,
      stretch: cheapStretch,
      now: () => yearLater,
      onProgress: () => undefined,
    }
    expect(await restore(parts, piecesOf(file), PASSPHRASE)).toEqual({ type: 'restored' })
    const restored = decodeShop((await fresh.vault.read(SHOP)) ?? new Uint8Array())
    expect(restored?.certificate.notAfterMs).toBeGreaterThan(yearLater)
    const name = 'shop-certificates'
    expect(await fresh.vault.read(name)).toEqual(await old.vault.read(name))
  })

  it('[RC46] beside the storage that it was saved from: nothing is lost, nothing comes twice, nobody is marked', async () => {
    const first = testStorage()
    const { shop, shoppers } = await storeFullShop(first)
    const [shopper] = shoppers
    if (shopper === undefined) throw new Error('three shoppers')
    const yesterday = await fileOf(first, shop)
    const firstDesk = await openSide(first, shop, shopper.record)
    const known = firstDesk.texts().length
    for (let number = 0; number < 10; number++) await firstDesk.say(`since the backup ${number}`)
    await repair([firstDesk, shopper.side])

    const second = testStorage()
    expect(await restoreInto(second, yesterday)).toEqual({ type: 'restored' })
    const secondDesk = await openSide(second, shop, shopper.record)
    expect(secondDesk.texts()).toHaveLength(known)
    const said: string[] = []
    for (let number = 0; number < 100; number++) {
      for (const [name, side] of [
        ['first', firstDesk],
        ['second', secondDesk],
        ['shopper', shopper.side],
      ] as const) {
        said.push(`${name} ${number}`)
        await side.say(`${name} ${number}`)
      }
      // The shopper hears of one desk after the other, and not each time.
      if (number % 30 === 7) await repair([firstDesk, shopper.side])
      if (number % 30 === 22) await repair([secondDesk, shopper.side])
    }
    const sides = [firstDesk, secondDesk, shopper.side]
    const verdicts = await repair(sides)
    expect(verdicts.filter(({ type }) => type === 'refuse')).toEqual([])
    for (const side of sides) {
      const texts = side.texts()
      expect(texts.filter((text) => said.includes(text)).sort()).toEqual(said.toSorted())
      expect(texts).toHaveLength(known + 10 + 300)
      expect(side.screen()).toEqual(firstDesk.screen())
      expect(side.log.snapshot().equivocators).toEqual([])
    }
    expect(firstDesk.log.writer).not.toEqual(secondDesk.log.writer)
    first.close()
    second.close()
  })
})

describe('a restoring that comes to nothing', () => {
  /** Every write that a restoring makes, going wrong; then, in the browser that is opened again, another try and a new shop. */
  async function tryMishaps(makeStorage: () => ShopStorage, mishap: Mishap): Promise<number> {
    const old = new MemoryStorage()
    const { shop } = await storeFullShop(old, { turns: 1 })
    const file = await fileOf(old, shop)
    const whole = await contentsOf(old, shop)
    const another = new MemoryStorage()
    const { shop: anotherShop } = await storeFullShop(another, { turns: 1 })
    const anotherFile = await fileOf(another, anotherShop)
    const anotherWhole = await contentsOf(another, anotherShop)
    let wholes = 0
    for (let number = 0; ; number++) {
      const inner = makeStorage()
      const storage = new MishapStorage(inner, mishap, number)
      const result = await restoreInto(storage, file)
      if (!storage.happened) {
        expect(result).toEqual({ type: 'restored' })
        expect(wholes).toBe(mishap === 'after' ? 1 : 0)
        return number
      }
      expect(result, `write ${number}`).toEqual(failed('storage'))
      if ((await inner.vault.read(SHOP)) !== null) {
        expect(await contentsOf(inner, shop)).toEqual(whole)
        wholes++
        continue
      }
      if (mishap === 'full') await expectEmpty(inner)
      if (number % 2 === 0) {
        expect(await restoreInto(inner, anotherFile)).toEqual({ type: 'restored' })
        expect(await contentsOf(inner, anotherShop)).toEqual(anotherWhole)
      } else {
        expect(await eraseLeftovers(inner)).toBe(true)
        const other = await storeShop(inner, 'Another')
        expect(await loadConversations(inner.vault)).toEqual([])
        expect([...(await contentsOf(inner, other)).keys()].slice(0, -1)).toEqual([
          'shop',
          'shop-certificates',
        ])
        const { entries } = await inner.entries.load(
          conversationLogId(shop.root.signing.publicKey, shop.device.signing.publicKey),
        )
        expect(entries).toEqual([])
      }
    }
  }

  for (const mishap of ['full', 'before', 'after'] as const) {
    it(`[RC41] [RC42] leaves no shop, or a whole one, whichever write goes wrong (${mishap})`, async () => {
      // Emptying, 2 × openings, staff log, 3 × (conversation, log), certificates, the shop.
      expect(await tryMishaps(() => new MemoryStorage(), mishap)).toBe(12)
      expect(await tryMishaps(() => testStorage(), mishap)).toBe(12)
    })
  }

  it('[RC41] leaves nothing of what came before a fault', async () => {
    const old = new MemoryStorage()
    const { shop } = await storeFullShop(old)
    const file = await fileOf(old, shop)
    for (const fresh of [new MemoryStorage(), testStorage()]) {
      let mostNames = 0
      const watched: ShopStorage = {
        entries: fresh.entries,
        eraseAll: () => fresh.eraseAll(),
        vault: {
          ...fresh.vault,
          write: async (name, bytes) => {
            await fresh.vault.write(name, bytes)
            mostNames = Math.max(mostNames, (await fresh.vault.names('')).length)
          },
        },
      }
      expect(await restoreInto(watched, file.subarray(0, -1))).toEqual(failed('cut-short'))
      expect(mostNames).toBe(5)
      await expectEmpty(fresh)
    }
  })

  it('[RC41] empties the storage too when the passphrase could not be stretched, and says so', async () => {
    const old = new MemoryStorage()
    const { shop } = await storeFullShop(old, { turns: 1 })
    const file = await fileOf(old, shop)
    const fresh = new MemoryStorage()
    const stretch = () => Promise.reject(new Error('no memory'))
    await expect(restoreInto(fresh, file, { stretch })).rejects.toThrow('no memory')
    await expectEmpty(fresh)
  })

  it('[RC43] never touches a storage that has a shop', async () => {
    const old = new MemoryStorage()
    const { shop } = await storeFullShop(old, { turns: 1 })
    const file = await fileOf(old, shop)
    const taken = new MemoryStorage()
    const { shop: there } = await storeFullShop(taken, { turns: 1 })
    const before = await contentsOf(taken, there)
    const writers = await taken.vault.names('writer/')
    for (const bytes of [file, file.subarray(0, 500), toUtf8('no file')]) {
      expect(await restoreInto(taken, bytes)).toEqual({ type: 'occupied' })
      expect(await contentsOf(taken, there)).toEqual(before)
      expect(await taken.vault.names('writer/')).toEqual(writers)
    }
    expect(await eraseLeftovers(taken)).toBe(false)
    expect(await contentsOf(taken, there)).toEqual(before)
  })

  it('[RC43] never erases when it cannot tell whether a shop is there', async () => {
    const taken = new MemoryStorage()
    const { shop } = await storeFullShop(taken, { turns: 1 })
    const before = await contentsOf(taken, shop)
    for (const code of ['corrupt', 'locked', 'unavailable', 'newer-version'] as const) {
      const unsure: ShopStorage = {
        entries: taken.entries,
        eraseAll: () => taken.eraseAll(),
        vault: { ...taken.vault, read: () => Promise.reject(new StorageError(code)) },
      }
      expect(await restoreInto(unsure, toUtf8('no file'))).toEqual(failed('storage'))
      expect(await contentsOf(taken, shop)).toEqual(before)
    }
  })

  it('[RC43] neither erases nor replaces a shop that appears under way', async () => {
    const old = new MemoryStorage()
    const { shop } = await storeFullShop(old, { turns: 1 })
    const file = await fileOf(old, shop)
    const other = encodeShop(makeShop({ name: 'Another', nowMs: NOW_MS }))
    for (const bytes of [file, file.subarray(0, -1)]) {
      const fresh = new MemoryStorage()
      async function* withIntruder() {
        yield* piecesOf(bytes.subarray(0, 1_000))
        await fresh.vault.write(SHOP, other)
        yield* piecesOf(bytes.subarray(1_000))
      }
      expect(await restoreInto(fresh, withIntruder())).toEqual({ type: 'occupied' })
      expect(await fresh.vault.read(SHOP)).toEqual(other)
    }
  })
})

describe('a file that cannot be restored', () => {
  it('[RC45] any bytes are no file, and leave the storage empty', async () => {
    const magic = toUtf8('HAMSA')
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 400 }),
        fc.constantFrom('', 'HAMSA', 'HAMSA\x01'),
        fc.integer({ min: 1, max: 200 }),
        async (rest, start, size) => {
          const fresh = new MemoryStorage()
          const bytes = Buffer.concat([toUtf8(start), rest])
          const result = await restoreInto(fresh, piecesOf(bytes, size))
          if (start === '') expect(result).toEqual(failed('not-a-backup'))
          else expect(result.type).toBe('failed')
          await expectEmpty(fresh)
        },
      ),
      { numRuns: 500, examples: [[new Uint8Array(), '', 1]] },
    )
    const fresh = new MemoryStorage()
    expect(await restoreInto(fresh, magic)).toEqual(failed('not-a-backup'))
    expect(await restoreInto(fresh, Buffer.concat([magic, Uint8Array.of(2)]))).toEqual(
      failed('newer-version'),
    )
  })

  it('[RC45] one that was cut, changed or lengthened anywhere says so, and leaves the storage empty', async () => {
    const old = new MemoryStorage()
    const { shop } = await storeFullShop(old, { turns: 1 })
    const file = await fileOf(old, shop)
    const headBytes = 41 + 48 + 8
    const places = [
      ...Array.from({ length: headBytes + 8 }, (_, at) => at),
      ...Array.from({ length: 60 }, (_, part) => Math.floor((file.length * part) / 60)),
      file.length - 1,
    ]
    const fresh = new MemoryStorage()
    for (const at of places) {
      const cut = await restoreInto(fresh, file.subarray(0, at))
      expect(cut, `cut at ${at}`).toEqual(failed(at < 6 ? 'not-a-backup' : 'cut-short'))
      await expectEmpty(fresh)
      const changed = new Uint8Array(file)
      changed[at] = (changed[at] ?? 0) ^ 0x40
      const result = await restoreInto(fresh, changed)
      const problems =
        at < 5
          ? ['not-a-backup']
          : at === 5
            ? ['newer-version']
            : at < headBytes
              ? ['damaged']
              : ['damaged', 'cut-short'] // a length may have grown beyond the end
      expect(problems.map(failed), `changed at ${at}`).toContainEqual(result)
      await expectEmpty(fresh)
    }
    expect(await restoreInto(fresh, Buffer.concat([file, Uint8Array.of(0)]))).toEqual(
      failed('damaged'),
    )
    await expectEmpty(fresh)
  })

  it('[RC45] one that can no longer be read under way is cut short', async () => {
    const old = new MemoryStorage()
    const { shop } = await storeFullShop(old, { turns: 1 })
    const file = await fileOf(old, shop)
    const fresh = new MemoryStorage()
    async function* pulledOut() {
      yield* piecesOf(file.subarray(0, 3_000))
      throw new DOMException('the stick is gone', 'NotReadableError')
    }
    expect(await restoreInto(fresh, pulledOut())).toEqual(failed('cut-short'))
    await expectEmpty(fresh)
  })

  it('[RC45] one with records of a later Hamsa says so', async () => {
    const keys = makeShop({ name: 'Yasmin', nowMs: NOW_MS })
    const shop = encodeRecord({ type: 'shop', keys })
    const fresh = new MemoryStorage()
    for (const later of [Uint8Array.of(2, 1), Uint8Array.of(1, 8, 0), Uint8Array.of(9)]) {
      const file = await sealedBy([shop, later])
      expect(await restoreInto(fresh, file)).toEqual(failed('newer-version'))
      await expectEmpty(fresh)
    }
    for (const broken of [Uint8Array.of(1, 7), Uint8Array.of(0, 9), new Uint8Array()]) {
      expect(await restoreInto(fresh, await sealedBy([shop, broken]))).toEqual(failed('unfit'))
      await expectEmpty(fresh)
    }
  })

  it('[RC44] takes no entry that its author has not signed, and no opening', async () => {
    const old = new MemoryStorage()
    const { shop, shoppers } = await storeFullShop(old, { turns: 1 })
    const [shopper, other] = shoppers
    if (shopper === undefined || other === undefined) throw new Error('three shoppers')
    const { record } = shopper
    const root = shop.root.signing.publicKey
    const log = { kind: 'conversation', id: conversationLogId(root, record.shopper) } as const
    const start = [
      { type: 'shop', keys: shop },
      { type: 'conversation', ...record },
    ] as const
    const { entries } = await old.entries.load(log.id)
    const fresh = new MemoryStorage()
    expect(
      await restoreInto(fresh, await sealedOf(...start, ...entriesRecords(log, entries))),
    ).toEqual({ type: 'restored' })
    const [honest] = entries
    if (honest === undefined) throw new Error('something was said')
    const someoneElses = forgeEntry({ ref: log }, identityFromSeed(makeSeed()).signing)
    for (const forged of [
      { ...someoneElses, author: record.shopper },
      { ...honest, signature: someoneElses.signature },
      { ...honest, wallTimeMs: honest.wallTimeMs + 1 },
      someEntry(log.id, stripped(9)),
    ]) {
      await fresh.eraseAll()
      const content = [...start, ...entriesRecords(log, [...entries, forged])]
      expect(await restoreInto(fresh, await sealedOf(...content))).toEqual(failed('unfit'))
      await expectEmpty(fresh)
      expect((await fresh.entries.load(log.id)).entries).toEqual([])
    }

    const name = `epochs/${toBase64Url(log.id)}`
    const openings = (await old.vault.read(name)) ?? new Uint8Array()
    const foreign = `epochs/${toBase64Url(conversationLogId(root, other.record.shopper))}`
    const unsigned = openings.slice()
    unsigned[unsigned.length - 40] = (unsigned[unsigned.length - 40] ?? 0) ^ 1
    for (const vault of [
      { name: foreign, bytes: openings },
      { name, bytes: unsigned },
      { name, bytes: openings.slice(0, -1) },
      { name, bytes: new Uint8Array() },
      { name: 'epochs/AAAA', bytes: openings },
      { name: `${name}/0`, bytes: openings },
    ]) {
      await fresh.eraseAll()
      const file = await sealedOf(...start, { type: 'vault', ...vault })
      expect(await restoreInto(fresh, file), vault.name).toEqual(failed('unfit'))
      await expectEmpty(fresh)
    }
  })

  it('[RC45] a shopper’s, or one whose parts do not belong together, is unfit for a desk', async () => {
    const shop = makeShop({ name: 'Yasmin', nowMs: NOW_MS })
    const fresh = new MemoryStorage()
    const end = {
      type: 'end',
      counts: { conversations: 1, certificates: 0, vault: 0, entries: 0 },
    } as const
    for (const file of [
      await sealedOf(shopperOf(shop)),
      await sealedOf(),
      await sealedBy([]),
      await sealedOf({ type: 'shop', keys: shop }, { type: 'shop', keys: shop }),
      await sealedBy([encodeRecord({ type: 'shop', keys: shop })]),
      await sealedBy([{ type: 'shop', keys: shop } as const, end].map(encodeRecord)),
    ]) {
      expect(await restoreInto(fresh, file)).toEqual(failed('unfit'))
      await expectEmpty(fresh)
    }
    expect(await restoreInto(fresh, await sealedOf({ type: 'shop', keys: shop }))).toEqual({
      type: 'restored',
    })
  })
})
