import { concatBytes, toUtf8 } from '@hamsa/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backupByHand } from './backup-by-hand.ts'
import {
  blocksOf,
  blockStarts,
  fileOf,
  isBeginningOf,
  OPENING_BYTES,
  OPTIONS,
  read,
  RECORDS,
} from './backup-file.ts'
import { cutInto } from './chunks.ts'
import { flipBit } from './fixtures.ts'

describe('a backup that is not what was sealed', () => {
  it('[CR72] of no other format is said to be none, and of a later one to be newer', async () => {
    const file = await fileOf(RECORDS)
    for (const bytes of [
      new Uint8Array(),
      toUtf8('HAMS'),
      toUtf8('HAMSA'),
      toUtf8('{"any":"file"}'),
      toUtf8('hamsa\u0001'),
      Uint8Array.of(...toUtf8('HAMSA'), 0, ...file.slice(6)),
    ]) {
      expect(await read(bytes)).toEqual({ records: [], end: 'not-a-backup' })
    }
    for (const version of [2, 3, 255]) {
      const later = Uint8Array.of(...toUtf8('HAMSA'), version)
      expect(await read(later)).toEqual({ records: [], end: 'newer-version' })
    }
  })

  it('[CR74] with any bit flipped is never whole, and tells what it can: every bit of every byte', async () => {
    const file = await fileOf(RECORDS)
    const lengths = new Set(
      blockStarts(file)
        .slice(0, -1)
        .flatMap((start) => [0, 1, 2, 3].map((byte) => start + byte)),
    )
    const expectedAt = (index: number, bit: number): string[] => {
      if (index < 5) return ['not-a-backup']
      if (index === 5) return [bit === 0 ? 'not-a-backup' : 'newer-version']
      return lengths.has(index) ? ['damaged', 'cut-short'] : ['damaged']
    }
    const wrong: string[] = []
    const starts = blockStarts(file)
    for (let at = 0; at < 8 * file.length; at++) {
      const [index, bit] = [at >> 3, at & 7]
      const { records, end } = await read(flipBit(file, index, bit))
      const before = Math.max(0, starts.filter((start) => start <= index).length - 1)
      const isRight = isBeginningOf(records, RECORDS) && records.length === before
      if (!isRight || !expectedAt(index, bit).includes(end)) {
        wrong.push(`${index}.${bit}: ${end} after ${records.length}`)
      }
    }
    expect(wrong).toEqual([])
  })

  it('[CR74] cut at any byte is cut short, and what came before is right', async () => {
    const file = await fileOf(RECORDS)
    const starts = blockStarts(file)
    const wrong: string[] = []
    for (let length = 0; length < file.length; length++) {
      const { records, end } = await read(cutInto(file.slice(0, length), [11]))
      const before = Math.max(0, starts.filter((start) => start <= length).length - 1)
      const isRight = isBeginningOf(records, RECORDS) && records.length === before
      if (!isRight || end !== (length < 6 ? 'not-a-backup' : 'cut-short')) {
        wrong.push(`${length}: ${end} after ${records.length}`)
      }
    }
    expect(wrong).toEqual([])
  })

  it('[CR74] with blocks swapped, left out, given twice, from another file, or added is damaged at that place', async () => {
    const file = await fileOf(RECORDS)
    const opening = file.slice(0, OPENING_BYTES)
    const blocks = blocksOf(file)
    const foreign = blocksOf(await fileOf(RECORDS))
    const isSame = (some: readonly Uint8Array[]) =>
      Buffer.concat(some).equals(Buffer.concat(blocks))
    const tried: string[] = []
    const judge = async (name: string, changed: readonly Uint8Array[], sameUntil: number) => {
      const { records, end } = await read(concatBytes(opening, ...changed))
      expect(isSame(changed)).toBe(false)
      expect([name, records, end]).toEqual([name, RECORDS.slice(0, sameUntil), 'damaged'])
      tried.push(name)
    }
    for (const [one, block] of blocks.entries()) {
      const stranger = foreign[one]
      if (stranger === undefined) throw new Error('two files of the same records')
      await judge(`twice ${one}`, blocks.toSpliced(one, 0, block), one + (one < 4 ? 1 : 0))
      await judge(`foreign ${one}`, blocks.with(one, stranger), one)
      if (one < blocks.length - 1) await judge(`without ${one}`, blocks.toSpliced(one, 1), one)
      for (let other = one + 1; other < blocks.length; other++) {
        const swapped = blocks.with(one, blocks[other] ?? block).with(other, block)
        await judge(`swapped ${one} ${other}`, swapped, one)
      }
    }
    for (const more of [[Uint8Array.of(0)], blocks.slice(0, 1), blocks]) {
      await judge(`added ${more.length}`, [...blocks, ...more], RECORDS.length)
    }
    expect(tried.length).toBe(5 + 5 + 4 + 10 + 3)
  })

  it('[CR74] whose last block holds something, or whose end is sealed as a record, is damaged or cut short', async () => {
    const [plain, place] = [toUtf8('more'), 'last'] as const
    const fullEnd = await backupByHand({ ...OPTIONS, blocks: [{ plain, place }] })
    expect(await read(fullEnd)).toEqual({ records: [], end: 'damaged' })
    const noEnd = await backupByHand({ ...OPTIONS, blocks: [{ plain, place: 'inner' }] })
    expect(await read(noEnd)).toEqual({ records: [plain], end: 'cut-short' })
  })

  it('[CR74] changed in any way is never whole, and gives a beginning of its records', async () => {
    const file = await fileOf(RECORDS)
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: file.length }),
        fc.nat({ max: 60 }),
        fc.uint8Array({ maxLength: 60 }),
        async (start, removed, added) => {
          const changed = concatBytes(file.slice(0, start), added, file.slice(start + removed))
          const { records, end } = await read(changed)
          expect(end === 'whole').toBe(Buffer.from(changed).equals(file))
          expect(isBeginningOf(records, RECORDS)).toBe(true)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('[CR1] takes any bytes: as a file, behind a right start, behind a right opening', async () => {
    const opening = (await fileOf(RECORDS)).slice(0, OPENING_BYTES)
    const any = fc.uint8Array({ maxLength: 400 })
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(new Uint8Array(), opening.slice(0, 6), opening.slice(0, 41), opening),
        any,
        fc.array(fc.nat({ max: 50 }), { maxLength: 4 }),
        async (start, rest, lengths) => {
          const { records, end } = await read(cutInto(concatBytes(start, rest), lengths))
          seen.add(end)
          expect(records).toEqual([])
          expect(end).not.toBe('whole')
        },
      ),
      { numRuns: 1000 },
    )
    expect([...seen].sort()).toEqual(['cut-short', 'damaged', 'not-a-backup'])
  })
})
