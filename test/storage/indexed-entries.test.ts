import { openDB } from 'idb'
import { describe, expect, it } from 'vitest'
import { identityFromSeed, makeSeed, randomBytes, type SigningPublicKey } from '@hamsa/crypto'
import { makeWriterId, parseEntryId, parseLogId } from '../../client/conversation/ids.ts'
import type { EntryId, LogId, WriterId } from '../../client/conversation/log.ts'
import type { StoredEntry } from '../../client/storage/ports.ts'
import { testStorage } from '../helpers/test-storage.ts'

function logId(): LogId {
  const id = parseLogId(randomBytes(32))
  if (id === null) throw new Error('32 bytes')
  return id
}

function entryId(): EntryId {
  const id = parseEntryId(randomBytes(32))
  if (id === null) throw new Error('32 bytes')
  return id
}

const author = (): SigningPublicKey => identityFromSeed(makeSeed()).signing.publicKey

const row = (log: LogId, writer: WriterId, sequence: number, by = author()): StoredEntry => ({
  log,
  epoch: 0,
  id: entryId(),
  author: by,
  writer,
  sequence,
  sealed: randomBytes(80),
})

const bySequence = (left: StoredEntry, right: StoredEntry): number => left.sequence - right.sequence

describe('stored entries', () => {
  it('come back whole, of one log only, after the storage was opened again', async () => {
    const first = testStorage()
    const log = logId()
    const rows = [0, 1, 2].map((sequence) => row(log, makeWriterId(), sequence))
    await first.entries.put([...rows, row(logId(), makeWriterId(), 0)])
    first.close()
    const second = testStorage(first.name)
    expect([...(await second.entries.list(log))].sort(bySequence)).toEqual(rows)
    second.close()
  })

  it('are not overwritten by another author who copies writer and sequence', async () => {
    const { entries, close } = testStorage()
    const log = logId()
    const writer = makeWriterId()
    const mine = row(log, writer, 0)
    const copied = row(log, writer, 0)
    await entries.put([mine])
    await entries.put([copied])
    expect(await entries.list(log)).toHaveLength(2)
    expect(await entries.list(log)).toEqual(expect.arrayContaining([mine, copied]))
    close()
  })

  it('leave out a damaged row and keep the others', async () => {
    const { entries, name, close } = testStorage()
    const log = logId()
    const good = row(log, makeWriterId(), 0)
    const bad = row(log, makeWriterId(), 1)
    await entries.put([good, bad])
    const database = await openDB(name)
    const keys = await database.getAllKeys('entries')
    for (const key of keys) {
      const value: unknown = await database.get('entries', key)
      if (
        typeof value === 'object' &&
        value !== null &&
        'sequence' in value &&
        value.sequence === 1
      ) {
        await database.put('entries', { ...value, author: 'nobody' }, key)
      }
    }
    database.close()
    expect(await entries.list(log)).toEqual([good])
    close()
  })

  it('are all written or none', async () => {
    const { entries, close } = testStorage()
    const log = logId()
    const unclonable = { ...row(log, makeWriterId(), 1), sealed: (() => 0) as never }
    await expect(entries.put([row(log, makeWriterId(), 0), unclonable])).rejects.toMatchObject({
      name: 'StorageError',
    })
    expect(await entries.list(log)).toEqual([])
    close()
  })

  it('go when their log is erased, and those of other logs stay', async () => {
    const { entries, close } = testStorage()
    const kept = row(logId(), makeWriterId(), 0)
    const erased = row(logId(), makeWriterId(), 0)
    await entries.put([kept, erased])
    await entries.erase(erased.log)
    expect(await entries.list(erased.log)).toEqual([])
    expect(await entries.list(kept.log)).toEqual([kept])
    close()
  })
})
