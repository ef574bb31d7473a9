import { openBackup, randomBytes, toBase64Url, toHex, type SigningPublicKey } from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import { causesOf } from '../../client/conversation/entry-index.ts'
import { parseOpening } from '../../client/conversation/epoch-opening.ts'
import { LogEntry } from '../../client/conversation/log-entry.ts'
import { renewCertificate } from '../../client/identity/shop-identity.ts'
import { conversationLogId } from '../../client/identity/shopper-identity.ts'
import { MAX_ENTRIES_A_RECORD, parseRecord } from '../../client/recovery/record-codec.ts'
import type { RecoveryRecord } from '../../client/recovery/recovery-record.ts'
import { idOfCertificate, saveCertificates } from '../../client/session/certificate-book.ts'
import { SHOP_CERTIFICATES } from '../../client/session/shop-record.ts'
import { decodeOpenings } from '../../client/session/epoch-records.ts'
import { recoveryFile, type RecoveryFileParts } from '../../client/session/recovery-file.ts'
import { StorageError } from '../../client/storage/ports.ts'
import { repair } from '../helpers/log-repair.ts'
import { cheapStretch } from '../helpers/test-storage.ts'
import { someEntry, whole } from '../recovery/fixtures.ts'
import { loadingBy, MemoryStorage } from './memory-storage.ts'
import {
  addShopper,
  collect,
  NOW_MS,
  openSide,
  piecesOf,
  storeFullShop,
  storeShop,
  turnEpoch,
} from './stored-shop.ts'

const PASSPHRASE = 'قهوة الصباح عند البحر'

function fileOf(parts: Pick<RecoveryFileParts, 'storage' | 'shop'> & Partial<RecoveryFileParts>) {
  return recoveryFile(
    { stretch: cheapStretch, now: () => NOW_MS, onSaved: () => undefined, ...parts },
    PASSPHRASE,
  )
}

async function recordsIn(file: Uint8Array): Promise<RecoveryRecord[]> {
  const options = { passphrase: PASSPHRASE, stretch: cheapStretch }
  const records = (await collect(openBackup(piecesOf(file), options))).map(parseRecord)
  return records.filter((record) => record !== null)
}

