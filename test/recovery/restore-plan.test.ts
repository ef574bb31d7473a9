import { randomBytes } from '@hamsa/crypto'
import { describe, expect, it } from 'vitest'
import { makeShop } from '../../client/identity/shop-identity.ts'
import { conversationLogId, staffLogId } from '../../client/identity/shopper-identity.ts'
import type { LogRef } from '../../client/conversation/log.ts'
import { entriesRecords, fileRecords } from '../../client/recovery/file-records.ts'
import {
  encodeRecord,
  MAX_ENTRIES_A_RECORD,
  MAX_RECORD_BYTES,
  parseRecord,
} from '../../client/recovery/record-codec.ts'
import type { RecoveryContent, RecoveryRecord } from '../../client/recovery/recovery-record.ts'
import { restorePlan, type RestoreStep } from '../../client/recovery/restore-plan.ts'
import {
  certificateOf,
  NOW_MS,
  shop,
  shopperOf,
  someConversation,
  someEntry,
  someLogId,
  stripped,
  whole,
} from './fixtures.ts'

const root = shop.root.signing.publicKey
const other = makeShop({ name: 'متجر همسة', nowMs: NOW_MS })
const amal = someConversation()
const badr = someConversation()
const logOf = ({ shopper }: typeof amal): LogRef => ({
  kind: 'conversation',
  id: conversationLogId(root, shopper),
})
const staff: LogRef = { kind: 'staff', id: staffLogId(root) }
const room: LogRef = { kind: 'room', id: someLogId() }
const epoch = { type: 'vault', name: 'epochs/AAAA', bytes: randomBytes(9) } as const
const certificates = { type: 'certificates', certificates: [certificateOf(shop)] } as const

function entriesOf(log: LogRef): RecoveryContent {
  return {
    type: 'entries',
    log,
    entries: [someEntry(log.id, whole(randomBytes(5))), someEntry(log.id, stripped(4))],
  }
}

/** All that a shop's file can hold. */
const shopFile: readonly RecoveryContent[] = [
  { type: 'shop', keys: shop },
  certificates,
  amal,
  badr,
  epoch,
  entriesOf(logOf(amal)),
  entriesOf(logOf(badr)),
  entriesOf(logOf(amal)),
  entriesOf(staff),
  entriesOf(room),
]
const shopper = shopperOf(shop)
const own: LogRef = {
  kind: 'conversation',
  id: conversationLogId(root, shopper.keys.identity.signing.publicKey),
}
const shopperFile: readonly RecoveryContent[] = [
  shopper,
  certificates,
  entriesOf(own),
  entriesOf(room),
]

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

const fileOf = (content: readonly RecoveryContent[]) => collect(fileRecords(content))
const planOf = (records: Iterable<RecoveryRecord | null>) => collect(restorePlan(records))
const planFor = async (...content: RecoveryContent[]) => planOf(await fileOf(content))

async function expectRefused(problem: string, ...content: RecoveryContent[]): Promise<void> {
  expect((await planFor(...content)).at(-1)).toEqual({ type: 'refused', problem })
}

/** The steps of a file that is restored as it is. */
function wholeOf(content: readonly RecoveryContent[], steps: readonly RestoreStep[]): void {
  const end = steps.at(-1)
  expect(steps.slice(0, -1)).toEqual(content.map((record) => ({ type: 'write', record })))
  expect(end).toMatchObject({ type: 'end', whole: true })
}

