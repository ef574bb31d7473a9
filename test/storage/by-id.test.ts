import { describe, expect, it } from 'vitest'
import { parseEntryId } from '../../client/conversation/ids.ts'
import type { EntryId } from '../../client/conversation/log.ts'
import { ById } from '../../client/storage/by-id.ts'
import { makeEntryId } from './entry-fixtures.ts'

describe('a table by entry id', () => {
  it('[ST21] tells ids apart that begin alike, and takes equal bytes for one id', () => {
    const table = new ById<number>()
    const first = makeEntryId()
    const ids = [0, 1, 2].map((last): EntryId => {
      const id = parseEntryId(first.with(31, last))
      if (id === null) throw new Error('32 bytes')
      return id
    })
    for (const [value, id] of ids.entries()) {
      expect(table.get(id)).toBeUndefined()
      table.set(id, value)
    }
    expect(ids.map((id) => table.get(id))).toEqual([0, 1, 2])
    const [, second] = ids
    if (second === undefined) throw new Error('three ids')
    const copy = parseEntryId(second.slice())
    if (copy === null) throw new Error('32 bytes')
    table.set(copy, 7)
    expect(table.get(second)).toBe(7)
    expect(table.values()).toHaveLength(3)
  })
})
