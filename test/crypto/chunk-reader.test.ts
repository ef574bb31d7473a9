import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChunkReader } from '../../packages/crypto/src/chunk-reader.ts'
import { CountedSource, cutInto } from './chunks.ts'

describe('chunk reader', () => {
  it('[CR75] takes what was asked for, however the bytes are cut, and null once too few are left', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 100 }),
        fc.array(fc.nat({ max: 20 }), { maxLength: 5 }),
        fc.array(fc.nat({ max: 30 }), { maxLength: 8 }),
        async (bytes, cuts, lengths) => {
          const reader = new ChunkReader(cutInto(bytes, cuts))
          let offset = 0
          for (const length of lengths) {
            const taken = await reader.take(length)
            const isThere = offset + length <= bytes.length
            const expected = new Uint8Array(bytes.slice(offset, offset + length))
            expect(taken).toEqual(isThere ? expected : null)
            if (!isThere) return
            offset += length
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  it('[CR75] asks its source for no chunk that it does not need, and lets go of it, twice without harm', async () => {
    const source = new CountedSource(cutInto(new Uint8Array(100), [10]))
    const reader = new ChunkReader(source)
    await reader.take(0)
    expect(source.given).toBe(0)
    await reader.take(10)
    expect(source.given).toBe(1)
    await reader.take(11)
    expect(source.given).toBe(3)
    await reader.take(5)
    expect(source.given).toBe(3) // and four bytes of its third chunk are left
    await reader.close()
    await reader.close()
    expect([source.given, source.ended]).toEqual([3, true])
    expect(await reader.take(1)).toBeNull()
  })

  it('[CR75] gives copies: what was taken does not change with the buffer of its chunk', async () => {
    const chunk = Uint8Array.of(1, 2, 3)
    const taken = await new ChunkReader([chunk]).take(3)
    chunk.fill(9)
    expect(taken).toEqual(Uint8Array.of(1, 2, 3))
  })
})
