import {
  concatBytes,
  MAX_RECORD_BYTES,
  openBackup,
  SALT_BYTES,
  sealBackup,
  stretchPassphrase,
  toUtf8,
  type StretchPassphrase,
} from '@hamsa/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backupByHand, checksumOf, stretchCheaply, type HandMade } from './backup-by-hand.ts'
import {
  blocksOf,
  blockStarts,
  fileOf,
  OPENING_BYTES,
  OPTIONS,
  read,
  RECORDS,
} from './backup-file.ts'
import { collect, CountedSource, cutInto } from './chunks.ts'
import { flipBit } from './fixtures.ts'

describe('backup', () => {
  it('[CR70] gives any records back, in order, from chunks cut anywhere, and says that they are all', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }),
        fc.array(fc.nat({ max: 90 }), { maxLength: 6 }),
        fc.constantFrom('', 'a', 'كلمة سر طويلة', OPTIONS.passphrase),
        async (records, lengths, passphrase) => {
          const options = { ...OPTIONS, passphrase }
          const file = await fileOf(records, options)
          const { records: given, end } = await read(cutInto(file, lengths), options)
          expect(end).toBe('whole')
          expect(given).toEqual(records.map((record) => new Uint8Array(record)))
        },
      ),
      { numRuns: 200 },
    )
  })

  it('[CR70] takes records as a stream too, and none at all', async () => {
    expect((await fileOf([])).length).toBe(OPENING_BYTES + 4 + 16)
    expect(await read(await fileOf([]))).toEqual({ records: [], end: 'whole' })
    const file = concatBytes(...(await collect(sealBackup(new CountedSource(RECORDS), OPTIONS))))
    expect(await read(new CountedSource(cutInto(file, [7])))).toEqual({
      records: RECORDS,
      end: 'whole',
    })
  })

  it('[CR70] is what the byte map says: one made by hand opens', async () => {
    const blocks = RECORDS.map((plain) => ({ plain, place: 'inner' }) as const)
    const last = { plain: new Uint8Array(), place: 'last' } as const
    const file = await backupByHand({ ...OPTIONS, blocks: [...blocks, last] })
    expect(await read(file)).toEqual({ records: RECORDS, end: 'whole' })
    const ours = await fileOf(RECORDS)
    expect(ours.length).toBe(file.length)
    expect(ours.slice(0, 9)).toEqual(Uint8Array.of(...toUtf8('HAMSA'), 1, 17, 8, 1))
    expect(ours.slice(0, 9)).toEqual(file.slice(0, 9))
    expect(ours.slice(OPENING_BYTES - 8, OPENING_BYTES)).toEqual(
      checksumOf(ours.slice(0, OPENING_BYTES - 8)),
    )
  })

  it('[CR71] holds records of a mebibyte at most, neither sealed nor read beyond', async () => {
    const longest = new Uint8Array(MAX_RECORD_BYTES).fill(3)
    const { records, end } = await read(cutInto(await fileOf([longest]), [65_536]))
    expect(end).toBe('whole')
    expect(records.map((record) => Buffer.from(record).equals(longest))).toEqual([true])
    const tooLong = collect(sealBackup([new Uint8Array(MAX_RECORD_BYTES + 1)], OPTIONS))
    await expect(tooLong).rejects.toThrow('bad-length')

    const opening = (await fileOf([])).slice(0, OPENING_BYTES)
    for (const length of [0, 15, 16 + MAX_RECORD_BYTES + 1, 2 ** 32 - 1]) {
      const prefix = new Uint8Array(4)
      new DataView(prefix.buffer).setUint32(0, length)
      const rest = new CountedSource([opening, prefix, new Uint8Array(100), new Uint8Array(100)])
      expect(await read(rest)).toEqual({ records: [], end: 'damaged' })
      expect(rest.given).toBe(2) // judged by its length alone
    }
  })

  it('[CR73] opens with its own passphrase alone', async () => {
    const file = await fileOf(RECORDS)
    for (const passphrase of ['', OPTIONS.passphrase + ' ', OPTIONS.passphrase.toUpperCase()]) {
      const other = await read(file, { ...OPTIONS, passphrase })
      expect(other).toEqual({ records: [], end: 'wrong-passphrase' })
    }
    expect((await read(file)).end).toBe('whole')
  })

  it('[CR73] is tied to one passphrase by a check that must open to zeros', async () => {
    const last = { plain: new Uint8Array(), place: 'last' } as const
    const made: HandMade = { ...OPTIONS, blocks: [last] }
    expect((await read(await backupByHand(made))).end).toBe('whole')
    for (const check of [flipBit(new Uint8Array(32), 0), flipBit(new Uint8Array(32), 31)]) {
      const { end } = await read(await backupByHand({ ...made, check }))
      expect(end).toBe('wrong-passphrase')
    }
  })

  it('[CR73] is stretched once, by the salt of its header, at the cost that its header names', async () => {
    const salts: Uint8Array[] = []
    const stretch: StretchPassphrase = (passphrase, salt) => {
      salts.push(salt)
      return stretchCheaply(passphrase, salt)
    }
    const file = await fileOf(RECORDS, { ...OPTIONS, stretch })
    expect((await read(file, { ...OPTIONS, stretch })).end).toBe('whole')
    expect(salts).toEqual([file.slice(9, 9 + SALT_BYTES), file.slice(9, 9 + SALT_BYTES)])

    const real: StretchPassphrase = (passphrase, salt) =>
      Promise.resolve(stretchPassphrase(passphrase, salt))
    const honest = await fileOf(RECORDS, { ...OPTIONS, stretch: real })
    expect(await read(honest, { ...OPTIONS, stretch: real })).toEqual({
      records: RECORDS,
      end: 'whole',
    })
    expect((await read(honest)).end).toBe('wrong-passphrase')
  })

  it('[CR73] that names another cost is refused before anything is stretched, its checksum right or not', async () => {
    const stretch: StretchPassphrase = () => Promise.reject(new Error('was stretched'))
    for (const cost of [
      [30, 8, 1],
      [17, 255, 1],
      [17, 8, 255],
      [1, 1, 1],
    ] as const) {
      const file = await backupByHand({ ...OPTIONS, cost, blocks: [] })
      expect(await read(file, { ...OPTIONS, stretch })).toEqual({ records: [], end: 'damaged' })
    }
    const flipped = flipBit(await fileOf(RECORDS), 20)
    expect((await read(flipped, { ...OPTIONS, stretch })).end).toBe('damaged')
  })

  it('[CR75] is sealed a record at a time: no record is asked for before the one before it was taken', async () => {
    const source = new CountedSource(RECORDS)
    const sealed = sealBackup(source, OPTIONS)
    for (let taken = 0; taken < RECORDS.length + 2; taken++) {
      expect((await sealed.next()).done).toBe(false)
      expect(source.given).toBe(Math.min(taken, RECORDS.length))
    }
    expect((await sealed.next()).done).toBe(true)
  })

  it('[CR75] is opened a record at a time: not a byte is asked for beyond the record that is given', async () => {
    const file = await fileOf(RECORDS)
    const source = new CountedSource(cutInto(file, [1]))
    const opened = openBackup(source, OPTIONS)
    for (const end of blockStarts(file).slice(1, -1)) {
      expect((await opened.next()).done).toBe(false)
      expect(source.given).toBe(end)
    }
    expect(await opened.next()).toEqual({ done: true, value: { type: 'whole' } })
    expect(source.given).toBe(file.length)
  })

  it('[CR75] lets go of its source: at the end, after a fault, and when its reader turns away', async () => {
    const file = await fileOf(RECORDS)
    for (const bytes of [file, file.slice(0, -1), flipBit(file, 0), flipBit(file, 200)]) {
      const source = new CountedSource(cutInto(bytes, [9]))
      await read(source)
      expect(source.ended).toBe(true)
    }
    const left = new CountedSource(cutInto(file, [9]))
    for await (const record of openBackup(left, OPTIONS)) {
      expect(record).toEqual(RECORDS[0])
      break
    }
    expect(left.ended).toBe(true)
    expect(left.given).toBeLessThan(Math.ceil(file.length / 9))

    const records = new CountedSource(RECORDS)
    let chunks = 0
    for await (const chunk of sealBackup(records, OPTIONS)) {
      expect(chunk.length).toBeGreaterThan(0)
      if (++chunks === 2) break
    }
    expect([records.ended, records.given]).toEqual([true, 1])
  })

  it('[CR75] passes on what its source or the stretching throws', async () => {
    function* failing(items: readonly Uint8Array[]) {
      yield* items
      throw new Error('disk is gone')
    }
    const file = await fileOf(RECORDS)
    await expect(read(failing([file.slice(0, 150)]))).rejects.toThrow('disk is gone')
    await expect(collect(sealBackup(failing(RECORDS), OPTIONS))).rejects.toThrow('disk is gone')
    const stretch: StretchPassphrase = () => Promise.reject(new Error('no memory'))
    await expect(read(file, { ...OPTIONS, stretch })).rejects.toThrow('no memory')
    await expect(fileOf(RECORDS, { ...OPTIONS, stretch })).rejects.toThrow('no memory')
  })

  it('[CR76] of the same passphrase and records shares nothing with another but magic, version and cost', async () => {
    const [one, other] = [await fileOf(RECORDS), await fileOf(RECORDS)]
    expect(one.slice(0, 9)).toEqual(other.slice(0, 9))
    expect(one.slice(9, 25)).not.toEqual(other.slice(9, 25))
    expect(one.slice(25, 41)).not.toEqual(other.slice(25, 41))
    expect(one.slice(41, 89)).not.toEqual(other.slice(41, 89))
    const [blocks, others] = [blocksOf(one), blocksOf(other)]
    for (const [index, block] of blocks.entries()) {
      expect(block.slice(4)).not.toEqual(others[index]?.slice(4))
    }
  })
})