describe('restoring', () => {
  it('[RC10] gives back what was put in, through bytes, for a shop and for a shopper', async () => {
    for (const content of [shopFile, shopperFile]) {
      const bytes = (await fileOf(content)).map(encodeRecord)
      wholeOf(content, await planOf(bytes.map(parseRecord)))
    }
  })

  it('[RC11] tells how much there was', async () => {
    expect((await planFor(...shopFile)).at(-1)).toEqual({
      type: 'end',
      whole: true,
      counts: { conversations: 2, certificates: 1, vault: 1, entries: 10 },
    })
  })

  it('[RC11] tells a whole file from one that ends early, or that lacks a record', async () => {
    const file = await fileOf(shopFile)
    for (let length = 1; length < file.length; length++) {
      const steps = await planOf(file.slice(0, length))
      expect(steps.length).toBe(length + 1)
      expect(steps.at(-1)).toMatchObject({ type: 'end', whole: false })
    }
    for (const missing of [1, 4, 5, 8, 9]) {
      const steps = await planOf(file.filter((_, index) => index !== missing))
      expect(steps.at(-1), `without ${missing}`).toMatchObject({ type: 'end', whole: false })
    }
    const lonely = await fileOf([shopFile[0] ?? amal, amal])
    expect(
      (await planOf(lonely.filter(({ type }) => type !== 'conversation'))).at(-1),
    ).toMatchObject({ type: 'end', whole: false })
  })

  it('[RC12] refuses a file that begins with no identity, or has nothing in it', async () => {
    await expectRefused('no-identity')
    await expectRefused('no-identity', amal)
    await expectRefused('no-identity', certificates)
    expect(await planOf([])).toEqual([{ type: 'refused', problem: 'no-identity' }])
  })

  it('[RC12] refuses a file of two shops, two shoppers, or a shop and a shopper', async () => {
    await expectRefused('mixed', ...shopFile, { type: 'shop', keys: other })
    await expectRefused('mixed', ...shopFile, { type: 'shop', keys: shop })
    await expectRefused('mixed', ...shopFile, shopper)
    await expectRefused('mixed', ...shopperFile, shopperOf(shop))
    await expectRefused('mixed', ...shopperFile, { type: 'shop', keys: shop })
  })

  it('[RC13] refuses entries of a log that is not of this file', async () => {
    const [first] = shopFile
    if (first === undefined) throw new Error('a file has a first record')
    await expectRefused('mixed', first, entriesOf(logOf(amal)))
    await expectRefused('mixed', first, entriesOf(logOf(amal)), amal)
    const foreign = conversationLogId(other.root.signing.publicKey, amal.shopper)
    await expectRefused('mixed', first, amal, entriesOf({ kind: 'conversation', id: foreign }))
    const foreignStaff = staffLogId(other.root.signing.publicKey)
    await expectRefused('mixed', first, entriesOf({ kind: 'staff', id: foreignStaff }))
    await expectRefused('mixed', shopper, entriesOf(staff))
    await expectRefused('mixed', shopper, entriesOf(logOf(amal)))
    await expectRefused('mixed', shopper, amal)
    await expectRefused('mixed', first, { ...amal, shopper: root })
  })

  it('[RC13] takes no log under another kind, in whatever order', async () => {
    const [first] = shopFile
    if (first === undefined) throw new Error('a file has a first record')
    await expectRefused('mixed', first, amal, entriesOf({ ...logOf(amal), kind: 'room' }))
    await expectRefused('mixed', first, entriesOf({ ...logOf(amal), kind: 'room' }), amal)
    await expectRefused('mixed', first, entriesOf({ ...staff, kind: 'room' }))
    await expectRefused('mixed', first, entriesOf({ ...staff, kind: 'conversation' }))
    await expectRefused('mixed', first, entriesOf(room), entriesOf({ ...room, kind: 'staff' }))
  })

  it('[RC14] refuses keys that do not fit each other', async () => {
    const keys = shopFile[0]?.type === 'shop' ? shopFile[0].keys : shop
    const { signature } = other.certificate
    const forged = { ...keys, certificate: { ...keys.certificate, signature } }
    await expectRefused('keys-do-not-fit', { type: 'shop', keys: forged })
    const inbox = { ...keys.inboxCertificate, signature: other.inboxCertificate.signature }
    await expectRefused('keys-do-not-fit', {
      type: 'shop',
      keys: { ...keys, inboxCertificate: inbox },
    })
    await expectRefused('keys-do-not-fit', { ...shopper, invite: shopperOf(other).invite })
    await expectRefused('keys-do-not-fit', { ...shopper, invite: 'x' })
    await expectRefused('keys-do-not-fit', { ...shopper, root: other.root.signing.publicKey })
    const foreign = {
      type: 'certificates',
      certificates: [certificateOf(shop), certificateOf(other)],
    } as const
    await expectRefused('keys-do-not-fit', ...shopFile, foreign)
    await expectRefused('keys-do-not-fit', ...shopperFile, foreign)
  })

  it('[RC15] refuses what comes twice, behind the end, or cannot be read', async () => {
    await expectRefused('repeated', ...shopFile, { ...amal, read: 0 })
    await expectRefused('repeated', ...shopFile, { ...epoch, bytes: randomBytes(1) })
    const file = await fileOf(shopFile)
    expect((await planOf([...file, badr])).at(-1)).toEqual({
      type: 'refused',
      problem: 'after-end',
    })
    expect((await planOf([...file, ...file.slice(-1)])).at(-1)).toEqual({
      type: 'refused',
      problem: 'after-end',
    })
    expect(await planOf([...file.slice(0, 2), null, ...file.slice(2)])).toEqual([
      ...file.slice(0, 2).map((record) => ({ type: 'write', record })),
      { type: 'refused', problem: 'malformed' },
    ])
  })
})

describe('entries of a log', () => {
  it('[RC5] are cut into records that keep the limits, in order, none lost', () => {
    const small = Array.from({ length: 600 }, (_, index) =>
      someEntry(room.id, whole(randomBytes(4)), { sequence: index }),
    )
    const large = [200_000, 261_800, 261_800, 1, 300, 250_000].map((size) =>
      someEntry(room.id, whole(new Uint8Array(size))),
    )
    for (const entries of [small, large, [...small.slice(0, 300), ...large], []]) {
      const records = [...entriesRecords(room, entries)]
      expect(records.flatMap((record) => record.entries)).toEqual(entries)
      for (const record of records) {
        expect(record.log).toBe(room)
        expect(record.entries.length).toBeLessThanOrEqual(MAX_ENTRIES_A_RECORD)
        expect(encodeRecord(record).length).toBeLessThanOrEqual(MAX_RECORD_BYTES)
      }
    }
    expect([...entriesRecords(room, small)].map(({ entries }) => entries.length)).toEqual([
      256, 256, 88,
    ])
  })

  it('[RC5] fill a record to its last byte', () => {
    const sized = (size: number) => someEntry(room.id, whole(new Uint8Array(size)))
    const [empty] = [...entriesRecords(room, [sized(0)])].map(encodeRecord)
    const headBytes = 1 + 1 + 1 + 32 + 2
    const eachBytes = (empty?.length ?? 0) - headBytes
    const restBytes = MAX_RECORD_BYTES - headBytes - 3 * eachBytes - 400_000
    const cut = (last: number) => [
      ...entriesRecords(room, [sized(200_000), sized(200_000), sized(last)]),
    ]
    expect(
      cut(restBytes)
        .map(encodeRecord)
        .map(({ length }) => length),
    ).toEqual([MAX_RECORD_BYTES])
    expect(cut(restBytes + 1).map(({ entries }) => entries.length)).toEqual([2, 1])
  })
})