describe('a recovery file', () => {
  it('[RC30] counts as saved when its last chunk was pulled and the end asked for, and not before', async () => {
    const storage = new MemoryStorage()
    const { shop } = await storeFullShop(storage)
    const told: string[] = []
    const onSaved = async (): Promise<void> => {
      await Promise.resolve()
      told.push('saved')
    }
    const { chunks } = fileOf({ storage, shop, onSaved })
    let pulled = 0
    for await (const chunk of chunks) {
      expect(chunk.length).toBeGreaterThan(0)
      expect(told).toEqual([])
      pulled++
    }
    expect(pulled).toBeGreaterThan(10)
    expect(told).toEqual(['saved'])

    let left = pulled - 1
    for await (const chunk of fileOf({ storage, shop, onSaved }).chunks) {
      if (chunk.length === 0 || --left === 0) break // whoever saves gave up, ahead of the last chunk
    }
    expect(told).toEqual(['saved'])
  })

  it('[RC30] fails for whoever pulls when storage fails, or when it cannot be noted as saved', async () => {
    const storage = new MemoryStorage()
    const { shop } = await storeFullShop(storage)
    let saved = 0
    const onSaved = (): void => {
      saved++
    }
    const unreadable = loadingBy(storage, () => Promise.reject(new StorageError('unavailable')))
    await expect(collect(fileOf({ storage: unreadable, shop, onSaved }).chunks)).rejects.toThrow(
      'unavailable',
    )
    const names = () => Promise.reject(new StorageError('locked'))
    const unlisted = { ...storage, entries: storage.entries, vault: { ...storage.vault, names } }
    await expect(collect(fileOf({ storage: unlisted, shop, onSaved }).chunks)).rejects.toThrow(
      'locked',
    )
    expect(saved).toBe(0)
    const full = () => Promise.reject(new StorageError('full'))
    await expect(collect(fileOf({ storage, shop, onSaved: full }).chunks)).rejects.toThrow('full')
  })

  it('[RC31] is read log after log, each only when the one before is written, and holds one record at a time', async () => {
    const storage = new MemoryStorage()
    const shop = await storeShop(storage)
    const root = shop.root.signing.publicKey
    for (const number of [0, 1, 2]) {
      const { record } = await addShopper(storage, shop, number)
      const log = conversationLogId(root, record.shopper)
      await storage.entries.put(
        log,
        Array.from({ length: 300 }, () => someEntry(log, whole(randomBytes(10)))),
      )
    }
    const happened: string[] = []
    const watched = loadingBy(storage, async (log) => {
      const loaded = await storage.entries.load(log)
      happened.push(`load ${loaded.entries.length}`)
      return loaded
    })
    for await (const chunk of fileOf({ storage: watched, shop }).chunks) {
      happened.push('chunk')
      expect(chunk.length).toBeLessThan(513 * 1024)
    }
    const staff = happened.indexOf('load 0')
    // Of the conversations: the record itself, then 300 entries in two.
    expect(MAX_ENTRIES_A_RECORD).toBe(256)
    const each = ['chunk', 'load 300', 'chunk', 'chunk']
    expect(happened.slice(staff)).toEqual([
      'load 0',
      ...each,
      ...each,
      ...each,
      ...['chunk', 'chunk', 'chunk'], // certificates, the end, and the end of the seal
    ])
  })

  it('[RC32] hangs together though the desk goes on while it is made', async () => {
    const storage = new MemoryStorage()
    const shop = await storeShop(storage)
    const shoppers = await Promise.all([0, 1, 2].map((n) => addShopper(storage, shop, n)))
    const later = renewCertificate(shop, NOW_MS + 25 * 24 * 60 * 60 * 1000)
    expect(later).not.toBe(shop)
    const desks = await Promise.all(shoppers.map(({ record }) => openSide(storage, shop, record)))
    let said = 0
    /** Something happens in every conversation: words from both sides, an epoch, and then words under a new certificate. */
    async function goOn(): Promise<void> {
      for (const [index, shopper] of shoppers.entries()) {
        const desk = desks[index]
        if (desk === undefined) throw new Error('a desk for each')
        await desk.say(`shop ${said++}`)
        await shopper.side.say(`shopper ${said++}`)
        await repair([desk, shopper.side])
        await turnEpoch(desk, shop, shopper)
        await desk.say(`in the next epoch ${said++}`)
      }
    }
    await goOn()
    let chunks = 0
    const pieces: Uint8Array[] = []
    for await (const chunk of fileOf({ storage, shop }).chunks) {
      pieces.push(chunk)
      if (chunks++ > 12) continue
      if (chunks === 5) {
        await saveCertificates(storage.vault, SHOP_CERTIFICATES, [
          shop.certificate,
          later.certificate,
        ])
        for (const [index, { record }] of shoppers.entries()) {
          desks[index] = await openSide(storage, later, record)
        }
      }
      await goOn()
    }
    const records = await recordsIn(Buffer.concat(pieces))
    const entries = records.flatMap((record) => (record.type === 'entries' ? record.entries : []))
    expect(entries.length).toBeGreaterThan(40)
    expect(entries.length).toBeLessThan(said) // some came too late

    const nameOf = (author: SigningPublicKey, writer: Uint8Array, sequence: number) =>
      `${toHex(author)} ${toHex(writer)} ${sequence}`
    const ids = new Set(entries.map(({ id }) => toBase64Url(id)))
    const places = new Set(entries.map((one) => nameOf(one.author, one.writer, one.sequence)))
    const lacking = entries.filter((entry) =>
      causesOf(new LogEntry(entry, 'conversation')).some((cause) => !ids.has(toBase64Url(cause))),
    )
    expect(lacking).toEqual([])

    const openings = records.flatMap((record) =>
      record.type === 'vault' ? (decodeOpenings(record.bytes) ?? []) : [],
    )
    expect(openings.length).toBeGreaterThanOrEqual(3)
    const cuts = openings.flatMap((bytes) => parseOpening(bytes)?.cut ?? [])
    expect(cuts.length).toBeGreaterThanOrEqual(6)
    for (const { author, writer, sequence } of cuts) {
      expect(places.has(nameOf(author, writer, sequence))).toBe(true)
    }

    const certificates = records.flatMap((record) =>
      record.type === 'certificates' ? record.certificates.map(idOfCertificate) : [],
    )
    const known = new Set(certificates.map(toHex))
    const used = entries.filter(({ certificate }) => certificate.some((byte) => byte !== 0))
    expect(new Set(used.map(({ certificate }) => toHex(certificate))).size).toBe(2)
    expect(used.every(({ certificate }) => known.has(toHex(certificate)))).toBe(true)
  })

  it('[RC33] is called by shop and day, in a name that every file system takes', async () => {
    const storage = new MemoryStorage()
    const names: [string, string][] = [
      ['متجر أمل', 'hamsa-متجر-أمل-2026-11-25.hamsa'],
      ['Yasmin', 'hamsa-Yasmin-2026-11-25.hamsa'],
      ['../../etc/passwd', 'hamsa-etc-passwd-2026-11-25.hamsa'],
      ['C:\\shop: "a" <b> | c? * d.', 'hamsa-C-shop-a-b-c-d-2026-11-25.hamsa'],
      ['☕️👩‍💻', 'hamsa-2026-11-25.hamsa'],
      ['مقهى ☕️', 'hamsa-مقهى-2026-11-25.hamsa'],
    ]
    for (const [shopName, expected] of names) {
      const shop = await storeShop(storage, shopName)
      expect(fileOf({ storage, shop }).name).toBe(expected)
    }
    const long = fileOf({ storage, shop: await storeShop(storage, 'أمل'.repeat(25)) }).name
    expect(Buffer.byteLength(long)).toBeLessThan(160)
    expect(long.isWellFormed()).toBe(true)
    expect(long).toMatch(/^hamsa-(أمل)+أ?م?-2026-11-25\.hamsa$/)
  })
})
