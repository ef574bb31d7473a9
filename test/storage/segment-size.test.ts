import { describe, expect, it } from 'vitest'
import { testStorage } from '../helpers/test-storage.ts'
import { makeLogId, makeTalk } from './entry-fixtures.ts'
import { rawRows } from './raw-database.ts'

const TEXT_BYTES = 300
/** Version of the body ahead of the text. */
const BODY_BYTES = TEXT_BYTES + 1

describe('size at rest', () => {
  const bytesOf = async (name: string): Promise<number> =>
    (await rawRows(name, 'segments')).reduce((sum, { bytes }) => sum + bytes.length, 0)

  it('[ST12] is at most twice the text while messages come one by one', async () => {
    const storage = testStorage()
    const log = makeLogId()
    for (const entry of makeTalk(250, BODY_BYTES)) await storage.entries.put(log, [entry])
    await storage.entries.put(log, []) // comes after the merge
    expect(await rawRows(storage.name, 'segments')).toHaveLength(1 + 250 - 128)
    expect(await bytesOf(storage.name)).toBeLessThanOrEqual(2 * 250 * TEXT_BYTES)
    storage.close()
  })

  it('[ST12] is less than one and a half times the text once merged', async () => {
    const storage = testStorage()
    const log = makeLogId()
    await storage.entries.put(log, makeTalk(2_000, BODY_BYTES))
    expect(await bytesOf(storage.name)).toBeLessThanOrEqual(1.5 * 2_000 * TEXT_BYTES)
    storage.close()
  })
})
